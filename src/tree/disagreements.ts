// Objects of a class that share a read but want different lease settings. If the class names both reads, the parser refuses
// it (objects.ts); this covers the reads that were found.
import { MountError } from '../errors.ts';
import type { PlanObject, Read } from '../plan/plan.ts';
import { hasSameLeaseSettings } from '../plan/read.ts';

export interface FoundFailure {
  readonly object: PlanObject;
  readonly error: MountError;
}

interface Disagreement extends FoundFailure {
  readonly read: Read;
}

/** One failure for each object that disagrees: an answer cannot be both kept and read again. */
export function disagreements(objects: readonly PlanObject[]): readonly Disagreement[] {
  const first = new Map<string, Read>();
  const failures: Disagreement[] = [];
  // Objects that name their reads come first, so that the error goes to the one that found its read.
  for (const object of objects.toSorted((a, b) => Number(finds(a)) - Number(finds(b)))) {
    const other = object.reads.find((read) => !hasSameLeaseSettings(first.get(read.key) ?? read, read));
    if (other !== undefined) failures.push({ object, read: other, error: disagree(other) });
    for (const read of object.reads) if (!first.has(read.key)) first.set(read.key, read);
  }
  return failures;
}

function finds({ source }: PlanObject): boolean {
  return source.kind === 'tree' || source.kind === 'template';
}

function disagree({ method, path }: Read): MountError {
  return new MountError(
    'class-invalid',
    `another object reads ${method} ${path} with another share, refreshAfter or revoke; write the same, as both take parts of one answer`,
  );
}

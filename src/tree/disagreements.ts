// Objects of a class that read the same, and say different things of its leases. A class that names both reads is refused when
// it is read (objects.ts); here one of them was found.
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

/** One answer cannot be kept for one object and asked for anew for another. */
export function disagreements(objects: readonly PlanObject[]): readonly Disagreement[] {
  const first = new Map<string, Read>();
  const failures: Disagreement[] = [];
  // Those that name their reads come first: it is the other that came upon one.
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

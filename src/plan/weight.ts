// What the objects of a class take in memory once they are read.
import type { PlanObject, Read } from './plan.ts';
import { PART_BYTES } from './template-budget.ts';

/** An object, its read and its strings' headers, roughly. */
export const BYTES_PER_OBJECT = 1024;

/** Aliases can make paths and bodies much larger than the text they came from. */
export function weighObjects(objects: readonly PlanObject[], reads: readonly Read[]): number {
  let chars = 0;
  for (const { path, query, body } of reads) chars += path.length + query.length + (body?.reveal().length ?? 0);
  let parts = 0;
  for (const { source } of objects) {
    if (source.kind !== 'template') continue;
    chars += source.text.length;
    parts += source.compiled.size;
  }
  return 2 * chars + PART_BYTES * parts + BYTES_PER_OBJECT * objects.length;
}

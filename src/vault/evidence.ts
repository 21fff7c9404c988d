// What of a class's own reads shows how the store is.
import type { Read } from '../plan/plan.ts';

const SYS = /(?:^|\/)sys(?:\/|$)/;

/**
 * A path below sys/ may choose its own status (`sys/health?activecode=503`), in whatever namespace it stands, and so may
 * whatever a query asks for.
 */
export function isEvidence({ path, query }: Pick<Read, 'path' | 'query'>): boolean {
  return query === '' && !SYS.test(path);
}

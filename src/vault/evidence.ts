// Which of a class's own reads are evidence of the store's health.
import type { Read } from '../plan/plan.ts';

const SYS = /(?:^|\/)sys(?:\/|$)/;

/**
 * No evidence: a path below sys/ (in any namespace) may choose its own status, as `sys/health?activecode=503`, and so may
 * any path with a query.
 */
export function isEvidence({ path, query }: Pick<Read, 'path' | 'query'>): boolean {
  return query === '' && !SYS.test(path);
}

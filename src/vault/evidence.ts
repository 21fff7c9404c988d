// Which of a class's own reads are evidence of the store's health.
import type { Read } from '../plan/plan.ts';

const SYS = /(?:^|\/)sys(?:\/|$)/;

/**
 * False for a path below sys/ (in any namespace), which may choose its own status, as `sys/health?activecode=503`. False
 * also for any path with a query, which may ask for a status.
 */
export function isEvidence({ path, query }: Pick<Read, 'path' | 'query'>): boolean {
  return query === '' && !SYS.test(path);
}

// A core file of this process would hold every secret in its memory, and a process that reaches its heap's limit aborts
// with one. The kernel is told to leave all memory out of it, which needs no right and holds however the core is made:
// a piped core_pattern does not ask for the limit on its size.
import { readFileSync, writeFileSync } from 'node:fs';
import type { Emit } from '../events.ts';

/** core(5): one bit for each kind of mapping that is written. */
const FILTER = '/proc/self/coredump_filter';

/** To be called before the first secret is read. */
export function keepMemoryOutOfCoreDumps(): void {
  try {
    writeFileSync(FILTER, '0', { flag: 'r+' });
  } catch {
    // The daemon logs a warning (below); a command continues.
  }
}

export function warnOfCoreDumps(emit: Emit): void {
  if (isMemoryLeftOut()) return;
  const message = `${FILTER} cannot be written: a crash may write secrets to a disk; set ulimit -c to 0`;
  emit({ type: 'notice', level: 'warn', message });
}

function isMemoryLeftOut(): boolean {
  try {
    return Number.parseInt(readFileSync(FILTER, 'utf8'), 16) === 0;
  } catch {
    return false;
  }
}

// What is left behind when the process fails: one log line with the class and the frames of the error, never its
// message, and no memory image. Node's own report of an uncaught error would print the message and its causes.
import { readFileSync } from 'node:fs';
import type { Emit } from '../events.ts';

export function crashOn(emit: Emit): void {
  const crash = (cause: unknown) => {
    emit({ type: 'fault', message: 'the process ends on a fault of its own', cause });
    process.exit(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
}

/** A core file would hold every secret in memory. Node cannot set the limit; it can read it. */
export function warnOfCoreDumps(emit: Emit): void {
  const limit = coreLimit();
  if (limit === undefined || limit === '0') return;
  const message = 'core dumps are allowed (ulimit -c is not 0): a crash would write secrets to a disk';
  emit({ type: 'notice', level: 'warn', message });
}

/** The soft limit as the kernel writes it: a number of bytes or `unlimited`. */
function coreLimit(): string | undefined {
  try {
    return /^Max core file size\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

// What the kernel tells of a process, as /proc writes it.
import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ, which is 100 on every architecture that Node runs on. */
const TICK_MS = 10;
const NS_PER_MS = 1e6;

/**
 * CPU time so far, user and system. `stat` counts in steps of 10 ms, which is more than a first mount may take, so that
 * of the threads is taken, in nanoseconds. It forgets threads that have ended, which neither Node's nor Go's do. The two
 * are never mixed: they are not rounded alike, and a difference of both would say nothing.
 */
export function cpuMsOf(pid: number): number {
  return threadsMs(pid) ?? statMs(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** User and system time of `/proc/PID/stat`. */
export function statMs(text: string): number {
  // The second field is the program's name in brackets, which may hold spaces and brackets; 14 and 15 are the times.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** The first field of `/proc/PID/task/TID/schedstat`: time on a CPU. */
export function schedstatMs(text: string): number {
  return Number(text.split(' ')[0]) / NS_PER_MS;
}

/** Bytes of one field of `/proc/PID/status`; 0 if it has none. */
export function statusBytes(text: string, field: string): number {
  return Number(text.match(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm'))?.[1] ?? 0) * 1024;
}

/** undefined if this kernel keeps no such account. */
function threadsMs(pid: number): number | undefined {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      sum += schedstatMs(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'));
    } catch {
      // The thread has ended in between, or there is no such file.
    }
  }
  return sum === 0 ? undefined : sum;
}

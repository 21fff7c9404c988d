// How much work a test may cost, judged by processor time and never by the clock on the wall: other work on the
// machine makes a test end later, but its work hardly dearer. What a slower processor or a shared cache adds is
// measured in the same run on a fixed piece of work, and limits stretch by it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** The time of fixedWork() on the machine where the limits were set (two cores of 2.6 GHz, Node 26.10, idle). */
const FIXED_WORK_MS = 20;
/** A single run may meet a garbage collection or code that is not compiled yet. */
const TRIES = 3;
/** The unit of /proc, the same on every Linux that Node runs on. */
const TICK_MS = 10;

/** Processor time of this thread so far. */
export function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** What `work` costs this thread; work that waits for others costs only what it does itself. */
export function cost(work: () => unknown): number {
  const before = cpuMs();
  work();
  return cpuMs() - before;
}

/** Processor time of all of this process's threads so far. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Processor time of another process so far, in steps of 10 ms. */
export function processCpuMs(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name before the last parenthesis may hold spaces; utime and stime are the 14th and 15th field of all.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** The most that another process ever had in memory. */
export function peakMiB(pid: number): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kib) / 1024);
}

/**
 * Fails where `measure`, which does the work and returns its processor time, takes over `limitMs` each time.
 * @param limitMs on the machine where limits were set
 */
export function assertCheap(limitMs: number, measure: () => number, what = 'it'): void {
  let leastMs = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES && leastMs > limitMs; tries += 1) leastMs = Math.min(leastMs, measure());
  judge(leastMs, limitMs, what);
}

/** The same for work that waits, or that another process does. */
export async function assertCheapAsync(limitMs: number, measure: () => Promise<number>, what: string) {
  let leastMs = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES && leastMs > limitMs; tries += 1) leastMs = Math.min(leastMs, await measure());
  judge(leastMs, limitMs, what);
}

function judge(ms: number, limitMs: number, what: string): void {
  if (ms <= limitMs) return;
  const stretched = limitMs * stretch();
  assert.ok(ms <= stretched, `${what} took ${Math.round(ms)} ms of a processor, allowed are ${Math.round(stretched)}`);
}

/** How many times dearer work is here and now than where the limits were set, at least once. */
function stretch(): number {
  const costs = Array.from({ length: 5 }, () => cost(fixedWork)).toSorted((a, b) => a - b);
  return Math.max(1, (costs[2] ?? 0) / FIXED_WORK_MS);
}

/** What tests here measure is mostly text taken apart and put together. */
function fixedWork(): number {
  let length = 0;
  for (let turn = 0; turn < 40; turn += 1) {
    const entries = Array.from({ length: 500 }, (_, index) => [`key${turn}-${index}`, { index, text: 'x'.repeat(20) }]);
    const text = JSON.stringify(Object.fromEntries(entries));
    length += text.replaceAll(/\d+/g, (digits) => `<${digits}>`).split('<').length;
    length += Object.keys(JSON.parse(text)).length;
  }
  return length;
}

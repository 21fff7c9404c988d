// Loaded into the daemon before it starts (--import): how long its event loop stands still. CPU time of its thread
// between two turns of the loop, so that a machine with other work makes no pause longer. At SIGUSR2 it writes a line
// to the file of PAUSES: the longest pause since the last one, and what a fixed piece of work takes here and now.
import { appendFileSync } from 'node:fs';

const path = process.env['PAUSES'] ?? '';
let longestMs = 0;
let before = process.threadCpuUsage();

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** Unreferenced: it adds no turns, it is there at the end of each. */
function turn(): void {
  longestMs = Math.max(longestMs, cpuMs());
  before = process.threadCpuUsage();
  setImmediate(turn).unref();
}

/** What the daemon itself does most: texts, maps and numbers. */
const SAMPLE = JSON.stringify(Array.from({ length: 2_000 }, (_, index) => ({ a: index, b: `text ${index}` })));

function work(): number {
  let sum = 0;
  for (let round = 0; round < 40; round++) {
    const rows = JSON.parse(SAMPLE) as readonly { readonly a: number; readonly b: string }[];
    const map = new Map(rows.map(({ a, b }) => [b, a]));
    for (const { b } of rows) sum += map.get(b) ?? 0;
  }
  return sum;
}

function report(): void {
  // The turn that this is in counts as well.
  const pauseMs = Math.max(longestMs, cpuMs());
  before = process.threadCpuUsage();
  work();
  appendFileSync(path, `${JSON.stringify({ pauseMs, workMs: cpuMs() })}\n`);
  longestMs = 0;
  before = process.threadCpuUsage();
}

process.on('SIGUSR2', report);

/** So that the suite can see that a pause is seen: ten times the work, reported when its turn is over. */
process.on('SIGWINCH', () => {
  for (let round = 0; round < 10; round++) work();
  setImmediate(report);
});

setImmediate(turn).unref();

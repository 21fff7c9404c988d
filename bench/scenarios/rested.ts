// Memory after a pause: half a minute after mounts the daemon frees what they left (src/cli/release-memory.ts).
import { setTimeout as sleep } from 'node:timers/promises';
import type { DaemonProcess } from '../daemon-process.ts';
import type { MemoryRow } from '../results.ts';

/** The daemon's half minute runs from a mount, which the last one before the pause may have started; and some to collect. */
const REST_MS = 31_000;

/** What the rows' names end with. */
export const RESTED = ', half a minute later';

export async function restedRow(daemon: DaemonProcess, pods: string): Promise<MemoryRow> {
  await sleep(REST_MS);
  return { name: pods + RESTED, memory: daemon.memory() };
}

// One pod alone: how long its mount takes, cold and as a poll, beside the floor and beside reads in turn. The three
// ways alternate, so that what else the machine does hits them alike.
import type { Way } from '../client-process.ts';
import { DaemonProcess } from '../daemon-process.ts';
import { median } from '../median.ts';
import type { LatencyRow } from '../results.ts';
import type { World } from '../world.ts';

const WAYS = ['daemon', 'floor', 'one after another'] as const satisfies readonly Way[];
type Times = Record<(typeof WAYS)[number], number[]>;
/** First calls of a process meet code that was never run: they would tell of Node, not of a node's day. */
const WARM_UP = 5;

export async function measureLatency(
  world: World,
  delaysMs: readonly number[],
  objectCounts: readonly number[],
  repetitions: number,
): Promise<LatencyRow[]> {
  const daemon = await DaemonProcess.start(world.storePort);
  try {
    await world.client.call('connect', { socket: daemon.socket, storePort: world.storePort });
    await measureOne(world, 0, Math.max(...objectCounts), WARM_UP);
    const rows: LatencyRow[] = [];
    for (const delayMs of delaysMs) {
      for (const objects of objectCounts) rows.push(...(await measureOne(world, delayMs, objects, repetitions)));
    }
    return rows;
  } finally {
    await daemon.stop();
  }
}

async function measureOne(world: World, delayMs: number, objects: number, repetitions: number): Promise<LatencyRow[]> {
  await world.proxy.call('reset', { delayMs });
  const cold = emptyTimes();
  const poll = emptyTimes();
  for (let i = 0; i < repetitions; i += 1) {
    await world.client.call('setPods', world.newPods({ count: 1, objects }));
    for (const times of [cold, poll]) {
      for (const way of WAYS) times[way].push((await world.client.call('round', { way, atOnce: 1 })).ms);
    }
  }
  return [toRow('cold', cold), toRow('poll', poll)];

  function toRow(kind: LatencyRow['kind'], times: Times): LatencyRow {
    const [oursMs, floorMs, inTurnMs] = WAYS.map((way) => median(times[way])) as [number, number, number];
    return { objects, delayMs, kind, oursMs, floorMs, inTurnMs };
  }
}

function emptyTimes(): Times {
  return { daemon: [], floor: [], 'one after another': [] };
}

// What the daemon takes: from its start to its socket, idle, with 1,000 pods, over ten rounds of polls, and whether it
// lives inside a limit of 64 MiB.
import { DaemonProcess } from '../daemon-process.ts';
import { median } from '../median.ts';
import { MemoryGroup } from '../memory-group.ts';
import type { LimitedRow, MemoryRow } from '../results.ts';
import type { PodsOptions, World } from '../world.ts';
import { countedRound } from './node.ts';
import { restedRow } from './rested.ts';

const SHARED = { count: 1000, accounts: 40, objects: 5, isShared: true } as const satisfies PodsOptions;
const ALONE = { count: 1000, objects: 5 } as const satisfies PodsOptions;
const LIMIT_BYTES = 64 * 1024 * 1024;
/** Long enough for what only the start needed to be over, short enough for a bench. */
const SETTLE_MS = 500;

export interface Start {
  readonly startMs: number;
  readonly idle: MemoryRow;
}

export async function measureStart(world: World, repetitions: number): Promise<Start> {
  const times: number[] = [];
  for (let i = 0; ; i += 1) {
    const group = MemoryGroup.create();
    const startedAt = performance.now();
    const daemon = await DaemonProcess.start(world.storePort, { group });
    times.push(performance.now() - startedAt);
    try {
      if (i + 1 < repetitions) continue;
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      return { startMs: median(times), idle: { name: 'idle', memory: daemon.memory() } };
    } finally {
      await daemon.stop();
    }
  }
}

export interface Large {
  readonly rows: readonly MemoryRow[];
  readonly rounds: readonly number[];
}

/** @param isRested measure the pods that share logins after a pause too */
export async function measureLarge(world: World, rounds: number, isRested: boolean): Promise<Large> {
  const shared = await polled(world, '1,000 pods of 40 accounts', SHARED, rounds, isRested);
  const alone = await polled(world, '1,000 pods, a login each', ALONE, 1, false);
  return { rows: [...shared.rows, ...alone.rows], rounds: shared.rounds };
}

async function polled(world: World, name: string, pods: PodsOptions, rounds: number, isRested: boolean) {
  const daemon = await DaemonProcess.start(world.storePort, { group: MemoryGroup.create() });
  try {
    await world.client.call('connect', { socket: daemon.socket, storePort: world.storePort });
    await world.client.call('setPods', world.newPods(pods));
    await countedRound(world, 'daemon');
    const anon: number[] = [];
    for (let i = 0; i < rounds; i += 1) {
      await countedRound(world, 'daemon');
      anon.push(daemon.memory().anon);
    }
    const rows: MemoryRow[] = [{ name, memory: daemon.memory() }];
    if (isRested) rows.push(await restedRow(daemon, name));
    return { rows, rounds: anon };
  } finally {
    await daemon.stop();
  }
}

/** undefined if this machine has no memory cgroup for us. */
export async function measureLimited(world: World, rounds: number): Promise<LimitedRow | undefined> {
  const group = MemoryGroup.create(LIMIT_BYTES);
  if (group === undefined) return undefined;
  const daemon = await DaemonProcess.start(world.storePort, { group });
  try {
    await world.client.call('connect', { socket: daemon.socket, storePort: world.storePort });
    const pods = world.newPods(SHARED);
    await world.client.call('setPods', pods);
    const first = await countedRound(world, 'daemon');
    const times: number[] = [];
    for (let i = 0; i < rounds; i += 1) times.push((await countedRound(world, 'daemon')).ms);
    const perSecond = (pods.length / median(times)) * 1000;
    return { firstMs: first.ms, perSecond, kills: group.kills(), memory: daemon.memory() };
  } finally {
    await daemon.stop();
  }
}

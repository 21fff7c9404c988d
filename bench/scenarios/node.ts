// A node's pods all at once, as after its restart, and then their polls: 250 pods of 10 accounts that share their
// logins, 10 objects each, 50 at once, 2 ms to the store.
import type { Round, Way } from '../client-process.ts';
import { DaemonProcess } from '../daemon-process.ts';
import { median } from '../median.ts';
import { MemoryGroup } from '../memory-group.ts';
import type { Counts } from '../proxy-process.ts';
import type { MemoryRow, NodeRow, PollRow, RequestRow } from '../results.ts';
import type { PodsOptions, World } from '../world.ts';
import { restedRow } from './rested.ts';

const NODE = { count: 250, accounts: 10, objects: 10, isShared: true } as const satisfies PodsOptions;
const AT_ONCE = 50;
const DELAY_MS = 2;
/** V8 has compiled what runs often by then. */
const WARM_UP_ROUNDS = 4;

export interface Counted extends Round {
  readonly counts: Counts;
}

/** One round of the pods that are set, with what it cost the store. */
export async function countedRound(world: World, way: Way): Promise<Counted> {
  await world.proxy.call('reset', { delayMs: DELAY_MS });
  const round = await world.client.call('round', { way, atOnce: AT_ONCE });
  return { ...round, counts: await world.proxy.call('counts', undefined) };
}

/** Each repetition with a daemon that was just started. */
export async function measureNode(world: World, repetitions: number): Promise<NodeRow> {
  const ours: Counted[] = [];
  const inTurn: Counted[] = [];
  const floorMs: number[] = [];
  for (let i = 0; i < repetitions; i += 1) {
    const daemon = await DaemonProcess.start(world.storePort);
    try {
      await world.client.call('connect', { socket: daemon.socket, storePort: world.storePort });
      await world.client.call('setPods', world.newPods(NODE));
      ours.push(await countedRound(world, 'daemon'));
      inTurn.push(await countedRound(world, 'one after another'));
      // The floor is one login and one round of reads for each account, whoever then shares them.
      await world.client.call('setPods', world.newPods({ ...NODE, count: NODE.accounts }));
      floorMs.push((await countedRound(world, 'floor')).ms);
    } finally {
      await daemon.stop();
    }
  }
  return {
    oursMs: median(ours.map(({ ms }) => ms)),
    inTurnMs: median(inTurn.map(({ ms }) => ms)),
    floorMs: median(floorMs),
    ours: worst(ours),
    inTurn: worst(inTurn),
  };
}

/** Counts may differ from run to run by what joined in time; a bound must hold for the worst. */
function worst(rounds: readonly Counted[]): Counts {
  const most = (of: (counts: Counts) => number) => Math.max(...rounds.map(({ counts }) => of(counts)));
  return { logins: most((c) => c.logins), reads: most((c) => c.reads), connections: most((c) => c.connections) };
}

export interface Polled {
  readonly row: PollRow;
  readonly memory: readonly MemoryRow[];
}

/**
 * @param args what sets this daemon apart from the default one
 * @param isRested measure memory after a pause too
 */
export async function measurePolls(
  world: World,
  name: string,
  args: readonly string[],
  rounds: number,
  isRested: boolean,
): Promise<Polled> {
  const daemon = await DaemonProcess.start(world.storePort, { args, group: MemoryGroup.create() });
  try {
    await world.client.call('connect', { socket: daemon.socket, storePort: world.storePort });
    await world.client.call('setPods', world.newPods(NODE));
    await countedRound(world, 'daemon');
    await countedRound(world, 'daemon');
    const memory = [{ name: '250 pods mounted and polled once', memory: daemon.memory() }];
    for (let i = 1; i < WARM_UP_ROUNDS; i += 1) await countedRound(world, 'daemon');
    const cpuBefore = daemon.cpuMs();
    const polls: Counted[] = [];
    for (let i = 0; i < rounds; i += 1) polls.push(await countedRound(world, 'daemon'));
    const cpuMs = (daemon.cpuMs() - cpuBefore) / (rounds * NODE.count);
    const count = ((1 + WARM_UP_ROUNDS + rounds) * NODE.count).toLocaleString('en');
    memory.push({ name: `the same after ${count} calls without a pause`, memory: daemon.memory() });
    if (isRested) memory.push(await restedRow(daemon, '250 pods'));
    return { memory, row: toRow(name, polls, cpuMs) };
  } finally {
    await daemon.stop();
  }
}

function toRow(name: string, polls: readonly Counted[], cpuMs: number): PollRow {
  return {
    name,
    perSecond: (NODE.count / median(polls.map(({ ms }) => ms))) * 1000,
    cpuMs,
    readsPerPoll: median(polls.map(({ counts }) => counts.reads)) / NODE.count,
    clientShare: median(polls.map((round) => round.cpuMs / round.ms)),
  };
}

/** Requests that a first round of ever more pods costs; new accounts each time. */
export async function countRequests(world: World, podCounts: readonly number[]): Promise<RequestRow[]> {
  const daemon = await DaemonProcess.start(world.storePort);
  try {
    await world.client.call('connect', { socket: daemon.socket, storePort: world.storePort });
    const rows: RequestRow[] = [];
    for (const pods of podCounts) {
      await world.client.call('setPods', world.newPods({ ...NODE, count: pods }));
      const ours = total(await countedRound(world, 'daemon'));
      const eachAlone = total(await countedRound(world, 'one after another'));
      rows.push({ pods, ours, eachAlone });
    }
    return rows;
  } finally {
    await daemon.stop();
  }
}

function total({ counts }: Counted): number {
  return counts.logins + counts.reads;
}

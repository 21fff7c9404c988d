// The overview, which the page begins with: one pod, a node that shares logins, memory, and a restart, beside a floor and
// reads in turn.
import { cpus } from 'node:os';
import type { Results } from './results.ts';
import { measureLatency } from './scenarios/latency.ts';
import { measureLarge, measureLimited, measureStart } from './scenarios/memory.ts';
import { countRequests, measureNode, measurePolls } from './scenarios/node.ts';
import { measureRestart } from './scenarios/restart.ts';
import type { World } from './world.ts';

interface Extent {
  readonly repetitions: number;
  readonly objectCounts: readonly number[];
  readonly podCounts: readonly number[];
  readonly pollRounds: number;
  readonly aloneRounds: number;
  readonly nodeRepetitions: number;
  /** Twice half a minute of waiting. */
  readonly isRested: boolean;
}

const FULL: Extent = {
  repetitions: 15,
  objectCounts: [1, 5, 10, 25, 50],
  podCounts: [10, 50, 100, 150, 200, 250],
  pollRounds: 40,
  aloneRounds: 6,
  nodeRepetitions: 5,
  isRested: true,
};
const QUICK: Extent = {
  repetitions: 5,
  objectCounts: [1, 10, 50],
  podCounts: [10, 100, 250],
  pollRounds: 8,
  aloneRounds: 1,
  nodeRepetitions: 2,
  isRested: false,
};
const DELAYS_MS = [0, 5];

/** @param report hears what is measured next */
export async function measureOverview(
  world: World,
  isQuick: boolean,
  report: (line: string) => void,
): Promise<Results> {
  const extent = isQuick ? QUICK : FULL;
  const { repetitions, objectCounts, podCounts, pollRounds, aloneRounds, nodeRepetitions, isRested } = extent;
  report('from start to socket');
  const start = await measureStart(world, nodeRepetitions);
  report(`one pod alone, ${objectCounts.join(', ')} objects, ${DELAYS_MS.join(' and ')} ms to the store`);
  const latency = await measureLatency(world, DELAYS_MS, objectCounts, repetitions);
  report('a node restarts: 250 pods of 10 accounts, 10 objects each, 50 at once, 2 ms to the store');
  const node = await measureNode(world, nodeRepetitions);
  report(isRested ? 'their polls, and half a minute of rest' : 'their polls');
  const polls = await measurePolls(world, 'all pods poll together', [], pollRounds, isRested);
  report('their polls, each with its own reads');
  const alone = await measurePolls(
    world,
    'each poll reads for itself (--poll-window=0)',
    ['--poll-window=0'],
    aloneRounds,
    false,
  );
  report('requests over pods');
  const requests = await countRequests(world, podCounts);
  report(`1,000 pods, ten rounds of polls${isRested ? ', and half a minute of rest' : ''}`);
  const large = await measureLarge(world, 10, isRested);
  report('killed, and resumed');
  const restart = await measureRestart(world, nodeRepetitions);
  report('inside 64 MiB');
  const limited = await measureLimited(world, 3);
  return {
    ...machineOf(world),
    startMs: start.startMs,
    latency,
    node,
    polls: [polls.row, alone.row],
    requests,
    memory: [start.idle, ...polls.memory, ...large.rows],
    rounds: large.rounds,
    restart,
    limited,
  };
}

export function machineOf(world: World): Pick<Results, 'machine' | 'versions'> {
  const [cpu] = cpus();
  return { machine: `${cpus().length} x ${cpu?.model}`, versions: `Node ${process.version}, ${world.store}` };
}

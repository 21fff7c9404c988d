// Thousands of nodes on one store. Nodes know nothing of each other, so a part of them with the same part of the store's
// capacity shows the same in less time; what is counted is multiplied again.
import { drawMoment, grantTimes } from '../../src/lifetime.ts';
import { FleetNode, type NodeShape, type Tally } from './node.ts';
import { type Settings, seededRandom } from './settings.ts';
import { FleetStore, type Manner, type Second } from './store.ts';
import { Timeline } from './timeline.ts';

export interface Fleet {
  readonly nodes: number;
  readonly shape: NodeShape;
  readonly settings: Settings;
  /** What the store answers, in reads. */
  readonly readsPerSecond: number;
  readonly manner: Manner;
}

export interface Burst {
  /** Most of any second. */
  readonly requestsPeak: number;
  readonly loginsPeak: number;
  readonly openedPeak: number;
  readonly connections: number;
  readonly requests: number;
  readonly logins: number;
  readonly timedOut: number;
  readonly failedCalls: number;
  /** Since the beginning; undefined: not within the time that was simulated. */
  readonly halfMs: number | undefined;
  readonly allMs: number | undefined;
}

/** So many nodes are simulated at most; each stands for some. */
const MOST_NODES = 250;
const SEED = 20_260;
const SECOND_MS = 1_000;
/** A restart that is not over by then will not be. */
const WATCHED_MS = 1_800_000;

interface Simulated {
  readonly timeline: Timeline;
  readonly store: FleetStore;
  readonly tally: Tally;
  readonly nodes: readonly FleetNode[];
  readonly random: () => number;
  /** How many nodes each stands for. */
  readonly scale: number;
}

function build({ nodes: count, shape, settings, readsPerSecond, manner }: Fleet): Simulated {
  const timeline = new Timeline();
  const scale = Math.max(1, count / MOST_NODES);
  const store = new FleetStore(timeline, readsPerSecond / scale, manner);
  const tally: Tally = { mounted: 0, failedCalls: 0, timedOut: 0 };
  const nodes = Array.from(
    { length: Math.round(count / scale) },
    () => new FleetNode(timeline, store, shape, settings, tally),
  );
  return { timeline, store, tally, nodes, scale, random: seededRandom(SEED) };
}

/**
 * Power returns: each node is back at some moment of `spreadMs` and starts all its pods at once.
 * @param isOver when to watch no longer, beside all being mounted
 */
export function restart(fleet: Fleet, spreadMs: number, isOver: (tally: Tally) => boolean = () => false): Burst {
  const simulated = build(fleet);
  const { timeline, nodes, random } = simulated;
  for (const node of nodes) {
    timeline.at(random() * spreadMs, () => {
      for (let pod = 0; pod < fleet.shape.pods; pod += 1) node.call(pod, false);
    });
  }
  return observe(simulated, fleet.shape.pods, { endMs: WATCHED_MS, isOver });
}

/**
 * The provider is replaced on `share` of the nodes at once, a batch each `pauseMs`; pods go on, and the driver's next poll of
 * each comes at its own moment of `pollMs`. With a state folder the new process has what the old one had.
 */
export function rollout(fleet: Fleet, share: number, pauseMs: number, pollMs: number, keepsState: boolean): Burst {
  const simulated = build(fleet);
  const { timeline, nodes, random } = simulated;
  const batch = Math.max(1, Math.round(nodes.length * share));
  const endMs = pauseMs * Math.ceil(nodes.length / batch) + 2 * pollMs;
  nodes.forEach((node, i) => {
    node.resume();
    const replacedAt = pollMs + pauseMs * Math.floor(i / batch);
    for (let pod = 0; pod < fleet.shape.pods; pod += 1) {
      for (let at = random() * pollMs; at < endMs; at += pollMs) {
        const isFirst = !keepsState && at >= replacedAt && at < replacedAt + pollMs;
        timeline.at(at, () => node.call(pod, !isFirst));
      }
    }
    timeline.at(replacedAt, () => node.replaced(keepsState));
  });
  return observe(simulated, fleet.shape.pods, { fromMs: pollMs, endMs });
}

export interface Steady {
  readonly reads: number;
  readonly readsPeak: number;
  readonly connections: number;
  readonly openedPerSecond: number;
}

/** Each pod is polled every `pollMs` at its own moment, with logins that are there. */
export function steady(fleet: Fleet, pollMs: number): Steady {
  const { timeline, store, nodes, random, scale } = build(fleet);
  const ROUNDS = 3;
  for (const node of nodes) {
    node.resume();
    for (let pod = 0; pod < fleet.shape.pods; pod += 1) {
      for (let at = random() * pollMs; at < ROUNDS * pollMs; at += pollMs) timeline.at(at, () => node.call(pod, true));
    }
  }
  timeline.run(ROUNDS * pollMs);
  // The first round finds no answer of a round before it.
  const seconds = store.seconds.slice(pollMs / SECOND_MS, (ROUNDS * pollMs) / SECOND_MS);
  const sum = (of: (second: Second) => number) => seconds.reduce((total, second) => total + of(second), 0);
  return {
    reads: (scale * sum(({ reads }) => reads)) / seconds.length,
    readsPeak: scale * most(seconds, ({ reads }) => reads),
    openedPerSecond: (scale * sum(({ opened }) => opened)) / seconds.length,
    connections: scale * nodes.reduce((total, { connections }) => total + connections.open(timeline.now()), 0),
  };
}

/** Renewals in each second after `logins` logins within `spreadMs`, for so long: the most of any, and the mean at the end. */
export function renewals(logins: number, spreadMs: number, ttlMs: number): { peak: number; mean: number } {
  const scale = Math.max(1, logins / 50_000);
  const random = seededRandom(SEED);
  const seconds: number[] = [];
  const GENERATIONS = 8;
  const endMs = GENERATIONS * ttlMs;
  for (let login = 0; login < logins / scale; login += 1) {
    let { renewAt } = grantTimes({ sentAt: random() * spreadMs, ttlMs }, random);
    for (; renewAt < endMs; renewAt = drawMoment(renewAt, ttlMs, random)) {
      const second = Math.floor(renewAt / SECOND_MS);
      seconds[second] = (seconds[second] ?? 0) + 1;
    }
  }
  const last = Array.from({ length: ttlMs / SECOND_MS }, (_, i) => seconds[endMs / SECOND_MS - 1 - i] ?? 0);
  return {
    peak: scale * Math.max(...Array.from(seconds, (count) => count ?? 0)),
    mean: (scale * last.reduce((sum, count) => sum + count, 0)) / last.length,
  };
}

interface Watch {
  /** What comes before is not counted: polls that find no answers of polls before them. */
  readonly fromMs?: number;
  readonly endMs: number;
  readonly isOver?: (tally: Tally) => boolean;
}

function observe(
  { timeline, store, tally, nodes, scale }: Simulated,
  pods: number,
  { fromMs = 0, endMs, isOver = () => false }: Watch,
): Burst {
  const all = pods * nodes.length;
  let [halfMs, allMs, connections] = [undefined, undefined, 0] as [number | undefined, number | undefined, number];
  for (let at = SECOND_MS; at <= endMs && tally.mounted < all && !isOver(tally); at += SECOND_MS) {
    timeline.run(at);
    connections = Math.max(connections, scale * nodes.reduce((sum, node) => sum + node.connections.open(at), 0));
    if (tally.mounted >= all / 2) halfMs ??= at;
    if (tally.mounted >= all) allMs ??= at;
  }
  const seconds = store.seconds.slice(fromMs / SECOND_MS);
  const sum = (of: (second: Second) => number) => scale * seconds.reduce((total, second) => total + of(second), 0);
  return {
    requestsPeak: scale * most(seconds, ({ logins, reads }) => logins + reads),
    loginsPeak: scale * most(seconds, ({ logins }) => logins),
    openedPeak: scale * most(seconds, ({ opened }) => opened),
    connections,
    requests: sum(({ logins, reads }) => logins + reads),
    logins: sum(({ logins }) => logins),
    timedOut: scale * tally.timedOut,
    failedCalls: scale * tally.failedCalls,
    halfMs,
    allMs,
  };
}

/** Seconds of hours are too many for one call of Math.max. */
function most(seconds: readonly Second[], of: (second: Second) => number): number {
  return seconds.reduce((largest, second) => Math.max(largest, of(second)), 0);
}

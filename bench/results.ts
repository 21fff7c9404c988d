// What one run found, as it stands in dist/bench.json. Tables, plot and goals are drawn from this and from nothing
// else. Times are medians in milliseconds, memory is in MB of 10^6 bytes.
import type { Memory } from './daemon-process.ts';
import type { Counts } from './proxy-process.ts';

export interface Results {
  readonly machine: string;
  readonly versions: string;
  readonly startMs: number;
  readonly latency: readonly LatencyRow[];
  readonly node: NodeRow;
  readonly polls: readonly PollRow[];
  readonly requests: readonly RequestRow[];
  readonly memory: readonly MemoryRow[];
  /** Anonymous memory after each of ten rounds of polls of 1,000 pods. */
  readonly rounds: readonly number[];
  readonly restart: RestartRow;
  /** undefined if this machine has no memory cgroup for us. */
  readonly limited: LimitedRow | undefined;
}

/** One pod alone. */
export interface LatencyRow {
  readonly objects: number;
  readonly delayMs: number;
  readonly kind: 'cold' | 'poll';
  readonly oursMs: number;
  readonly floorMs: number;
  readonly inTurnMs: number;
}

/** All pods of a node at once, as after its restart. */
export interface NodeRow {
  readonly oursMs: number;
  readonly floorMs: number;
  readonly inTurnMs: number;
  readonly ours: Counts;
  readonly inTurn: Counts;
}

export interface PollRow {
  readonly name: string;
  readonly perSecond: number;
  /** CPU time of the daemon for one poll of 10 objects. */
  readonly cpuMs: number;
  readonly readsPerPoll: number;
  /** Share of the time that the process that asks was busy. Near 1 it was the bottleneck. */
  readonly clientShare: number;
}

export interface RequestRow {
  readonly pods: number;
  readonly ours: number;
  readonly eachAlone: number;
}

export interface MemoryRow {
  readonly name: string;
  readonly memory: Memory;
}

/** 250 pods go on with a daemon that took the place of a killed one. */
export interface RestartRow {
  /** The first call after the socket is back. */
  readonly onePollMs: number;
  /** Then all of them, 50 at once. */
  readonly allPollsMs: number;
  readonly logins: number;
}

export interface LimitedRow {
  readonly firstMs: number;
  readonly perSecond: number;
  readonly kills: number;
  readonly memory: Memory;
}

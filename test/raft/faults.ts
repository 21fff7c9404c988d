// What happens to the store, and how it comes back. Each begins with a leader and two standbys and ends with them.
import { setTimeout as sleep } from 'node:timers/promises';
import type { RaftCluster } from './raft-cluster.ts';
import type { RaftNode } from './raft-node.ts';

export interface Fault {
  readonly name: string;
  strike(cluster: RaftCluster, leader: RaftNode): Promise<void>;
  /** For how long it is left alone before it is mended by hand. */
  readonly leaveMs: number;
  /** What starting and unsealing all nodes does not end. */
  mend?(cluster: RaftCluster, leader: RaftNode): Promise<void>;
  readonly needsOwnNetwork?: true;
}

/** Longer than an election takes. */
const ELECTION_MS = 13_000;
/** A node without its peers gives up to lead and is looked for in vain. */
const QUORUM_MS = 15_000;
/** Longer than an election, and than what was sent before it waits for an answer. */
const FROZEN_MS = 30_000;
const LOOK_EVERY_MS = 50;

const QUOTA = 'sys/quotas/rate-limit/suite';

const othersOf = (cluster: RaftCluster, leader: RaftNode) => cluster.nodes.filter((node) => node !== leader);

export const FAULTS: readonly Fault[] = [
  { name: 'leader killed', strike: (_, leader) => leader.kill(), leaveMs: ELECTION_MS },
  { name: 'leader sealed', strike: (cluster, leader) => cluster.seal(leader), leaveMs: ELECTION_MS },
  { name: 'leader steps down', strike: (cluster, leader) => cluster.stepDown(leader), leaveMs: ELECTION_MS },
  {
    name: 'quorum lost: both standbys killed',
    strike: async (cluster, leader) => void (await Promise.all(othersOf(cluster, leader).map((node) => node.kill()))),
    leaveMs: QUORUM_MS,
  },
  {
    name: 'quorum lost: leader and a standby killed',
    strike: async (cluster, leader) => {
      const [first] = othersOf(cluster, leader);
      await Promise.all([leader.kill(), first?.kill()]);
    },
    leaveMs: QUORUM_MS,
  },
  {
    name: 'all sealed',
    strike: async (cluster, leader) => {
      // A standby does not take a seal for others: each is killed and comes back sealed.
      for (const node of [...othersOf(cluster, leader), leader]) {
        await node.kill();
        await node.start();
      }
    },
    leaveMs: ELECTION_MS,
  },
  {
    name: 'leader frozen: it takes connections and does not answer',
    strike: async (_, leader) => leader.freeze(),
    leaveMs: FROZEN_MS,
    mend: async (_, leader) => leader.thaw(),
  },
  {
    name: 'leader without power: packets to it vanish',
    strike: async ({ network }, leader) => {
      leader.freeze();
      network?.unplug(leader.host);
    },
    leaveMs: FROZEN_MS,
    mend: async ({ network }, leader) => {
      network?.plug(leader.host);
      leader.thaw();
    },
    needsOwnNetwork: true,
  },
  {
    name: 'limited, with a Retry-After of 20 s',
    strike: async (cluster) => {
      await cluster.request('POST', 'sys/quotas/config', { enable_rate_limit_response_headers: true });
      await cluster.request('POST', QUOTA, { path: 'secret/', rate: 1, interval: '20s' });
    },
    leaveMs: ELECTION_MS,
    mend: (cluster) => cluster.request('DELETE', QUOTA),
  },
];

export interface Played {
  /** performance.now() when it struck. */
  readonly struckAt: number;
  /** From then until the store had its leader for good. */
  readonly leaderAfterMs: number;
}

/** Strikes, waits, mends. */
export async function play(fault: Fault, cluster: RaftCluster): Promise<Played> {
  const leader = await cluster.leader();
  if (leader === undefined) throw new Error('no leader');
  const struckAt = performance.now();
  const watch = new LeaderWatch(cluster);
  await fault.strike(cluster, leader);
  await sleep(fault.leaveMs);
  await fault.mend?.(cluster, leader);
  await cluster.mend();
  return { struckAt, leaderAfterMs: Math.max(0, (await watch.end()) - struckAt) };
}

/** Sees when there was no leader. */
class LeaderWatch {
  readonly #looking: Promise<void>;
  #isOver = false;
  #missedAt = Number.NEGATIVE_INFINITY;

  constructor(cluster: RaftCluster) {
    this.#looking = this.#look(cluster);
  }

  /** @returns performance.now() when none was found for the last time */
  async end(): Promise<number> {
    this.#isOver = true;
    await this.#looking;
    return this.#missedAt;
  }

  async #look(cluster: RaftCluster): Promise<void> {
    while (!this.#isOver) {
      if ((await cluster.leader()) === undefined) this.#missedAt = performance.now();
      await sleep(LOOK_EVERY_MS);
    }
  }
}

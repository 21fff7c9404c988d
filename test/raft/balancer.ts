// What users put before three nodes, as Kubernetes does it: connections are dealt in turn to the nodes that were found
// fit, stay where they are, and are reset if their node is gone. It counts the requests that come.
import { createServer, type Server, type Socket, connect as toNode } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RaftNode } from './raft-node.ts';

export interface Way {
  readonly name: string;
  /** Judges a node by the status of its `sys/health`; undefined: it did not answer. */
  isFit(health: number | undefined, node: RaftNode): boolean;
  readonly lookEveryMs: number;
  /** So many bad looks in a row take a node out. */
  readonly badLooks: number;
  /** Never the leader when a fault strikes. */
  readonly standby?: RaftNode;
}

const SEALED = 503;
const ACTIVE = 200;

/** The Service of the stores' charts: every node that is unsealed, with the period and threshold of their readiness probe. */
export const SERVICE: Way = {
  name: 'Service before all nodes',
  isFit: (health) => health !== undefined && health !== SEALED,
  lookEveryMs: 5_000,
  badLooks: 2,
};

/** Their Service for the leader: its label is set by the node that became it. */
export const ACTIVE_SERVICE: Way = {
  name: 'Service before the leader',
  isFit: (health) => health === ACTIVE,
  lookEveryMs: 1_000,
  badLooks: 1,
};

/** The address of one node, written into the settings. */
export function oneNode(node: RaftNode): Way {
  return {
    name: 'address of one standby',
    isFit: (_, other) => other === node,
    lookEveryMs: 1_000,
    badLooks: 1,
    standby: node,
  };
}

const REQUEST = /^(?:GET|POST|PUT|LIST|PATCH) (\/v1\/[^ ?]*)\S* HTTP\/1\.1\r$/gm;

export class Balancer {
  /** Every request so far, in order. */
  readonly requests: { readonly path: string; readonly at: number }[] = [];
  readonly #way: Way;
  readonly #nodes: readonly RaftNode[];
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #stop = new AbortController();
  readonly #badLooks = new Map<RaftNode, number>();
  #next = 0;

  private constructor(way: Way, nodes: readonly RaftNode[]) {
    this.#way = way;
    this.#nodes = nodes;
    this.#server = createServer((socket) => this.#take(socket));
  }

  static async start(way: Way, nodes: readonly RaftNode[]): Promise<Balancer> {
    const balancer = new Balancer(way, nodes);
    await balancer.#look();
    void balancer.#keepLooking();
    await new Promise<void>((resolve) => balancer.#server.listen(0, '127.0.0.1', resolve));
    return balancer;
  }

  get port(): number {
    const at = this.#server.address();
    if (at === null || typeof at === 'string') throw new Error('no port');
    return at.port;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    for (const socket of this.#open) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #keepLooking(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await sleep(this.#way.lookEveryMs, undefined, { signal }).catch(() => undefined);
      await this.#look();
    }
  }

  async #look(): Promise<void> {
    const look = async (node: RaftNode) => {
      const isFit = this.#way.isFit(await node.health(), node);
      this.#badLooks.set(node, isFit ? 0 : (this.#badLooks.get(node) ?? this.#way.badLooks) + 1);
    };
    await Promise.all(this.#nodes.map(look));
  }

  #take(client: Socket): void {
    const fit = this.#nodes.filter((node) => (this.#badLooks.get(node) ?? 0) < this.#way.badLooks);
    const node = fit[this.#next++ % fit.length];
    client.on('error', () => {});
    if (node === undefined) return void client.resetAndDestroy();
    const onward = toNode(Number(new URL(node.address).port), node.host);
    for (const [socket, other] of [
      [client, onward],
      [onward, client],
    ] as const) {
      this.#open.add(socket);
      socket.on('close', () => {
        this.#open.delete(socket);
        if (socket.errored) other.resetAndDestroy();
        else other.destroySoon();
      });
    }
    onward.on('error', () => {});
    client.on('data', (part) => this.#count(part.toString('latin1')));
    client.pipe(onward);
    onward.pipe(client);
  }

  #count(text: string): void {
    for (const [, path = ''] of text.matchAll(REQUEST)) this.requests.push({ path, at: performance.now() });
  }
}

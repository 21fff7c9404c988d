// Three nodes of Vault or OpenBao over raft, sealed by real keys, with what the pods of the suite read and log in with.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { adminOf } from '../harness/admin.ts';
import { callStore, enableJwt, enableKubernetes, type LoginMethod } from '../harness/openbao.ts';
import { findFreePorts } from '../harness/ports.ts';
import { findStore, type Product, productOf } from '../harness/store-binary.ts';
import type { OwnNetwork } from './own-network.ts';
import { type Place, RaftNode } from './raft-node.ts';

const NAMES = ['one', 'two', 'three'];
const THRESHOLD = 2;
/** After its keys a node that has just joined takes the others' data first; then they are given again. */
const UNSEALS_WITHIN_MS = 20_000;
/** It bounds a hang and judges no speed. */
const SETTLES_WITHIN_MS = 120_000;
const ACTIVE = 200;
const STANDBY = 429;

export class RaftCluster {
  readonly product: Product;
  readonly version: string;
  readonly nodes: readonly RaftNode[];
  /** undefined: that of the machine, where no node can be unplugged. */
  readonly network: OwnNetwork | undefined;
  readonly #folder: string;
  readonly #keys: readonly string[];
  readonly #rootToken: string;
  readonly #stops: (() => Promise<void>)[] = [];

  private constructor(of: Pick<RaftCluster, 'product' | 'version' | 'nodes' | 'network'>, folder: string, init: Init) {
    this.product = of.product;
    this.version = of.version;
    this.nodes = of.nodes;
    this.network = of.network;
    this.#folder = folder;
    this.#keys = init.keys;
    this.#rootToken = init.root_token;
  }

  static async start(network?: OwnNetwork): Promise<RaftCluster> {
    const binary = await findStore();
    const folder = mkdtempSync(join(tmpdir(), 'secretmount-raft-'));
    const places: Place[] = [];
    for (const [index, name] of NAMES.entries())
      places.push({ name, host: network?.addHost(index) ?? '127.0.0.1', port: await findFreePorts(true) });
    const nodes = places.map((place) => new RaftNode(binary, folder, place));
    const [first] = nodes;
    if (first === undefined) throw new Error('no nodes');
    await Promise.all(nodes.map((node) => node.start()));
    const init: Init = await callStore(first.address, 'PUT', 'sys/init', {
      secret_shares: 3,
      secret_threshold: THRESHOLD,
    });
    const health = await fetch(`${first.address}/v1/sys/health?sealedcode=200`);
    const { version } = (await health.json()) as { version: string };
    const cluster = new RaftCluster({ product: productOf(binary), version, nodes, network }, folder, init);
    await cluster.unseal(first);
    await until('a leader', async () => (await cluster.leader()) !== undefined);
    for (const node of nodes.slice(1)) {
      await callStore(node.address, 'POST', 'sys/storage/raft/join', { leader_api_addr: first.address });
      await cluster.unseal(node);
    }
    await cluster.untilWhole();
    return cluster;
  }

  async enableLogins(): Promise<{ jwt: LoginMethod; kubernetes: LoginMethod }> {
    const leader = await this.leader();
    if (leader === undefined) throw new Error('no leader');
    const admin = adminOf(leader.address, this.#rootToken);
    return { jwt: await enableJwt(admin), kubernetes: await enableKubernetes(admin, this.#stops) };
  }

  /** Asked of the leader. @throws Error while there is none */
  // biome-ignore lint/suspicious/noExplicitAny: tests pick fields out of the store's JSON
  async request(method: string, path: string, body?: unknown): Promise<any> {
    const leader = await this.leader();
    if (leader === undefined) throw new Error('no leader');
    return callStore(leader.address, method, path, body, { token: this.#rootToken });
  }

  async leader(): Promise<RaftNode | undefined> {
    const health = await Promise.all(this.nodes.map((node) => node.health()));
    return this.nodes.find((_, index) => health[index] === ACTIVE);
  }

  /** KV 2 at `secret`, on every node: a standby that answers reads itself takes a moment longer. */
  async enableKv(): Promise<void> {
    await this.request('POST', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } });
    await until('KV 2 on every node', async () => {
      const write = this.request('POST', 'secret/data/ready', { data: {} });
      const isWritten = await write.then(
        () => true,
        () => false,
      );
      const read = ({ address }: RaftNode) =>
        callStore(address, 'GET', 'secret/data/ready', undefined, { token: this.#rootToken });
      return (
        isWritten && (await Promise.allSettled(this.nodes.map(read))).every(({ status }) => status === 'fulfilled')
      );
    });
  }

  async seal(node: RaftNode): Promise<void> {
    await callStore(node.address, 'PUT', 'sys/seal', undefined, { token: this.#rootToken });
  }

  async stepDown(node: RaftNode): Promise<void> {
    await callStore(node.address, 'PUT', 'sys/step-down', undefined, { token: this.#rootToken });
  }

  /** Another node leads afterwards. */
  async makeStandby(node: RaftNode): Promise<void> {
    await until(`${node.address} as a standby`, async () => {
      if ((await this.leader()) !== node) return true;
      await this.stepDown(node);
      await this.untilWhole();
      return false;
    });
  }

  async unseal(node: RaftNode): Promise<void> {
    await until(`${node.address} unsealed`, async () => {
      for (const key of this.#keys.slice(0, THRESHOLD)) await callStore(node.address, 'PUT', 'sys/unseal', { key });
      const end = Date.now() + UNSEALS_WITHIN_MS;
      while (Date.now() < end) {
        const { sealed } = await callStore(node.address, 'GET', 'sys/seal-status');
        if (!sealed) return true;
        await sleep(100);
      }
      return false;
    });
  }

  /** Starts what does not run and unseals what is sealed. */
  async mend(): Promise<void> {
    for (const node of this.nodes) if (!node.isRunning) await node.start();
    await Promise.all(this.nodes.map((node) => this.unseal(node)));
    await this.untilWhole();
  }

  /** A leader, two standbys that follow it, and three that vote. */
  async untilWhole(): Promise<void> {
    await until('one leader with two standbys', async () => {
      const health = await Promise.all(this.nodes.map((node) => node.health()));
      if (health.filter((status) => status === ACTIVE).length !== 1) return false;
      if (health.filter((status) => status === STANDBY).length !== this.nodes.length - 1) return false;
      const answer = await this.request('GET', 'sys/storage/raft/configuration').catch(() => undefined);
      const servers: { voter: boolean }[] = answer?.data.config.servers ?? [];
      return servers.filter(({ voter }) => voter).length === this.nodes.length;
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.end()));
    for (const stop of this.#stops) await stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

interface Init {
  readonly keys: readonly string[];
  readonly root_token: string;
}

/** @throws Error naming what did not come */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + SETTLES_WITHIN_MS;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`waited in vain for: ${what}`);
    await sleep(200);
  }
}

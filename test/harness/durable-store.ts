// A real store that keeps what it has over a restart: one node with raft storage, which can be sealed and unsealed,
// ended and started again on its address.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  callStore,
  type OpenBao,
  openBao,
  READY_WITHIN_MS,
  ROOT_TOKEN,
  START_TRIES,
  type StoreServer,
} from './openbao.ts';
import { findFreePorts } from './ports.ts';
import { findStore, productOf } from './store-binary.ts';

export interface DurableStore extends OpenBao {
  seal(): Promise<void>;
  /** Returns when it serves requests again. */
  unseal(): Promise<void>;
  /** Its process is gone when this returns: with SIGTERM it seals itself first. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** After end(): started anew and unsealed, with the tokens and leases it had. */
  startAgain(): Promise<void>;
}

/** @param parent folder of its data: on tmpfs nothing waits for a disk */
export async function startDurableStore(parent = tmpdir()): Promise<DurableStore> {
  const binary = await findStore();
  for (let tries = 1; ; tries += 1) {
    const server = new RaftServer(binary, await findFreePorts(true), mkdtempSync(join(parent, 'store-')));
    try {
      await server.startFirst();
      const store = await openBao(server, productOf(binary));
      await store.enableKv('secret', 2);
      return Object.assign(store, {
        seal: () => store.request('PUT', 'sys/seal'),
        unseal: () => server.unseal(),
        end: (signal: NodeJS.Signals) => server.end(signal),
        startAgain: () => server.startAgain(),
      });
    } catch (error) {
      await server.stop();
      if (tries === START_TRIES) throw error;
    }
  }
}

class RaftServer implements StoreServer {
  readonly address: string;
  readonly #binary: string;
  readonly #folder: string;
  readonly #killOnExit = () => {
    this.#process?.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  };
  #process: ChildProcess | undefined;
  #unsealKey = '';
  #output = '';

  constructor(binary: string, port: number, folder: string) {
    this.address = `http://127.0.0.1:${port}`;
    this.#binary = binary;
    this.#folder = folder;
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'store.json'), JSON.stringify(configOf(folder, port)));
    process.on('exit', this.#killOnExit);
  }

  async startFirst(): Promise<void> {
    this.#spawn();
    await this.#until('listening', () => this.#health().then(() => true));
    const shares = { secret_shares: 1, secret_threshold: 1 };
    const { keys, root_token: token } = await callStore(this.address, 'PUT', 'sys/init', shares, { token: '' });
    this.#unsealKey = keys[0];
    await this.unseal();
    await callStore(this.address, 'POST', 'auth/token/create', { id: ROOT_TOKEN, policies: ['root'] }, { token });
  }

  async startAgain(): Promise<void> {
    this.#spawn();
    await this.#until('listening', () => this.#health().then(() => true));
    await this.unseal();
  }

  async unseal(): Promise<void> {
    await callStore(this.address, 'PUT', 'sys/unseal', { key: this.#unsealKey }, { token: '' });
    await this.#until('unsealed', async () => (await this.#health()) === 200);
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  async stop(): Promise<void> {
    process.off('exit', this.#killOnExit);
    await this.end('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #spawn(): void {
    // A fresh environment: BAO_ and VAULT_ variables of the developer's shell must not reach it.
    const env = { PATH: process.env['PATH'], HOME: tmpdir() };
    const args = ['server', `-config=${join(this.#folder, 'store.json')}`];
    const child = spawn(this.#binary, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (part: Buffer) => {
      this.#output = (this.#output + part.toString()).slice(-4096);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    this.#process = child;
  }

  /** 200 of the one that serves; others of a sealed one and of one that has no leader yet. */
  async #health(): Promise<number> {
    return (await fetch(`${this.address}/v1/sys/health`)).status;
  }

  async #until(what: string, look: () => Promise<boolean>): Promise<void> {
    for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until; await sleep(20)) {
      if (this.#process?.exitCode !== null) throw new Error(`the store ended:\n${this.#output}`);
      if (await look().catch(() => false)) return;
    }
    throw new Error(`the store is not ${what} in time:\n${this.#output}`);
  }
}

function configOf(folder: string, port: number): object {
  const [address, clusterAddress] = [`127.0.0.1:${port}`, `127.0.0.1:${port + 1}`];
  return {
    storage: { raft: { path: join(folder, 'data'), node_id: 'one', performance_multiplier: '1' } },
    listener: { tcp: { address, cluster_address: clusterAddress, tls_disable: true } },
    disable_mlock: true,
    api_addr: `http://${address}`,
    cluster_addr: `https://${clusterAddress}`,
  };
}

// One node of a raft cluster as a process of its own: it can be killed, started again on its data, and unsealed.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where a node listens: `port` for clients, the one after it for its peers. */
export interface Place {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** It bounds a hang and judges no speed. */
const ANSWERS_WITHIN_MS = 60_000;
/** The time of one request that asks how a node is; a stopped process takes connections and says nothing. */
const HEALTH_WITHIN_MS = 1_000;

export class RaftNode {
  readonly address: string;
  readonly host: string;
  readonly #binary: string;
  readonly #configFile: string;
  readonly #killOnExit = () => this.#process?.kill('SIGKILL');
  #process: ChildProcess | undefined;
  #output = '';

  constructor(binary: string, folder: string, own: Place) {
    this.#binary = binary;
    this.address = addressOf(own);
    this.host = own.host;
    const path = join(folder, own.name);
    mkdirSync(path);
    this.#configFile = join(folder, `${own.name}.json`);
    const config = {
      storage: { raft: { path, node_id: own.name } },
      listener: [
        {
          tcp: {
            address: `${own.host}:${own.port}`,
            cluster_address: `${own.host}:${own.port + 1}`,
            tls_disable: true,
          },
        },
      ],
      api_addr: this.address,
      cluster_addr: `https://${own.host}:${own.port + 1}`,
      disable_mlock: true,
    };
    writeFileSync(this.#configFile, JSON.stringify(config));
    process.on('exit', this.#killOnExit);
  }

  get isRunning(): boolean {
    return this.#process !== undefined;
  }

  async start(): Promise<void> {
    // A fresh environment: BAO_ and VAULT_ variables of the developer's shell must not reach it.
    const env = { PATH: process.env['PATH'], HOME: tmpdir() };
    const started = spawn(this.#binary, ['server', `-config=${this.#configFile}`], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (part: Buffer) => {
      this.#output = (this.#output + part.toString()).slice(-8_192);
    };
    started.stdout.on('data', keep);
    started.stderr.on('data', keep);
    this.#process = started;
    const until = Date.now() + ANSWERS_WITHIN_MS;
    while ((await this.health()) === undefined) {
      if (started.exitCode !== null || Date.now() > until)
        throw new Error(`no node at ${this.address}:\n${this.#output}`);
      await sleep(50);
    }
  }

  async kill(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    if (process === undefined || process.exitCode !== null) return;
    const ended = new Promise((resolve) => process.once('exit', resolve));
    process.kill('SIGKILL');
    await ended;
  }

  /** It takes connections, as its kernel does, and says nothing. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** The status of `sys/health`; undefined: it does not answer. */
  async health(): Promise<number | undefined> {
    try {
      const signal = AbortSignal.timeout(HEALTH_WITHIN_MS);
      const answer = await fetch(`${this.address}/v1/sys/health`, { signal });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return undefined;
    }
  }

  async end(): Promise<void> {
    process.off('exit', this.#killOnExit);
    await this.kill();
  }
}

function addressOf({ host, port }: Place): string {
  return `http://${host}:${port}`;
}

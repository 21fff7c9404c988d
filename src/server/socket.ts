// One Unix socket under its well-known name, for as long as the process serves. Bound under a name of its own,
// closed to others, and only then renamed onto the well-known one: whoever connects finds a socket that answers.
// A name that a live process serves is left to it and tried again each second, as is a socket file that somebody
// took away: another provider's exit removes by name whatever stands there.
import { randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, renameSync, unlinkSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import type { Clock } from '../clock.ts';
import { explainSocketFailure, whyNoSocketPath } from './socket-failure.ts';

/** Why a socket does not answer under its name. */
export type SocketState = 'serving' | 'starting' | 'taken' | 'failed';

export interface SocketOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly onConnection: (connection: Socket) => void;
  /** @param detail what a person needs to know; empty where it serves */
  readonly onState: (state: SocketState, detail: string) => void;
}

/** The driver asks for the provider's health every two minutes; a pod waits for it much less patiently. */
const CHECK_EVERY_MS = 1_000;
/** A live process answers a connect on the same machine at once. */
const PROBE_TIMEOUT_MS = 500;

export class ProviderSocket {
  readonly #options: SocketOptions;
  readonly #stopping = new AbortController();
  #server: Server | undefined;
  #inode: bigint | undefined;
  #state: SocketState = 'starting';
  #detail = '';

  constructor(options: SocketOptions) {
    this.#options = options;
  }

  get state(): SocketState {
    return this.#state;
  }

  /** Resolves when the first try is over, whether it serves or not. */
  async start(): Promise<void> {
    await this.#check();
    void this.#watch();
  }

  /** No new connections; the file goes, where it is still ours. Connections go on. */
  stop(): void {
    this.#stopping.abort();
    this.#removeOurs();
    this.#server?.close();
    this.#server = undefined;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#options.clock.sleep(CHECK_EVERY_MS, signal).catch(() => {});
      if (!signal.aborted) await this.#check();
    }
  }

  /** Never rejects: the name would not be looked at again. */
  async #check(): Promise<void> {
    const { path } = this.#options;
    try {
      if (this.#server !== undefined && this.#isOurs()) return;
      const why = whyNoSocketPath(path) ?? whyNoSocketPath(ownName(path));
      if (why !== undefined) return this.#become('failed', `cannot serve ${path}: ${why}`);
      if (await answers(path))
        return this.#become('taken', `another process serves ${path}; it is served here as soon as that one ends`);
      if (!this.#stopping.signal.aborted) await this.#bind();
    } catch (thrown) {
      this.#become('failed', `cannot serve ${path}: ${explainSocketFailure(path, thrown)}`);
    }
  }

  async #bind(): Promise<void> {
    const { path, onConnection } = this.#options;
    this.#server?.close();
    this.#server = undefined;
    const own = ownName(path);
    const server = createServer(onConnection);
    await listen(server, own);
    try {
      chmodSync(own, 0o600);
      this.#inode = lstatSync(own, { bigint: true }).ino;
      renameSync(own, path);
    } catch (thrown) {
      // Its file goes with it: the next try makes another.
      server.close();
      throw thrown;
    }
    this.#server = server;
    this.#become('serving', '');
  }

  #removeOurs(): void {
    try {
      if (this.#isOurs()) unlinkSync(this.#options.path);
    } catch {
      // The folder is gone or read-only; the file is dead as soon as its server is closed.
    }
  }

  /** By inode: a successor's file under the same name is not ours to remove. */
  #isOurs(): boolean {
    const stat = lstatSync(this.#options.path, { bigint: true, throwIfNoEntry: false });
    return stat !== undefined && stat.ino === this.#inode;
  }

  #become(state: SocketState, detail: string): void {
    if (state === this.#state && detail === this.#detail) return;
    this.#state = state;
    this.#detail = detail;
    this.#options.onState(state, detail);
  }
}

/**
 * Not longer than the names in use, as a socket's path has few bytes. The process id would not make it ours: it is the
 * same in every container.
 */
function ownName(path: string): string {
  return join(dirname(path), `.${randomBytes(4).toString('hex')}`);
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      // A caller that cannot be accepted (too many open files) must not end the process.
      server.on('error', () => {});
      resolve();
    });
  });
}

/** Whether a process accepts connections under the name; a file left behind by a killed one does not. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createConnection(path);
    const settle = (isAnswered: boolean) => {
      clearTimeout(timer);
      probe.destroy();
      resolve(isAnswered);
    };
    const timer = setTimeout(() => settle(true), PROBE_TIMEOUT_MS);
    probe.once('connect', () => settle(true));
    probe.once('error', () => settle(false));
  });
}

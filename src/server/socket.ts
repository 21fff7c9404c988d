// One Unix socket under its well-known name, for as long as the process serves. Bound under a name of its own,
// closed to others, and only then renamed onto the well-known one: whoever connects finds a socket that answers.
// A name that a live process serves is left to it and tried again each second, as is a socket file that somebody
// took away: another provider's exit removes by name whatever stands there.
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, renameSync, unlinkSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../clock.ts';

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
      if (await answers(path)) return this.#become('taken', `another process serves ${path}`);
      if (!this.#stopping.signal.aborted) await this.#bind();
    } catch (thrown) {
      // Node reports a missing folder as EACCES here.
      const why = existsSync(dirname(path)) ? systemCode(thrown) : 'its folder does not exist';
      this.#become('failed', `cannot serve ${path}: ${why}`);
    }
  }

  async #bind(): Promise<void> {
    const { path, onConnection } = this.#options;
    this.#server?.close();
    this.#server = undefined;
    // The process id is the same in every container, so it alone would not make the name ours.
    const own = join(dirname(path), `.${basename(path)}.${process.pid}.${randomBytes(3).toString('hex')}`);
    const server = createServer(onConnection);
    await listen(server, own);
    chmodSync(own, 0o600);
    this.#inode = lstatSync(own, { bigint: true }).ino;
    renameSync(own, path);
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
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState(state, detail);
  }
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

function systemCode(thrown: unknown): string {
  const code = (thrown as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'unexpected failure';
}

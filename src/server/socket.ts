// Keeps one Unix socket under its well-known name while the process serves. The socket is bound under a private name,
// gets its permissions, and is then renamed, so a client never finds one that does not answer. If another live process
// serves the name, the name is left to it and checked again each second. A socket file that was removed is made again:
// another provider that exits removes the name, whoever owns the file. One name may be served in several folders,
// because the driver looks into several.
import { randomBytes } from 'node:crypto';
import { type BigIntStats, chmodSync, lstatSync, renameSync, unlinkSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import type { Clock } from '../clock.ts';
import { listen } from '../listen.ts';
import { explainSocketFailure, hasNoFolder, whyNoSocketPath } from './socket-failure.ts';

/**
 * What the driver finds under the name: `serving`: us; `taken`: another process; `failed`: a file that is not ours and
 * cannot be replaced; `absent`, `no-folder`: nothing.
 */
export type SocketState = 'serving' | 'starting' | 'taken' | 'failed' | 'absent' | 'no-folder';

export interface SocketOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly onConnection: (connection: Socket) => void;
  /** Our sockets of the same name in other folders. */
  readonly sameName?: () => readonly ProviderSocket[];
  /** @param detail what a person needs to know; where it serves, what it replaced, or empty */
  readonly onState: (state: SocketState, detail: string) => void;
}

/** The driver checks the provider's health every two minutes, but a starting pod cannot wait that long. */
const CHECK_EVERY_MS = 1_000;
/** A live process answers a connect on the same machine at once. */
const PROBE_TIMEOUT_MS = 500;

export class ProviderSocket {
  readonly #options: SocketOptions;
  readonly #stopping = new AbortController();
  #server: Server | undefined;
  /** Identity of our socket file, from `identify`. */
  #file: string | undefined;
  #state: SocketState = 'starting';
  #detail = '';

  constructor(options: SocketOptions) {
    this.#options = options;
  }

  get state(): SocketState {
    return this.#state;
  }

  get detail(): string {
    return this.#detail;
  }

  /** Resolves when the first try is over, whether it serves or not. */
  async start(): Promise<void> {
    await this.#check();
    void this.#watch();
  }

  /** No new connections; the file goes, if it is still ours. Connections go on. */
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

  /** Never rejects: that would end the watch. */
  async #check(): Promise<void> {
    const { path } = this.#options;
    try {
      if (this.#holds(path)) return;
      const same = this.#sameName.find((other) => other.#holds(path));
      if (same !== undefined) return this.#become('serving', `the same file as ${same.#options.path}`);
      const why = whyNoSocketPath(path) ?? whyNoSocketPath(ownName(path));
      if (why !== undefined) return this.#become('absent', `cannot serve ${path}: ${why}`);
      if (await isServed(path))
        return this.#become(
          'taken',
          `another process serves ${path}; it is served here within a second after that one ends`,
        );
      const isEmpty = identify(path) === undefined;
      // The driver now reaches the other process. A file here could redirect it to us while that process still serves.
      const rival = isEmpty ? await this.#rival() : undefined;
      if (rival !== undefined)
        return this.#become('absent', `${path} is not served while another process serves ${rival}`);
      if (!this.#stopping.signal.aborted) await this.#bind(isEmpty ? '' : 'in place of a file that nobody served');
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  #fail(thrown: unknown): void {
    const { path } = this.#options;
    const detail = `cannot serve ${path}: ${explainSocketFailure(path, thrown)}`;
    const file = fileAt(path);
    if (hasNoFolder(path)) this.#become('no-folder', detail);
    else if (file === undefined) this.#become('absent', detail);
    else this.#become('failed', file.isSocket() ? `a dead socket file is in the way; ${detail}` : detail);
  }

  get #sameName(): readonly ProviderSocket[] {
    return (this.#options.sameName?.() ?? []).filter((other) => other !== this);
  }

  /** The path in another folder where another process serves this name; undefined: none. */
  async #rival(): Promise<string | undefined> {
    for (const other of this.#sameName) {
      const { path } = other.#options;
      if (!other.#holds(path) && (await isServed(path))) return path;
    }
    return undefined;
  }

  async #bind(detail: string): Promise<void> {
    const { path, onConnection } = this.#options;
    this.#server?.close();
    this.#server = undefined;
    const own = ownName(path);
    const server = createServer(onConnection);
    await listen(server, { path: own });
    try {
      chmodSync(own, 0o600);
      this.#file = identify(own);
      renameSync(own, path);
    } catch (thrown) {
      // Its file goes with it: the next try makes another.
      server.close();
      throw thrown;
    }
    this.#server = server;
    this.#become('serving', detail);
  }

  #removeOurs(): void {
    try {
      if (this.#holds(this.#options.path)) unlinkSync(this.#options.path);
    } catch {
      // The folder is gone or read-only; the file is dead as soon as its server is closed.
    }
  }

  /** Compares file identities: a successor's file under the same name must not be removed. */
  #holds(path: string): boolean {
    return this.#server !== undefined && identify(path) === this.#file;
  }

  #become(state: SocketState, detail: string): void {
    if (state === this.#state && detail === this.#detail) return;
    this.#state = state;
    this.#detail = detail;
    this.#options.onState(state, detail);
  }
}

/**
 * Short, because a socket's path has few bytes. Random, because the process id is the same in every container.
 */
function ownName(path: string): string {
  return join(dirname(path), `.${randomBytes(4).toString('hex')}`);
}

/** undefined: there is no file. */
function identify(path: string): string | undefined {
  const file = fileAt(path);
  return file && `${file.dev}:${file.ino}`;
}

function fileAt(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true });
  } catch {
    // No file, or an unreadable folder: creating the socket then fails with the exact error.
    return undefined;
  }
}

/** Connect errors that prove that no process serves the name. After any other error one may. */
const NOBODY: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTDIR']);

/** Whether a process accepts connections under the name; a file left behind by a killed one does not. */
function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createConnection(path);
    const settle = (isAnswered: boolean) => {
      clearTimeout(timer);
      probe.destroy();
      resolve(isAnswered);
    };
    const timer = setTimeout(() => settle(true), PROBE_TIMEOUT_MS);
    probe.once('connect', () => settle(true));
    probe.once('error', ({ code }: NodeJS.ErrnoException) => settle(!NOBODY.has(code)));
  });
}

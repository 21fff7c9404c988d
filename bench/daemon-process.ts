// The built daemon as its container starts it, and what the kernel knows of its memory and time. Its log goes to a
// file: nobody has to read it while something is measured.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readImage } from './image.ts';
import type { MemoryGroup } from './memory-group.ts';
import { cpuMsOf, statusBytes } from './proc.ts';

/** In MB, 10^6 bytes. */
export interface Memory {
  /** Anonymous memory, which nothing but the end of the process frees. */
  readonly anon: number;
  /** With mapped files; most of the difference is the node binary, shared and reclaimable. */
  readonly rss: number;
  /** undefined if it runs in no group of its own. */
  readonly workingSet: number | undefined;
}

/** The store over TLS, on 127.0.0.1. */
export interface TlsStore {
  readonly port: number;
  readonly caFile: string;
  readonly caPem: string;
}

export interface DaemonOptions {
  readonly args?: readonly string[];
  /** Laid over those of the image. */
  readonly nodeFlags?: readonly string[];
  readonly group?: MemoryGroup | undefined;
  /** Of another build: it holds a Dockerfile and dist/. */
  readonly folder?: string | undefined;
  /** The store's other way in. */
  readonly tls?: TlsStore | undefined;
}

/** Where this build is, and an older one has the same: its Dockerfile beside its dist/. */
const OWN_FOLDER = fileURLToPath(new URL('..', import.meta.url));
const START_WITHIN_MS = 10_000;
const MB = 1e6;

/** A program that serves the driver's calls on a socket: the daemon, or another provider. */
export interface Launch {
  readonly command: string;
  /** @param socket where it must listen; `folder` is its own and goes with it. */
  readonly args: (socket: string, folder: string) => readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly group?: MemoryGroup | undefined;
}

export class DaemonProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'secretmount-bench-'));
  readonly socket = join(this.folder, 'vault.sock');
  readonly #process: ChildProcess;
  readonly #exit: Promise<unknown>;
  readonly #group: MemoryGroup | undefined;
  readonly #killOnExit = () => this.#process.kill('SIGKILL');

  private constructor({ command, args, env: own, group }: Launch) {
    const all = args(this.socket, this.folder);
    const log = openSync(join(this.folder, 'log'), 'w');
    const env = { PATH: process.env['PATH'], ...own };
    // Enters its group before it is node, so that every page it takes is counted there.
    const enter = ['-c', 'echo $$ > "$0" && exec "$@"', group?.entry ?? '', command, ...all];
    const words = group === undefined ? ([command, all] as const) : (['/bin/sh', enter] as const);
    this.#process = spawn(...words, { env, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#group = group;
    this.#exit = new Promise((resolve) => this.#process.once('exit', resolve));
    process.on('exit', this.#killOnExit);
  }

  /** Resolves when the socket takes connections. */
  static start(storePort: number, options: DaemonOptions = {}): Promise<DaemonProcess> {
    const { args = [], nodeFlags = [], group, folder = OWN_FOLDER, tls } = options;
    const image = readImage(readFileSync(join(folder, 'Dockerfile'), 'utf8'));
    const store =
      tls === undefined
        ? [`--vault-addr=http://127.0.0.1:${storePort}`]
        : [`--vault-addr=https://127.0.0.1:${tls.port}`, `--vault-tls-ca-cert=${tls.caFile}`];
    return DaemonProcess.launch({
      command: process.execPath,
      args: (socket) => [
        ...image.nodeFlags,
        ...nodeFlags,
        join(folder, 'dist/secretmount.js'),
        `--endpoint=${socket}`,
        '--http-addr=127.0.0.1:0',
        ...store,
        ...args,
      ],
      env: image.env,
      group,
    });
  }

  /** Resolves when the socket takes connections. */
  static async launch(launch: Launch): Promise<DaemonProcess> {
    const daemon = new DaemonProcess(launch);
    const until = Date.now() + START_WITHIN_MS;
    while (!(await answers(daemon.socket))) {
      if (Date.now() > until || !daemon.isRunning) {
        const log = daemon.log();
        await daemon.stop();
        throw new Error(`${launch.command} did not start:\n${log}`);
      }
      await sleep(1);
    }
    return daemon;
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  log(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8');
  }

  memory(): Memory {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
    const workingSet = this.#group === undefined ? undefined : this.#group.workingSetBytes() / MB;
    return { anon: statusBytes(status, 'RssAnon') / MB, rss: statusBytes(status, 'VmRSS') / MB, workingSet };
  }

  /** CPU time so far, user and system. */
  cpuMs(): number {
    return cpuMsOf(this.#process.pid ?? 0);
  }

  /** File descriptors: sockets for the most part. */
  openFiles(): number {
    return readdirSync(`/proc/${this.#process.pid}/fd`).length;
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exit;
    process.off('exit', this.#killOnExit);
    rmSync(this.folder, { recursive: true });
    this.#group?.remove();
  }
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socket);
    probe.once('connect', () => resolve(true)).once('error', () => resolve(false));
    probe.once('connect', () => probe.destroy());
  });
}

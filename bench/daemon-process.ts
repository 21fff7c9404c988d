// The built daemon as its container starts it, and what the kernel knows of its memory and time. Its log goes to a
// file: nobody has to read it while something is measured.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { MemoryGroup } from './memory-group.ts';

/** In MB, 10^6 bytes. */
export interface Memory {
  /** Anonymous memory, which nothing but the end of the process frees. */
  readonly anon: number;
  /** With mapped files; most of the difference is the node binary, shared and reclaimable. */
  readonly rss: number;
  /** undefined if it runs in no group of its own. */
  readonly workingSet: number | undefined;
}

export interface DaemonOptions {
  readonly args?: readonly string[];
  /** Laid over those of the image. */
  readonly nodeFlags?: readonly string[];
  readonly group?: MemoryGroup | undefined;
}

/**
 * As in the image: little room to grow; code compiled on the main thread, whose memory the C library then frees; no
 * code from strings, no inspector; garbage freed.
 */
const NODE_FLAGS = [
  '--max-semi-space-size=1',
  '--max-old-space-size=64',
  '--no-concurrent-recompilation',
  '--disable-sigusr1',
  '--disallow-code-generation-from-strings',
  '--expose-gc',
] as const;

const program = fileURLToPath(new URL('../dist/secretmount.js', import.meta.url));
const START_WITHIN_MS = 10_000;
/** USER_HZ, which is 100 on every architecture that Node runs on. */
const TICK_MS = 10;
const MB = 1e6;

export class DaemonProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'secretmount-bench-'));
  readonly socket = join(this.folder, 'vault.sock');
  readonly #process: ChildProcess;
  readonly #exit: Promise<unknown>;
  readonly #group: MemoryGroup | undefined;
  readonly #killOnExit = () => this.#process.kill('SIGKILL');

  private constructor(storePort: number, { args = [], nodeFlags = [], group }: DaemonOptions) {
    const all = [
      ...NODE_FLAGS,
      ...nodeFlags,
      program,
      `--endpoint=${this.socket}`,
      '--http-addr=127.0.0.1:0',
      `--vault-addr=http://127.0.0.1:${storePort}`,
      ...args,
    ];
    const log = openSync(join(this.folder, 'log'), 'w');
    const env = { PATH: process.env['PATH'], MALLOC_ARENA_MAX: '1' };
    // Enters its group before it is node, so that every page it takes is counted there.
    const enter = ['-c', 'echo $$ > "$0" && exec "$@"', group?.entry ?? '', process.execPath, ...all];
    const command = group === undefined ? ([process.execPath, all] as const) : (['/bin/sh', enter] as const);
    this.#process = spawn(...command, { env, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#group = group;
    this.#exit = new Promise((resolve) => this.#process.once('exit', resolve));
    process.on('exit', this.#killOnExit);
  }

  /** Resolves when the socket takes connections. */
  static async start(storePort: number, options: DaemonOptions = {}): Promise<DaemonProcess> {
    const daemon = new DaemonProcess(storePort, options);
    const until = Date.now() + START_WITHIN_MS;
    while (!(await answers(daemon.socket))) {
      if (Date.now() > until || !daemon.isRunning) throw new Error(`the daemon did not start:\n${daemon.log()}`);
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
    const bytes = (field: string) => Number(status.match(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm'))?.[1] ?? 0) * 1024;
    const workingSet = this.#group === undefined ? undefined : this.#group.workingSetBytes() / MB;
    return { anon: bytes('RssAnon') / MB, rss: bytes('VmRSS') / MB, workingSet };
  }

  /** CPU time so far, user and system. */
  cpuMs(): number {
    // The second field is the program's name in brackets, which may hold spaces; 14 and 15 are the times.
    const fields = readFileSync(`/proc/${this.#process.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
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

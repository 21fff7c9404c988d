// The built daemon as a node runs it: with the image's flags, in a memory cgroup of the chart's limit. Its log is read
// as it comes and not kept, so that a run may be as long as one likes.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MemoryGroup } from '../../bench/memory-group.ts';
import { Driver } from '../harness/driver.ts';
import { PROGRAM } from '../harness/program.ts';
import { memoryLimitBytes, nodeFlags } from './image.ts';

export interface LimitedDaemonOptions {
  readonly args: readonly string[];
  /** Hears each line that it prints. */
  readonly onLine?: (line: string) => void;
}

/** What a loaded machine may need. */
const READY_WITHIN_MS = 60_000;
const LINES_KEPT = 40;
const MIB = 2 ** 20;

export class LimitedDaemon {
  readonly folder = mkdtempSync('/dev/shm/secretmount-tenants-');
  readonly process: ChildProcess;
  readonly #group: MemoryGroup | undefined = MemoryGroup.create(memoryLimitBytes());
  readonly #exit: Promise<string>;
  readonly #started: Promise<void>;
  readonly #drivers: Driver[] = [];
  readonly #lastLines: string[] = [];
  readonly #look: NodeJS.Timeout;
  readonly #killOnExit = () => this.process.kill('SIGKILL');
  #httpPort = 0;
  #hasEnded = false;
  #peakBytes = 0;

  constructor({ args, onLine = () => {} }: LimitedDaemonOptions) {
    mkdirSync(join(this.folder, 'state'));
    const own = [
      `--endpoint=${this.#socket}`,
      `--state-dir=${join(this.folder, 'state')}`,
      `--status-socket=${join(this.folder, 'status.sock')}`,
      '--http-addr=127.0.0.1:0',
    ];
    const node = [process.execPath, ...nodeFlags(), PROGRAM, ...own, ...args];
    const enter = this.#group === undefined ? 'exec "$@"' : 'echo $$ > "$0"; exec "$@"';
    const env = { PATH: process.env['PATH'] ?? '', MALLOC_ARENA_MAX: '1' };
    this.process = spawn('sh', ['-c', enter, this.#group?.entry ?? 'sh', ...node], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#exit = new Promise((resolve) => {
      this.process.once('exit', (code, signal) => {
        this.#hasEnded = true;
        resolve(`ended with ${signal ?? code}, kernel kills ${this.#group?.kills() ?? 'unknown'}:\n${this.lastLines}`);
      });
    });
    this.#started = this.#listen(onLine);
    this.#look = setInterval(() => this.#measure(), 50);
    process.on('exit', this.#killOnExit);
  }

  static async start(options: LimitedDaemonOptions): Promise<LimitedDaemon> {
    const daemon = new LimitedDaemon(options);
    const late = new Promise<never>((_, reject) =>
      setTimeout(() => reject(new Error('not started')), READY_WITHIN_MS).unref(),
    );
    const dead = daemon.#exit.then((how) => Promise.reject(new Error(how)));
    await Promise.race([daemon.#started, dead, late]);
    dead.catch(() => {});
    return daemon;
  }

  get isAlive(): boolean {
    return !this.#hasEnded;
  }

  /** Where the daemon lives its end is not known. */
  get exit(): Promise<string> {
    return this.#exit;
  }

  /** As the kubelet counts; of the process alone if this machine lets us make no cgroup. */
  get peakMiB(): number {
    return Math.round(this.#peakBytes / MIB);
  }

  get hasLimit(): boolean {
    return this.#group !== undefined;
  }

  get httpPort(): number {
    return this.#httpPort;
  }

  get lastLines(): string {
    return this.#lastLines.join('\n');
  }

  get #socket(): string {
    return join(this.folder, 'vault.sock');
  }

  get socketPath(): string {
    return this.#socket;
  }

  /** Its CPU time so far. */
  cpuMs(): number {
    const fields = readFileSync(`/proc/${this.process.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  driver(): Driver {
    const driver = new Driver(this.#socket);
    this.#drivers.push(driver);
    return driver;
  }

  async stop(): Promise<void> {
    clearInterval(this.#look);
    for (const driver of this.#drivers) driver.close();
    process.off('exit', this.#killOnExit);
    this.process.kill('SIGKILL');
    await this.#exit;
    this.#group?.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #listen(onLine: (line: string) => void): Promise<void> {
    return new Promise((resolve) => {
      for (const stream of [this.process.stdout, this.process.stderr]) {
        if (stream === null) continue;
        createInterface({ input: stream }).on('line', (line) => {
          onLine(line);
          this.#lastLines.push(line.slice(0, 500));
          if (this.#lastLines.length > LINES_KEPT) this.#lastLines.shift();
          if (!line.includes('"msg":"started"')) return;
          this.#httpPort = Number(JSON.parse(line).httpPort);
          resolve();
        });
      }
    });
  }

  #measure(): void {
    if (this.#hasEnded) return;
    this.#peakBytes = Math.max(this.#peakBytes, this.#group?.workingSetBytes() ?? this.#rssBytes());
  }

  #rssBytes(): number {
    const status = readFileSync(`/proc/${this.process.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
  }
}

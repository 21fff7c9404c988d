// The built daemon as a process of its own, on sockets in a folder of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Driver } from './driver.ts';
import { COVERAGE_ENV, PROGRAM } from './program.ts';

export interface DaemonOptions {
  readonly args?: readonly string[];
  /** Beside PATH; nothing else of the caller's environment reaches it. */
  readonly env?: Readonly<Record<string, string>>;
  /** Node's own flags; by default those of src/start.ts. */
  readonly nodeArgs?: readonly string[];
  /** Socket names below its folder. */
  readonly sockets?: readonly string[];
  readonly folder?: string;
  /** Another built daemon than that of dist/. */
  readonly program?: string;
}

export const NODE_ARGS = ['--disable-sigusr1', '--disallow-code-generation-from-strings', '--expose-gc'];
/** Far more than it takes: it bounds a hang and judges no speed. */
const READY_WITHIN_MS = 60_000;

export class Daemon {
  readonly folder: string;
  readonly process: ChildProcess;
  readonly exit: Promise<number | null>;
  readonly #ownsFolder: boolean;
  readonly #drivers: Driver[] = [];
  readonly #killOnExit = () => this.process.kill('SIGKILL');
  #output = '';
  #httpPort: number | undefined;

  constructor(options: DaemonOptions = {}) {
    this.#ownsFolder = options.folder === undefined;
    this.folder = options.folder ?? mkdtempSync(join(tmpdir(), 'secretmount-'));
    const sockets = options.sockets ?? ['vault.sock', 'openbao.sock'];
    const endpoints = sockets.map((name) => `--endpoint=${join(this.folder, name)}`);
    const args = [
      ...(options.nodeArgs ?? NODE_ARGS),
      options.program ?? PROGRAM,
      ...endpoints,
      '--http-addr=127.0.0.1:0',
      ...(options.args ?? []),
    ];
    const env = { PATH: process.env['PATH'] ?? '', ...COVERAGE_ENV, ...options.env };
    this.process = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (part: Buffer) => {
      this.#output += part.toString();
    };
    this.process.stdout?.on('data', keep);
    this.process.stderr?.on('data', keep);
    this.exit = new Promise((resolve) => {
      this.process.once('exit', (code) => {
        process.off('exit', this.#killOnExit);
        resolve(code);
      });
    });
    process.on('exit', this.#killOnExit);
  }

  /** Everything it printed. */
  get output(): string {
    return this.#output;
  }

  /** Its log as objects; lines that are none are an error of the daemon's. */
  get log(): readonly Record<string, unknown>[] {
    const complete = this.#output.slice(0, this.#output.lastIndexOf('\n') + 1);
    const lines = complete.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  async untilStarted(): Promise<this> {
    await this.untilLogged((line) => line['msg'] === 'started');
    return this;
  }

  async untilLogged(isIt: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    const [line] = await this.untilLoggedTimes(1, isIt);
    return line as Record<string, unknown>;
  }

  /** An answer can arrive before the lines about it: who counts lines waits for as many. All such lines, in order. */
  async untilLoggedTimes(
    count: number,
    isIt: (line: Record<string, unknown>) => boolean,
  ): Promise<Record<string, unknown>[]> {
    const until = Date.now() + READY_WITHIN_MS;
    while (Date.now() < until) {
      const lines = this.log.filter(isIt);
      if (lines.length >= count) return lines;
      if (this.process.exitCode !== null || this.process.signalCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    this.process.kill('SIGKILL');
    throw new Error(`the daemon did not say it:\n${this.#output}`);
  }

  driver(socket = 'vault.sock'): Driver {
    const driver = new Driver(join(this.folder, socket));
    this.#drivers.push(driver);
    return driver;
  }

  /** A page of its HTTP server. */
  async http(path: string): Promise<{ status: number; text: string }> {
    this.#httpPort ??= Number((await this.untilLogged((line) => line['msg'] === 'started'))['httpPort']);
    const answer = await fetch(`http://127.0.0.1:${this.#httpPort}${path}`);
    return { status: answer.status, text: await answer.text() };
  }

  signal(name: NodeJS.Signals): void {
    this.process.kill(name);
  }

  async stop(name: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    for (const driver of this.#drivers.splice(0)) driver.close();
    this.process.kill(name);
    const code = await this.exit;
    if (this.#ownsFolder) rmSync(this.folder, { recursive: true, force: true });
    return code;
  }
}

export function startDaemon(options: DaemonOptions = {}): Promise<Daemon> {
  return new Daemon(options).untilStarted();
}

// Namespaces of the node's own for mounts, network, processes and what they share. What starts in them ends with them,
// and they end with this process, also if it is killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../tools/commands.ts';
import { PATIENCE_MS } from './wait.ts';

/** What the node has in memory instead of the machine's own. shared.sh makes those that the machine lacks. */
export const MEMORY_FOLDERS = ['/run', '/var/log', '/dev/shm', '/var/lib/kubelet', '/var/lib/cni', '/etc/kubernetes'];
const SHARED = join(import.meta.dirname, 'shared.sh');
/** After SIGKILL to the first process the kernel needs a moment for all others and their mounts. */
const ENDED_WITHIN_MS = 60_000;

export interface Daemon {
  readonly name: string;
  readonly logFile: string;
  readonly hasEnded: () => boolean;
  /** At once, and nobody misses it any more. */
  readonly kill: () => void;
}

interface Started extends Daemon {
  /** nsenter, which stays outside. */
  readonly child: ChildProcess;
}

export class Namespaces {
  readonly #unshare: ChildProcess;
  readonly #pid: number;
  readonly #ended: Promise<void>;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #daemons: Started[] = [];

  private constructor(unshare: ChildProcess, pid: number, environment: NodeJS.ProcessEnv) {
    this.#unshare = unshare;
    this.#pid = pid;
    this.#environment = environment;
    this.#ended = new Promise((resolve) => unshare.once('exit', () => resolve()));
  }

  /** Only `stateFolder` of the machine's disk can be written in them. */
  static async open(stateFolder: string): Promise<Namespaces> {
    // Else programs keep things in the user's home, where another suite's node of the same address finds them.
    const environment = { ...process.env, HOME: join(stateFolder, 'home'), TMPDIR: join(stateFolder, 'tmp') };
    for (const folder of [environment.HOME, environment.TMPDIR]) await mkdir(folder, { mode: 0o1777 });
    const flags = ['-m', '-n', '-p', '-i', '-f', '--kill-child', '--mount-proc', '--propagation', 'private'];
    const inside = ['bash', join(import.meta.dirname, 'inside.sh'), stateFolder, ...MEMORY_FOLDERS];
    const unshare = spawn('bash', [SHARED, 'hold', 'unshare', ...flags, ...inside], {
      stdio: ['pipe', 'pipe', 'pipe'],
      // Ctrl-C reaches a whole group of processes: the node must outlive it until it is taken down in order.
      detached: true,
    });
    await untilReady(unshare);
    const children = await readFile(`/proc/${unshare.pid}/task/${unshare.pid}/children`, 'utf8');
    return new Namespaces(unshare, Number(children.trim().split(' ')[0]), environment);
  }

  /** The environment of all that runs in them. */
  get environment(): NodeJS.ProcessEnv {
    return this.#environment;
  }

  /** The arguments that run a command in the namespaces. Its working folder becomes `/`. */
  enter(argv: readonly string[]): readonly string[] {
    return ['nsenter', '-t', String(this.#pid), '-m', '-n', '-p', '-i', '--wd=/', '--', ...argv];
  }

  /** Starts a program that is to run until the end. */
  start(name: string, argv: readonly string[], logFolder: string, env: NodeJS.ProcessEnv = {}): Daemon {
    const logFile = join(logFolder, `${name}.log`);
    const log = openSync(logFile, 'a');
    const [program = '', ...args] = this.enter(argv);
    const child = spawn(program, args, {
      stdio: ['ignore', log, log],
      detached: true,
      env: { ...this.#environment, ...env },
    });
    closeSync(log);
    child.once('error', () => {});
    const daemon: Started = {
      name,
      logFile,
      child,
      hasEnded: () => child.exitCode !== null || child.signalCode !== null,
      kill: () => {
        this.#daemons.splice(this.#daemons.indexOf(daemon), 1);
        // nsenter and what it runs.
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      },
    };
    this.#daemons.push(daemon);
    return daemon;
  }

  /** @throws Error with the end of its log where a daemon is gone */
  async requireAlive(): Promise<void> {
    for (const { name, logFile, hasEnded } of this.#daemons) {
      if (hasEnded()) throw new Error(`${name} ended:\n${(await readFile(logFile, 'utf8')).trim().slice(-2000)}`);
    }
  }

  async close(): Promise<void> {
    if (this.#unshare.exitCode === null && this.#unshare.signalCode === null) this.#unshare.kill('SIGKILL');
    await Promise.race([this.#ended, sleep(ENDED_WITHIN_MS, undefined, { ref: false })]);
    const until = performance.now() + ENDED_WITHIN_MS;
    // It stopped where a step stopped its program, and would not see that this has ended.
    for (const { child } of this.#daemons) child.kill('SIGKILL');
    while (existsSync(`/proc/${this.#pid}`) && performance.now() < until) await sleep(50);
    await runCommand(['bash', SHARED, 'release']);
  }
}

function untilReady(unshare: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (why: string) => {
      unshare.kill('SIGKILL');
      reject(new Error(`the node's namespaces ${why} (root and Linux namespaces are needed)\n${said.trim()}`));
    };
    const timer = setTimeout(() => fail('were not ready in time'), PATIENCE_MS);
    unshare.stderr?.on('data', (part: Buffer) => {
      said += part;
    });
    unshare.stdout?.on('data', () => {
      clearTimeout(timer);
      resolve();
    });
    unshare.once('exit', () => {
      clearTimeout(timer);
      fail('could not be made');
    });
    unshare.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}

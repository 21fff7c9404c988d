// Runs a program to its end: bounded in time, its output in the error where it fails.
import { type ChildProcess, spawn } from 'node:child_process';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string | Buffer;
  /** Default: two minutes, far above what the short commands of this suite take on a machine with other work. */
  readonly timeoutMs?: number;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

export class CommandError extends Error {
  readonly exitCode: number | null;
  readonly stderr: string;

  constructor(command: string, exitCode: number | null, why: string, stdout: string, stderr: string) {
    super(`${command}: ${why}\n${(stderr || stdout).trim().slice(-3000)}`);
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

const DEFAULT_TIMEOUT_MS = 120_000;
/** For the last output of a group that was killed. Whoever left the group may hold the pipes for ever. */
const LAST_OUTPUT_MS = 1_000;

/** Commands that have not ended: groups of their own, which Ctrl-C does not reach. */
const running = new Set<ChildProcess>();

/** Kills every command that runs, with what it started. */
export function endCommands(): void {
  for (const child of running) killGroup(child);
}

/** What it printed to its standard output. @throws CommandError if it ends with another code than 0 */
export function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const [program = '', ...args] = argv;
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.env === undefined ? {} : { env: options.env }),
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      // A process group of its own: nsenter and shells run what they are given as a child, which must end with them.
      detached: true,
    });
    running.add(child);
    let ended = '';
    let lastOutput: NodeJS.Timeout | undefined;
    const end = (why: string) => {
      if (ended !== '') return;
      ended = why;
      killGroup(child);
      lastOutput = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, LAST_OUTPUT_MS);
    };
    const timer = setTimeout(() => end(`took longer than ${timeoutMs / 1000} s`), timeoutMs);
    const abort = () => end('was interrupted');
    options.signal?.addEventListener('abort', abort, { once: true });
    if (options.signal?.aborted) abort();
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout?.on('data', (part: Buffer) => out.push(part));
    child.stderr?.on('data', (part: Buffer) => err.push(part));
    // A program that does not read its input ends with a code of its own, which says more than EPIPE.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input);
    const release = () => {
      running.delete(child);
      clearTimeout(timer);
      clearTimeout(lastOutput);
      options.signal?.removeEventListener('abort', abort);
    };
    child.once('error', (error) => {
      release();
      reject(error);
    });
    child.once('close', (code, signal) => {
      release();
      const stdout = Buffer.concat(out).toString();
      if (code === 0 && ended === '') return resolve(stdout);
      const why = ended || (code === null ? `ended by ${signal}` : `ended with ${code}`);
      const shown = [program.split('/').at(-1), ...args].join(' ').slice(0, 300);
      reject(new CommandError(shown, code, why, stdout, Buffer.concat(err).toString()));
    });
  });
}

/** Also what is in namespaces below ours: a group spans them. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The whole group has ended.
  }
}

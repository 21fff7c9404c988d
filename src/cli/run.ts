// Selects the command of an argument list. Commands for people are loaded on demand, so that the daemon's memory does not
// hold them.
import { printable } from '../printable.ts';
import { type Args, parseArgs, toCommand, UsageError } from './args.ts';
import type { Command } from './commands.ts';
import { explainEnd } from './explain-fault.ts';
import { helpText } from './help.ts';
import { type Environment, readOptions } from './options.ts';
import { refuseIntrusion } from './refused-environment.ts';
import { serve } from './serve.ts';
import { versionText } from './version.ts';

export interface Streams {
  readonly out: (text: string) => unknown;
  readonly err: (text: string) => unknown;
  /** Whether `out` is a person's terminal. */
  readonly isTerminal: boolean;
}

/** 0: done or stopped as asked; 1: failed; 2: the command line, or what it names, is unusable. */
export type ExitCode = 0 | 1 | 2;

/** The longest time a timer can wait. */
const A_LONG_TIME_MS = 2 ** 31 - 1;

/**
 * Never rejects: what a command throws ends here, in one line for a person.
 * @param stop ends a command that goes on until it is stopped. Without it the process is the command's own, and signals do.
 */
export async function run(
  argv: readonly string[],
  env: Environment,
  streams: Streams,
  stop?: AbortSignal,
): Promise<ExitCode> {
  // The services' own timers would let the process end while it waits.
  const alive = setInterval(() => {}, A_LONG_TIME_MS);
  try {
    return await runCommand(parseArgs(argv), env, streams, stop);
  } catch (thrown) {
    streams.err(`secretmount: ${printable(explainEnd(thrown))}\n`);
    return 2;
  } finally {
    clearInterval(alive);
  }
}

async function runCommand(
  args: Args,
  env: Environment,
  streams: Streams,
  stop: AbortSignal | undefined,
): Promise<ExitCode> {
  const { command, flags, words } = args;
  if (command.name === 'help' || flags.has('help')) {
    streams.out(helpText(command.name === 'help' ? helpTopic(words) : command));
    return 0;
  }
  if (command.name === 'version' || flags.has('version')) {
    streams.out(versionText(flags.get('output')?.at(-1) ?? 'text'));
    return 0;
  }
  if (command.name === 'check') {
    const { checkCommand } = await import('./check/check-command.ts');
    return checkCommand(args, env, streams);
  }
  if (command.name === 'mount') {
    const { mountCommand } = await import('./mount/mount-command.ts');
    return mountCommand(args, env, streams, stop);
  }
  if (command.name === 'migrate') {
    const { migrateCommand } = await import('./migrate/migrate-command.ts');
    return migrateCommand(args, env, streams);
  }
  if (command.name === 'template') {
    const { templateCommand } = await import('./template/template-command.ts');
    return templateCommand(args, env, streams);
  }
  if (command.name === 'completion') {
    const { completionScript } = await import('./completion/completion-command.ts');
    streams.out(completionScript(words));
    return 0;
  }
  if (command.name === 'status') {
    const { statusCommand } = await import('./status/status-command.ts');
    return statusCommand(flags, streams);
  }
  refuseIntrusion(env);
  return serve(readOptions(flags, env), env);
}

/** @throws UsageError */
function helpTopic([name = 'help', another]: readonly string[]): Command {
  if (another !== undefined) throw new UsageError('help takes one command: secretmount help COMMAND');
  return toCommand(name);
}

// Which command an argument list asks for. Arguments that are empty or start with a flag mean `serve`, as the
// peers' DaemonSets pass flags only.
import { type Args, parseArgs, UsageError } from './args.ts';
import { helpText } from './help.ts';
import { type Environment, readOptions } from './options.ts';
import { serve } from './serve.ts';
import { versionText } from './version.ts';

export interface Streams {
  readonly out: (text: string) => unknown;
  readonly err: (text: string) => unknown;
}

/** 0 stopped as asked, 1 failed, 2 the command line cannot be understood. */
export type ExitCode = 0 | 1 | 2;

export async function run(argv: readonly string[], env: Environment, streams: Streams): Promise<ExitCode> {
  try {
    return await runCommand(parseArgs(argv), env, streams);
  } catch (thrown) {
    if (!(thrown instanceof UsageError)) throw thrown;
    streams.err(`secretmount: ${thrown.message}\n`);
    return 2;
  }
}

async function runCommand({ command, flags }: Args, env: Environment, streams: Streams): Promise<ExitCode> {
  if (command === 'help' || flags.has('help')) {
    streams.out(helpText());
    return 0;
  }
  if (command === 'version' || flags.has('version')) {
    streams.out(versionText(flags.get('output')?.at(-1) ?? 'text'));
    return 0;
  }
  if (command === '' || command === 'serve') return serve(readOptions(flags, env), env);
  throw new UsageError(`unknown command ${JSON.stringify(command)}; the commands are serve, version and help`);
}

// Arguments as Go programs take them: one dash or two, `--flag=value` or `--flag value`, switches with or
// without a value. What is not in the command's table is refused, with the nearest name that is.
import { describeDifference } from '../invisible.ts';
import { nearest } from '../nearest.ts';
import { COMMANDS, type Command, findCommand } from './commands.ts';
import { FILE_FLAG, type Flag, spelled } from './flags.ts';

/** By flag name, in the order given; a switch without a value is `true`. */
export type GivenFlags = ReadonlyMap<string, readonly string[]>;

export interface Args {
  /** `serve` if the arguments start with a flag or are none: the peers' DaemonSets pass flags only. */
  readonly command: Command;
  readonly flags: GivenFlags;
  /** What is not a flag: files, with `-` for standard input; of `help` a command, of `completion` a shell. */
  readonly words: readonly string[];
}

/** The command line cannot be understood; its message is for the person who wrote it. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** @throws UsageError */
export function parseArgs(argv: readonly string[]): Args {
  const [first = ''] = argv;
  const hasCommand = first !== '' && !first.startsWith('-');
  const command = toCommand(hasCommand ? first : 'serve');
  const flags = new Map<string, string[]>();
  const words: string[] = [];
  const rest = [...argv.slice(hasCommand ? 1 : 0)];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '') continue;
    if (command.words !== undefined && (arg === '-' || !arg.startsWith('-'))) {
      words.push(arg);
      continue;
    }
    const { flag, value } = splitFlag(arg, command);
    const given = value ?? (flag.kind === 'switch' ? 'true' : rest.shift());
    if (given === undefined)
      throw new UsageError(`--${flag.name} needs a value: --${flag.name}=${flag.value ?? 'VALUE'}`);
    flags.set(flag.name, [...(flags.get(flag.name) ?? []), given]);
  }
  return { command, flags, words: [...words, ...(flags.get(FILE_FLAG.name) ?? [])] };
}

/** @throws UsageError */
export function toCommand(name: string): Command {
  const command = findCommand(name);
  if (command !== undefined) return command;
  const names = COMMANDS.map((one) => one.name);
  const near = nearest(name, names);
  const hint =
    near === undefined
      ? `; the commands are ${names.join(', ')}`
      : `${describeDifference(name, near)}; did you mean ${near}?`;
  throw new UsageError(`unknown command ${JSON.stringify(name)}${hint}`);
}

function splitFlag(arg: string, command: Command): { flag: Flag; value: string | undefined } {
  const match = /^--?([^=-][^=]*)(?:=(.*))?$/s.exec(arg);
  if (match === null)
    throw new UsageError(`unexpected argument ${JSON.stringify(arg)}; flags start with -- (see --help)`);
  const [, name = '', value] = match;
  const flag = command.flags.find((one) => one.name === name || one.aliases?.includes(name));
  if (flag !== undefined) return { flag, value };
  const near = nearest(
    name,
    command.flags.flatMap((one) => [one.name, ...(one.aliases ?? [])]),
  );
  if (near === undefined) throw new UsageError(`unknown flag --${name}; ${whoTakes(name)}`);
  throw new UsageError(`unknown flag --${name}${describeDifference(name, near)}; did you mean ${spelled(near)}?`);
}

/** A flag of another command is not a misspelling. */
function whoTakes(name: string): string {
  // `help` has those of `serve`.
  const others = COMMANDS.filter(
    ({ name: command, flags }) =>
      command !== 'help' && flags.some((one) => one.name === name || one.aliases?.includes(name)),
  );
  const names = others.map((one) => one.name);
  return names.length === 0
    ? 'see --help'
    : `it is a flag of ${names.join(' and ')}: secretmount ${names[0]} ${spelled(name)}`;
}

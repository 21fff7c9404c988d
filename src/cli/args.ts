// Arguments as Go programs take them: one dash or two, `--flag=value` or `--flag value`, switches with or
// without a value. Anything that is not in the table is refused, with the nearest name that is.
import { nearest } from '../nearest.ts';
import { FLAGS, type Flag } from './flags.ts';

/** By flag name, in the order given; a switch without a value is `true`. */
export type GivenFlags = ReadonlyMap<string, readonly string[]>;

export interface Args {
  /** The first word that is no flag; empty where the arguments start with a flag or are none. */
  readonly command: string;
  readonly flags: GivenFlags;
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
  const [first] = argv;
  const hasCommand = first !== undefined && !first.startsWith('-');
  const flags = new Map<string, string[]>();
  const rest = [...argv.slice(hasCommand ? 1 : 0)];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '') continue;
    const { flag, value } = splitFlag(arg);
    const given = value ?? (flag.kind === 'switch' ? 'true' : rest.shift());
    if (given === undefined)
      throw new UsageError(`--${flag.name} needs a value: --${flag.name}=${flag.value ?? 'VALUE'}`);
    flags.set(flag.name, [...(flags.get(flag.name) ?? []), given]);
  }
  return { command: hasCommand ? first : '', flags };
}

function splitFlag(arg: string): { flag: Flag; value: string | undefined } {
  const match = /^--?([^=-][^=]*)(?:=(.*))?$/s.exec(arg);
  if (match === null)
    throw new UsageError(`unexpected argument ${JSON.stringify(arg)}; flags start with -- (see --help)`);
  const [, name = '', value] = match;
  const flag = FLAGS.find((one) => one.name === name || one.aliases?.includes(name));
  if (flag !== undefined) return { flag, value };
  const near = nearest(
    name,
    FLAGS.flatMap((one) => [one.name, ...(one.aliases ?? [])]),
  );
  throw new UsageError(`unknown flag --${name}; ${near === undefined ? 'see --help' : `did you mean --${near}?`}`);
}

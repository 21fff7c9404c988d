// Where the value of a flag comes from, and what it must look like: argument, environment, default, in this order. What
// the values mean together is up to options.ts.
import { MountError } from '../errors.ts';
import { type HttpAddress, parseHttpAddress } from '../observe/http.ts';
import { LEVELS, type Level } from '../observe/log-line.ts';
import { parseDuration } from '../plan/duration.ts';
import { parseAddress } from '../vault/address.ts';
import { type GivenFlags, UsageError } from './args.ts';
import type { Flag } from './flags.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** vault-csi-provider's log levels that are not among ours: nothing is below debug, and a failure is never kept quiet. */
const PEER_LEVELS: ReadonlyMap<string, Level> = new Map([
  ['trace', 'debug'],
  ['off', 'error'],
]);

/** Looks a flag up where it may be given: argument, environment, default. An empty text counts as not given. */
export class FlagSource {
  readonly #given: GivenFlags;
  readonly #env: Environment;
  readonly #flags: readonly Flag[];

  constructor(given: GivenFlags, env: Environment, flags: readonly Flag[]) {
    this.#given = given;
    this.#env = env;
    this.#flags = flags;
  }

  text(name: string): string | undefined {
    const flag = this.#flags.find((one) => one.name === name);
    return this.#given.get(name)?.at(-1) || this.env(...(flag?.env ?? [])) || flag?.default;
  }

  env(...names: readonly string[]): string | undefined {
    for (const name of names) if (this.#env[name]) return this.#env[name];
    return undefined;
  }

  /** For flags of which a second value would be ignored. */
  once(name: string): string | undefined {
    const given = this.#given.get(name) ?? [];
    if (given.length > 1) throw new UsageError(`--${name} is given ${given.length} times; give it once`);
    return this.text(name);
  }

  list(name: string): readonly string[] | undefined {
    const values = this.#given.get(name)?.filter((value) => value !== '');
    return values === undefined || values.length === 0 ? undefined : values;
  }

  isOn(name: string): boolean {
    const text = this.text(name) ?? 'false';
    if (/^(1|t|T|true|TRUE|True)$/.test(text)) return true;
    if (/^(0|f|F|false|FALSE|False)$/.test(text)) return false;
    throw new UsageError(`${this.where(name)} is ${JSON.stringify(text)}; it takes true or false`);
  }

  oneOf<const T extends string>(name: string, choices: readonly T[]): T {
    const text = this.text(name);
    const choice = choices.find((one) => one === text);
    if (choice !== undefined) return choice;
    throw new UsageError(`${this.where(name)} is ${JSON.stringify(text)}; it takes one of ${choices.join(', ')}`);
  }

  logLevel(): Level {
    const text = this.text('log-level')?.toLowerCase() ?? '';
    return PEER_LEVELS.get(text) ?? LEVELS.find((level) => level === text) ?? this.oneOf('log-level', LEVELS);
  }

  time(name: string, leastMs: number): number {
    const text = this.text(name) ?? '';
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= leastMs) return ms;
    throw new UsageError(`${this.where(name)} is ${JSON.stringify(text)}; it takes a time such as 30s, 500ms or 1h`);
  }

  count(name: string, least: number): number {
    const text = this.text(name) ?? '';
    const count = Number(text);
    if (/^\d{1,9}$/.test(text) && count >= least) return count;
    throw new UsageError(`${this.where(name)} is ${JSON.stringify(text)}; it takes a whole number from ${least} on`);
  }

  httpAddress(): HttpAddress {
    const text = this.text('http-addr') ?? '';
    const address = parseHttpAddress(text);
    if (address !== undefined) return address;
    throw new UsageError(`${this.where('http-addr')} is ${JSON.stringify(text)}; it takes HOST:PORT, :PORT or off`);
  }

  /** Without slashes at its end. */
  storeAddress(name: string): string {
    const text = (this.text(name) ?? '').replace(/(?<!\/)\/+$/, '');
    this.#assertStoreAddress(name, text);
    return text;
  }

  storeAddresses(name: string): readonly string[] {
    const texts = this.list(name) ?? [];
    for (const text of texts) this.#assertStoreAddress(name, text);
    return texts;
  }

  #assertStoreAddress(name: string, text: string): void {
    try {
      parseAddress(text);
    } catch (thrown) {
      throw thrown instanceof MountError ? new UsageError(`${this.where(name)}: ${thrown.message}`) : thrown;
    }
  }

  /** The flag, or the variable that set it. */
  where(name: string): string {
    if (this.#given.get(name)?.at(-1)) return `--${name}`;
    const flag = this.#flags.find((one) => one.name === name);
    return flag?.env?.find((variable) => this.#env[variable]) ?? `--${name}`;
  }
}

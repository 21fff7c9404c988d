// Flags and environment become one frozen object, once, at the start. A flag wins over the environment, BAO_X over
// VAULT_X. VAULT_TOKEN is not among them: the provider acts only as the pod.

import { type HttpAddress, parseHttpAddress } from '../observe/http.ts';
import { LEVELS, type Level } from '../observe/log-line.ts';
import type { PlanDefaults } from '../plan/plan.ts';
import { type ProxySettings, readProxySettings } from '../vault/proxy.ts';
import { type GivenFlags, UsageError } from './args.ts';
import { parseDuration } from './duration.ts';
import { DEFAULT_ENDPOINTS, FLAGS } from './flags.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ServeOptions {
  readonly endpoints: readonly string[];
  readonly httpAddress: HttpAddress;
  readonly logLevel: Level;
  readonly logFormat: 'json' | 'text';
  readonly defaults: Omit<PlanDefaults, 'audience'>;
  readonly requestTimeoutMs: number;
  readonly mountTimeoutMs: number;
  readonly storeConcurrency: number;
  readonly maxRepeats: number;
  readonly joinWindowMs: number;
  readonly pollWindowMs: number;
  readonly maxStaleMs: number;
  readonly sessionIdleMs: number;
  readonly sessionCapacity: number;
  readonly isPodOnly: boolean;
  readonly addresses: 'any' | 'listed';
  readonly allowedAddresses: readonly string[];
  readonly tokenRequest: 'auto' | 'off';
  readonly kubeconfig: string | undefined;
  readonly hmacSecretName: string;
  readonly proxy: ProxySettings;
}

/** @throws UsageError naming the flag or variable, what it was given and what it takes */
export function readOptions(given: GivenFlags, env: Environment): ServeOptions {
  refuseTalkativeLibraries(env);
  const source = new Source(given, env);
  const options: ServeOptions = {
    endpoints: (source.list('endpoint') ?? DEFAULT_ENDPOINTS).map(socketPath),
    httpAddress: source.httpAddress(),
    logLevel: source.isOn('debug') ? 'debug' : source.logLevel(),
    logFormat: source.oneOf('log-format', ['json', 'text']),
    defaults: {
      store: storeDefaults(source),
      mount: trimSlashes(source.text('vault-mount') ?? ''),
      tlsDir: source.text('tls-dir'),
    },
    requestTimeoutMs: source.time('request-timeout', 1),
    mountTimeoutMs: source.time('mount-timeout', 1),
    storeConcurrency: source.count('store-concurrency', 1),
    maxRepeats: source.count('max-retries', 0),
    joinWindowMs: source.time('join-window', 0),
    pollWindowMs: source.time('poll-window', 0),
    maxStaleMs: source.time('max-stale', 0),
    sessionIdleMs: source.time('session-idle', 1),
    sessionCapacity: source.count('cache-size', 1),
    isPodOnly: source.oneOf('session-scope', ['auto', 'pod']) === 'pod',
    addresses: source.oneOf('addresses', ['any', 'listed']),
    allowedAddresses: source.list('allow-store-address') ?? [],
    tokenRequest: source.oneOf('token-request', ['auto', 'off']),
    kubeconfig: source.text('kubeconfig'),
    hmacSecretName: source.text('hmac-secret-name') ?? '',
    proxy: readProxySettings(env),
  };
  return Object.freeze(options);
}

/** Variables on which Node prints request headers, and the YAML library what it parses: tokens and arguments. */
const TALKATIVE = ['NODE_DEBUG', 'NODE_DEBUG_NATIVE', 'LOG_TOKENS', 'LOG_STREAM'];

function refuseTalkativeLibraries(env: Environment): void {
  const set = TALKATIVE.find((name) => env[name]);
  if (set !== undefined) throw new UsageError(`${set} is set, which would print tokens and secrets; unset it`);
}

function storeDefaults(source: Source): PlanDefaults['store'] {
  return {
    address: (source.text('vault-addr') ?? '').replace(/\/+$/, ''),
    namespace: source.text('vault-namespace') ?? '',
    tls: {
      caCertPath: source.text('vault-tls-ca-cert'),
      caDirectory: source.text('vault-tls-ca-directory'),
      caPem: source.env('BAO_CACERT_BYTES', 'VAULT_CACERT_BYTES'),
      serverName: source.text('vault-tls-server-name'),
      clientCertPath: source.text('vault-tls-client-cert'),
      clientKeyPath: source.text('vault-tls-client-key'),
      skipVerify: source.isOn('vault-tls-skip-verify'),
    },
  };
}

/** vault-csi-provider's log levels that are not among ours: nothing is below debug, and a failure is never kept quiet. */
const PEER_LEVELS: ReadonlyMap<string, Level> = new Map([
  ['trace', 'debug'],
  ['off', 'error'],
]);

/** Looks a flag up where it may be given: argument, environment, default. An empty text counts as not given. */
class Source {
  readonly #given: GivenFlags;
  readonly #env: Environment;

  constructor(given: GivenFlags, env: Environment) {
    this.#given = given;
    this.#env = env;
  }

  text(name: string): string | undefined {
    const flag = FLAGS.find((one) => one.name === name);
    return this.#given.get(name)?.at(-1) || this.env(...(flag?.env ?? [])) || flag?.default;
  }

  env(...names: readonly string[]): string | undefined {
    for (const name of names) if (this.#env[name]) return this.#env[name];
    return undefined;
  }

  list(name: string): readonly string[] | undefined {
    const values = this.#given.get(name)?.filter((value) => value !== '');
    return values === undefined || values.length === 0 ? undefined : values;
  }

  isOn(name: string): boolean {
    const text = this.text(name) ?? 'false';
    if (/^(1|t|T|true|TRUE|True)$/.test(text)) return true;
    if (/^(0|f|F|false|FALSE|False)$/.test(text)) return false;
    throw new UsageError(`${this.#where(name)} is ${JSON.stringify(text)}; it takes true or false`);
  }

  oneOf<const T extends string>(name: string, choices: readonly T[]): T {
    const text = this.text(name);
    const choice = choices.find((one) => one === text);
    if (choice !== undefined) return choice;
    throw new UsageError(`${this.#where(name)} is ${JSON.stringify(text)}; it takes one of ${choices.join(', ')}`);
  }

  logLevel(): Level {
    const text = this.text('log-level')?.toLowerCase() ?? '';
    return PEER_LEVELS.get(text) ?? LEVELS.find((level) => level === text) ?? this.oneOf('log-level', LEVELS);
  }

  time(name: string, leastMs: number): number {
    const text = this.text(name) ?? '';
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= leastMs) return ms;
    throw new UsageError(`${this.#where(name)} is ${JSON.stringify(text)}; it takes a time such as 30s, 500ms or 1h`);
  }

  count(name: string, least: number): number {
    const text = this.text(name) ?? '';
    const count = Number(text);
    if (/^\d{1,9}$/.test(text) && count >= least) return count;
    throw new UsageError(`${this.#where(name)} is ${JSON.stringify(text)}; it takes a whole number from ${least} on`);
  }

  httpAddress(): HttpAddress {
    const text = this.text('http-addr') ?? '';
    const address = parseHttpAddress(text);
    if (address !== undefined) return address;
    throw new UsageError(`${this.#where('http-addr')} is ${JSON.stringify(text)}; it takes HOST:PORT, :PORT or off`);
  }

  /** The flag, or the variable that gave it. */
  #where(name: string): string {
    if (this.#given.get(name)?.at(-1)) return `--${name}`;
    const flag = FLAGS.find((one) => one.name === name);
    return flag?.env?.find((variable) => this.#env[variable]) ?? `--${name}`;
  }
}

function socketPath(endpoint: string): string {
  return endpoint.replace(/^unix:(\/\/)?/, '');
}

function trimSlashes(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}

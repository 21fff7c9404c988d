// Variables under which a process that holds secrets must not run. They are set by accident: left over from debugging, or
// put into every pod by a webhook that instruments Node programs. Command-line flags are deliberate.
import { UsageError } from './args.ts';
import type { Environment } from './flag-source.ts';

/** On these Node prints request headers, and the YAML library what it parses: tokens and arguments. */
const VERBOSE = ['NODE_DEBUG', 'NODE_DEBUG_NATIVE', 'LOG_TOKENS', 'LOG_STREAM'];

const LOADS_CODE = 'loads code into this process, which then sees every secret';
const OPENS_INSPECTOR = 'opens an inspector, which shows every secret to whoever connects';
const LOGS_KEYS = "logs the keys of this process's connections";
const WRITES_MEMORY = 'can write memory with secrets to a disk';

const INTRUSIVE: Readonly<Record<string, string>> = {
  LD_PRELOAD: LOADS_CODE,
  LD_AUDIT: LOADS_CODE,
  NODE_COMPILE_CACHE: LOADS_CODE,
  SSLKEYLOGFILE: LOGS_KEYS,
};

/** Flags that NODE_OPTIONS may hold, as Node names them. */
const INTRUSIVE_FLAGS: readonly (readonly [flag: RegExp, why: string])[] = [
  [/^--(inspect(-.*)?|debug-port)$/, OPENS_INSPECTOR],
  [/^(-r|--require|--import|--loader|--experimental-loader|--snapshot-blob)$/, LOADS_CODE],
  [/^--(tls-keylog|trace-tls)$/, LOGS_KEYS],
  [/^--((heapsnapshot|heap-prof|cpu-prof|report|trace-event)(s?-.*)?|abort-on-uncaught-exception)$/, WRITES_MEMORY],
];

/** For every process that holds secrets. @throws UsageError */
export function refuseVerboseLibraries(env: Environment): void {
  const set = VERBOSE.find((name) => env[name]);
  if (set !== undefined) throw new UsageError(`${set} is set, which would print tokens and secrets; unset it`);
}

/** For the daemon, which holds the secrets of others. @throws UsageError */
export function refuseIntrusion(env: Environment): void {
  for (const [name, why] of Object.entries(INTRUSIVE)) {
    if (env[name]) throw new UsageError(`${name} is set, which ${why}; unset it`);
  }
  for (const flag of flagsOf(env['NODE_OPTIONS'] ?? '')) {
    const why = whyRefused(flag);
    if (why !== undefined) throw new UsageError(`NODE_OPTIONS has ${flag}, which ${why}; remove it`);
  }
}

/** undefined: acceptable. */
export function whyRefused(flag: string): string | undefined {
  return INTRUSIVE_FLAGS.find(([pattern]) => pattern.test(flag))?.[1];
}

/** As Node reads the variable: words between spaces; quotes hold a word together and a backslash quotes. */
function flagsOf(text: string): string[] {
  const words = text.match(/(?:"(?:\\.|[^"])*"?|[^ "])+/g) ?? [];
  const unquoted = words.map((word) => word.replace(/\\(.)|"/g, '$1'));
  // Node takes `_` for `-` in a flag's name.
  return unquoted.map((word) => (word.split('=', 1)[0] ?? '').replaceAll('_', '-'));
}

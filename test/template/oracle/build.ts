// The Go programs that answer what a template renders to, or which functions there are, each a module in a folder here with
// its versions pinned.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, keep, type Log } from '../../cluster/tools/cache.ts';
import { runCommand } from '../../cluster/tools/commands.ts';

/** By folder: the module whose version a recording names. */
export const ORACLES = {
  agent: 'github.com/hashicorp/consul-template',
  eso: 'github.com/external-secrets/external-secrets',
  vso: 'github.com/hashicorp/vault-secrets-operator',
} as const;
export type Oracle = keyof typeof ORACLES;

/** The version that its program pins. */
export async function versionOf(oracle: Oracle): Promise<string> {
  const text = await readFile(join(import.meta.dirname, oracle, 'go.mod'), 'utf8');
  return new RegExp(`${ORACLES[oracle]} (v\\S+)`).exec(text)?.[1] ?? '';
}

/** GOFLAGS of the developer's shell must not decide what is built. */
const environment = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOTOOLCHAIN: 'local' };
/** External Secrets took 95 s of processor time with a cold cache. */
const BUILD_WITHIN_MS = 20 * 60_000;

/** The path of the program, built if the cache does not have it. */
export async function buildOracle(oracle: Oracle, log: Log): Promise<string> {
  const source = join(import.meta.dirname, oracle);
  const goVersion = (await runCommand(['go', 'env', 'GOVERSION'], { env: environment })).trim();
  const folder = await keep(`template-${oracle}-${goVersion}-${await digestOf([], source)}`, log, async (work) => {
    const command = ['go', 'build', '-trimpath', '-ldflags=-s -w', '-o', join(work, oracle), '.'];
    await runCommand(command, { cwd: source, env: environment, timeoutMs: BUILD_WITHIN_MS });
  });
  return join(folder, oracle);
}

/** What the program prints, given cases that are JSON each. */
export async function askOracle<T>(
  program: string,
  args: readonly string[],
  cases: readonly string[] = [],
): Promise<T> {
  return JSON.parse(await runCommand([program, ...args], { input: `[${cases.join(',')}]` })) as T;
}

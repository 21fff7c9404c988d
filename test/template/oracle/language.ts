// Go's own text/template as the oracle of the language: a program of Go's standard library alone.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { digestOf, keep, type Log } from '../../cluster/tools/cache.ts';
import { runCommand } from '../../cluster/tools/commands.ts';

/** One template to render. `data` is JSON as main.go reads it. */
export interface Case {
  readonly template: string;
  /** In place of `template`, for what is no UTF-8: base64. */
  readonly bytes?: string;
  readonly data?: string;
  readonly missingKey?: 'default' | 'zero' | 'error';
  readonly delimiters?: readonly [string, string];
}

export interface Answer {
  readonly output?: string;
  readonly base64?: string;
  readonly error?: string;
}

/** GOFLAGS of the developer's shell must not decide what is built. */
const environment = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOTOOLCHAIN: 'local' };

export function hasGo(): boolean {
  try {
    execFileSync('go', ['env', 'GOROOT'], { env: environment, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export async function goRoot(): Promise<string> {
  return (await runCommand(['go', 'env', 'GOROOT'], { env: environment })).trim();
}

export async function goVersion(): Promise<string> {
  return (await runCommand(['go', 'env', 'GOVERSION'], { env: environment })).trim();
}

/** The path of the program, built if the cache does not have it. */
export async function buildLanguageOracle(log: Log): Promise<string> {
  const source = join(import.meta.dirname, 'language');
  const folder = await keep(
    `template-language-${await goVersion()}-${await digestOf([], source)}`,
    log,
    async (work) => {
      await runCommand(['go', 'build', '-trimpath', '-o', join(work, 'language'), '.'], {
        cwd: source,
        env: environment,
      });
    },
  );
  return join(folder, 'language');
}

/** Data goes as it is written: `1.0` is a float, `1` is none. */
export async function askGo(program: string, cases: readonly Case[]): Promise<readonly Answer[]> {
  const given = cases.map(({ data, ...rest }) => {
    const text = JSON.stringify(rest);
    return data === undefined ? text : `${text.slice(0, -1)},"data":${data}}`;
  });
  return JSON.parse(await runCommand([program], { input: `[${given.join(',')}]` })) as readonly Answer[];
}

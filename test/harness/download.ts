// What the suites run that is not this project's own is fetched once, in a step before them, and kept in the user's
// cache: a slow line then takes no test's time. Progress is shown, and a failure ends in one sentence with its fix.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** Hears progress lines for a person. */
export type Log = (line: string) => void;

const run = promisify(execFile);
const TELL_EVERY_MS = 5_000;

/** @param systemWide the folder of a root whose downloads another user must be able to read */
export function cacheFolder(systemWide?: string): string {
  const given = process.env['SECRETMOUNT_CACHE'] || process.env['XDG_CACHE_HOME'];
  if (given) return process.env['SECRETMOUNT_CACHE'] || join(given, 'secretmount');
  return process.getuid?.() === 0 && systemWide !== undefined ? systemWide : join(homedir(), '.cache', 'secretmount');
}

/**
 * Makes `folder` by `make`, which fills the one it is given: whole or not at all, also if two do it at once.
 * @param what for a person, with its size: `OpenBao 2.7.2 (75 MB)`
 */
export async function download(
  folder: string,
  what: string,
  log: Log,
  make: (work: string) => Promise<void>,
): Promise<void> {
  if (await exists(folder)) return;
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(join(dirname(folder), '.fetch-'));
  const startedAt = performance.now();
  const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(0);
  log(`fetching ${what}, once; it is kept in ${folder}`);
  const timer = setInterval(async () => {
    const bytes = await sizeOf(work).catch(() => 0);
    log(`  ${(bytes / 2 ** 20).toFixed(0)} MB after ${seconds()} s`);
  }, TELL_EVERY_MS);
  try {
    await make(work);
    await rename(work, folder).catch(async (thrown) => {
      if (!(await exists(folder))) throw thrown;
    });
    log(`  done in ${seconds()} s`);
  } finally {
    clearInterval(timer);
    await rm(work, { recursive: true, force: true });
  }
}

/** What a command printed. @throws CommandFailed */
export async function command(
  file: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  try {
    return (await run(file, args, { ...options, maxBuffer: 16 * 2 ** 20 })).stdout;
  } catch (thrown) {
    throw new CommandFailed(file, thrown as { code?: unknown; stderr?: string });
  }
}

export class CommandFailed extends Error {
  readonly isMissing: boolean;
  /** The last line that says something. */
  readonly why: string;

  constructor(file: string, { code, stderr = '' }: { code?: unknown; stderr?: string }) {
    const lines = stderr.split('\n').map((line) => line.trim());
    const last = lines.findLast((line) => line !== '' && !/^(\[notice\]|WARNING:)/.test(line));
    const why = code === 'ENOENT' ? 'it is not on this machine' : (last ?? `it ended with ${String(code)}`);
    super(`${file}: ${why}`);
    this.isMissing = code === 'ENOENT';
    this.why = why.replace(/^(ERROR|E):\s*/, '').slice(0, 300);
  }
}

export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(files.map((file) => stat(file).then(({ size }) => size)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Of the files in a folder, to keep what is built from them apart from what an earlier state of them built. */
export function digestOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 8);
}

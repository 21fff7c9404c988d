// The folder of --out: written beside itself and renamed into place, so that it is there whole or not at all; and
// replaced only if all that it holds is what an earlier run wrote.
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { systemCode } from '../../system-code.ts';
import { CommandFailed, systemMessage } from '../command-failed.ts';

export interface OutFile {
  /** Below the folder. */
  readonly name: string;
  readonly text: string;
  /** Its rights, less the umask. */
  readonly mode: number;
}

/** Of a file that has no source. */
export const ANY_MODE = 0o666;

/** What a run wrote, with digests. It has no ending, so that `kubectl apply -f` passes it over. */
const RECORD = '.secretmount-migrate';
const HEAD = '# Written by secretmount migrate, which replaces this folder only as long as nothing in it is changed.\n';

/** @returns the rights of a copy by the source's name: those of the source, but for running it. */
export async function readModes(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const modes = names.map(async (name) => {
    if (name === '-') return [name, ANY_MODE] as const;
    // What is gone since it was read may have been anybody's secret.
    const { mode } = await stat(name).catch(() => ({ mode: 0o600 }));
    return [name, (mode & ANY_MODE) | 0o400] as const;
  });
  return new Map(await Promise.all(modes));
}

/**
 * A folder that the next run would read as input: it would migrate its own output once more.
 * @throws CommandFailed
 */
export async function assertOutside(folder: string, files: readonly string[]): Promise<void> {
  const target = resolve(folder);
  const linked = await withoutLinks(target);
  for (const file of files) {
    if (file === '-') continue;
    const read = resolve(file);
    if (!isBelow(target, read) && !isBelow(linked, await withoutLinks(read))) continue;
    throw new CommandFailed(`--out ${folder} lies in ${file}, which is read; name a folder outside of it`);
  }
}

/**
 * A link in another person's repository may lead to any file of the user, and --out would get a copy of it.
 * @param names of the files that were read
 * @param files of the command line: whatever lies in them may be copied
 * @throws CommandFailed
 */
export async function assertNoneLeadsOut(names: readonly string[], files: readonly string[]): Promise<void> {
  const given = await Promise.all(files.filter((file) => file !== '-').map((file) => withoutLinks(resolve(file))));
  for (const name of names) {
    if (name === '-') continue;
    const path = await withoutLinks(resolve(name));
    if (given.some((one) => isBelow(path, one))) continue;
    throw new CommandFailed(
      `${name} is a link to ${path}, which --out would get a copy of; name that too, or remove the link`,
    );
  }
}

/** The path with its links resolved, even if its end does not exist yet. */
async function withoutLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(await withoutLinks(above), basename(path));
  }
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}

/** @throws CommandFailed, and the folder is as it was. */
export async function writeOut(folder: string, files: readonly OutFile[]): Promise<void> {
  const target = resolve(folder);
  try {
    const there = await assertOurs(target);
    await mkdir(dirname(target), { recursive: true });
    // Nobody else enters until it is whole.
    const work = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
    try {
      const whole = join(work, 'whole');
      await mkdir(whole);
      await fill(whole, files);
      if (there !== undefined) await chmod(whole, there.mode & 0o777);
      await putInPlace(whole, target, there === undefined ? undefined : `${work}.old`);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  } catch (thrown) {
    const reason = systemMessage(thrown);
    if (reason === undefined) throw thrown;
    throw new CommandFailed(`${folder} cannot be written: ${reason}; nothing was changed`);
  }
}

async function fill(work: string, files: readonly OutFile[]): Promise<void> {
  for (const { name, text, mode } of files) {
    await mkdir(dirname(join(work, name)), { recursive: true });
    await writeFile(join(work, name), text, { mode });
  }
  const lines = files.map(({ name, text }) => `${digestOf(text)} ${JSON.stringify(name)}\n`);
  // A digest tells who guesses a text whether that was right.
  const mode = files.reduce((all, one) => all & one.mode, ANY_MODE);
  await writeFile(join(work, RECORD), HEAD + lines.join(''), { mode });
}

/** @param old where the folder that is there goes, to be removed; undefined: there is none. */
async function putInPlace(whole: string, target: string, old: string | undefined): Promise<void> {
  if (old === undefined) return rename(whole, target);
  await rename(target, old);
  try {
    await rename(whole, target);
  } catch (thrown) {
    await rename(old, target);
    throw thrown;
  }
  await rm(old, { recursive: true });
}

/** @returns the folder, if there is one. @throws CommandFailed if anything in it is not what an earlier run wrote. */
async function assertOurs(target: string): Promise<Stats | undefined> {
  const there = await lstat(target).catch((thrown) => {
    if (systemCode(thrown) === 'ENOENT') return undefined;
    throw thrown;
  });
  if (there === undefined) return undefined;
  if (!there.isDirectory()) throw new CommandFailed(`--out ${target} is no folder; name one that does not exist yet`);
  const digests = await readRecord(target);
  for (const entry of await readdir(target, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(target.length + 1);
    if (entry.isDirectory() || name === RECORD) continue;
    const isOurs = entry.isFile() && digests.get(name) === digestOf(await readFile(path));
    if (isOurs) continue;
    const why = digests.has(name) ? 'was changed since migrate wrote it' : 'was not written by migrate';
    throw new CommandFailed(`${path} ${why}; name another folder, or remove it`);
  }
  return there;
}

async function readRecord(folder: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(folder, RECORD), 'utf8').catch((thrown) => {
    if (systemCode(thrown) === 'ENOENT') return '';
    throw thrown;
  });
  const lines = text.matchAll(/^([0-9a-f]{64}) (".*")$/gm);
  return new Map([...lines].map(([, digest = '', name = '']) => [String(JSON.parse(name)), digest]));
}

function digestOf(contents: string | Uint8Array): string {
  return createHash('sha256').update(contents).digest('hex');
}

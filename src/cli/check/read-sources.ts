// Reads files, folders and standard input for a check. What cannot be read is reported, and the rest is checked.
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import type { Source } from '../../check/check.ts';
import { CannotRead, CommandFailed, cannotRead } from '../command-failed.ts';
import { Input } from '../input.ts';

const MANIFEST = /\.(ya?ml|json)$/i;

export interface SourcesRead {
  readonly sources: readonly Source[];
  /** Files with the list of a class alone. */
  readonly listSources: readonly Source[];
  /** Files and folders. */
  readonly unreadable: readonly CannotRead[];
}

/**
 * @param files `-` is standard input; of a folder, every .yaml, .yml and .json below it.
 * @param lists files with the list of a class alone; each is one file.
 * @param mostBytes of one file.
 * @throws CommandFailed if nothing could be read, or standard input is empty
 */
export async function readSources(
  files: readonly string[],
  lists: readonly string[],
  mostBytes = Number.POSITIVE_INFINITY,
): Promise<SourcesRead> {
  const unreadable: CannotRead[] = [];
  const unlessUnreadable = async <T>(work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work;
    } catch (thrown) {
      if (!(thrown instanceof CannotRead)) throw thrown;
      unreadable.push(thrown);
      return undefined;
    }
  };

  const names = new Set<string>();
  for (const file of files) {
    const found = await unlessUnreadable(listFiles(file, unlessUnreadable));
    for (const name of found ?? []) names.add(normalize(name));
  }
  const input = new Input();
  const readAll = async (all: Iterable<string>) => {
    const read: Source[] = [];
    for (const name of all) {
      const text = await unlessUnreadable(readAtMost(input, name, mostBytes));
      if (text !== undefined) read.push({ name, text });
    }
    return read;
  };
  const sources = await readAll(names);
  const listSources = await readAll(new Set(lists.map(normalize)));
  // The pipe's first command failed: nothing was checked, which is not a success.
  if ([...sources, ...listSources].some(({ name, text }) => name === '-' && text.trim() === ''))
    throw new CommandFailed('standard input is empty; did the command before the pipe fail?');
  const [first] = unreadable;
  if (first !== undefined && sources.length + listSources.length === 0) throw first;
  return { sources, listSources, unreadable };
}

/** @throws CannotRead */
async function readAtMost(input: Input, name: string, mostBytes: number): Promise<string> {
  const tooLarge = new CannotRead(name, `is larger than ${mostBytes / 1024 / 1024} MiB; split it`);
  if (name !== '-' && Number.isFinite(mostBytes)) {
    const { size } = await stat(name).catch((thrown) => Promise.reject(cannotRead(name, thrown)));
    if (size > mostBytes) throw tooLarge;
  }
  const text = await input.read(name);
  if (text.length > mostBytes) throw tooLarge;
  return text;
}

type Attempt = <T>(work: Promise<T>) => Promise<T | undefined>;

/** @throws CannotRead */
async function listFiles(file: string, attempt: Attempt): Promise<readonly string[]> {
  if (file === '-') return [file];
  try {
    if (!(await stat(file)).isDirectory()) return [file];
  } catch (thrown) {
    throw cannotRead(file, thrown);
  }
  return listFolder(file, attempt);
}

/** @throws CannotRead if the folder itself cannot be listed */
async function listFolder(folder: string, attempt: Attempt): Promise<readonly string[]> {
  let entries: readonly Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (thrown) {
    throw cannotRead(folder, thrown);
  }
  const files = entries.filter(isManifest).map(({ name }) => join(folder, name));
  for (const entry of entries)
    if (entry.isDirectory()) files.push(...((await attempt(listFolder(join(folder, entry.name), attempt))) ?? []));
  return files.sort();
}

/** A pipe or a device could block. */
function isManifest(entry: Dirent): boolean {
  return MANIFEST.test(entry.name) && (entry.isFile() || entry.isSymbolicLink());
}

// Things that take long to make are made once and kept in the user's cache, each in a folder whose name says what
// went into it: another version, another compiler or another source is another folder.
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, statfs } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Hears progress lines for a person. */
export type Log = (line: string) => void;

export const cacheFolder = join(
  process.env['SECRETMOUNT_CACHE'] || join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'secretmount'),
  'cluster',
);

/** The folder of `name`, made by `make` where it is not there yet: whole or not at all, also for two at once. */
export async function keep(name: string, log: Log, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder, name);
  if (await exists(folder)) return folder;
  await mkdir(cacheFolder, { recursive: true });
  const work = await mkdtemp(join(cacheFolder, '.making-'));
  const startedAt = performance.now();
  try {
    await make(work);
    // Another process may have been faster: its folder is as good as ours.
    await rename(work, folder).catch(async (error) => {
      if (!(await exists(folder))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  log(`made ${name} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  return folder;
}

/** The folder of `name` if it was made. */
export async function findKept(name: string): Promise<string | undefined> {
  const folder = join(cacheFolder, name);
  return (await exists(folder)) ? folder : undefined;
}

/** The first eight hex characters of a digest of texts and of the files below a folder: enough to tell versions apart. */
export async function digestOf(texts: readonly string[], folder?: string): Promise<string> {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text}\0`);
  if (folder !== undefined) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) hash.update(`${file.slice(folder.length)}\0`).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 8);
}

/** @throws Error if the file system of `folder` has less than `bytes` free. */
export async function requireFree(folder: string, bytes: number, what: string): Promise<void> {
  let existing = folder;
  while (!(await exists(existing))) existing = dirname(existing);
  const { bavail, bsize } = await statfs(existing);
  const free = bavail * bsize;
  if (free >= bytes) return;
  const gib = (size: number) => (size / 2 ** 30).toFixed(1);
  throw new Error(`${what} takes ${gib(bytes)} GiB below ${existing}, where ${gib(free)} GiB are free`);
}

export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

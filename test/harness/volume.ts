// A pod's volume as the Secrets Store CSI driver (v1.6.0) writes it: names link to `..data/name`, `..data` links
// to a folder named after the time, and one rename of `..data` swaps all files at once. Checking an answer as
// the driver does is part of it; making the folder, and that it is a tmpfs, is the caller's.
import { randomBytes } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import type { MountedFile } from './driver.ts';

export interface VolumeFile {
  /** The permission bits alone. */
  readonly mode: number;
  readonly contents: Buffer;
}

const DATA = '..data';
/** Both limits are the driver's, in bytes. */
const LONGEST_PATH = 4096;
const LONGEST_ELEMENT = 255;

/**
 * @returns false where the folder was left as it is: an answer without files, or none whose contents differ (a mode
 *   alone changes nothing).
 * @throws Error for a path that the driver refuses; then nothing is written.
 */
export async function writeVolume(folder: string, files: readonly MountedFile[]): Promise<boolean> {
  if (files.length === 0) return false;
  for (const { path } of files) refuseUnsafe(path);
  const before = await currentData(folder);
  const gone = before === undefined ? [] : await findGone(join(folder, before), files);
  if (before !== undefined && gone.length === 0 && (await holdsAll(join(folder, before), files))) return false;

  const data = await writeData(folder, files);
  for (const name of new Set(files.map(({ path }) => firstElement(path)))) await makeVisible(folder, name);
  await symlink(data, join(folder, `${DATA}_tmp`));
  await rename(join(folder, `${DATA}_tmp`), join(folder, DATA));
  for (const name of gone.filter((path) => !path.includes('/'))) await rm(join(folder, name));
  if (before !== undefined) await rm(join(folder, before), { recursive: true });
  return true;
}

/** What the pod sees, by path: links followed, the writer's own names left out. */
export async function readVolume(folder: string): Promise<ReadonlyMap<string, VolumeFile>> {
  const files = new Map<string, VolumeFile>();
  const visible = (await readdir(folder)).filter((name) => !name.startsWith('..'));
  for (const path of visible.sort()) await readInto(files, folder, path);
  return files;
}

/** The folder that `..data` links to; undefined before the first write. */
export function currentData(folder: string): Promise<string | undefined> {
  return readlink(join(folder, DATA)).catch(undefinedIfAbsent);
}

async function readInto(files: Map<string, VolumeFile>, folder: string, path: string): Promise<void> {
  const found = await stat(join(folder, path));
  if (!found.isDirectory()) {
    files.set(path, { mode: found.mode & 0o777, contents: await readFile(join(folder, path)) });
    return;
  }
  for (const name of (await readdir(join(folder, path))).sort()) await readInto(files, folder, `${path}/${name}`);
}

function refuseUnsafe(path: string): void {
  const elements = path.split('/');
  const isSafe =
    path !== '' &&
    !path.startsWith('/') &&
    !path.startsWith('..') &&
    posix.normalize(path) === path &&
    !path.endsWith('/') &&
    Buffer.byteLength(path) <= LONGEST_PATH &&
    elements.every((element) => Buffer.byteLength(element) <= LONGEST_ELEMENT);
  if (!isSafe) throw new Error(`the driver refuses the path ${JSON.stringify(path)}`);
}

/** Paths of the old folder, files and folders, that the new answer has no use for. */
async function findGone(data: string, files: readonly MountedFile[]): Promise<string[]> {
  const wanted = new Set<string>();
  for (const { path } of files) for (let at = path; at !== '.'; at = dirname(at)) wanted.add(at);
  const present = await readdir(data, { recursive: true });
  return present.filter((path) => !wanted.has(path));
}

async function holdsAll(data: string, files: readonly MountedFile[]): Promise<boolean> {
  for (const { path, contents } of files) {
    const present = await readFile(join(data, path)).catch(undefinedIfAbsent);
    if (present === undefined || !present.equals(contents)) return false;
  }
  return true;
}

async function writeData(folder: string, files: readonly MountedFile[]): Promise<string> {
  const time = new Date().toISOString().slice(0, 19).replace(/[-T:]/g, '_');
  const name = `..${time}.${randomBytes(4).readUInt32BE()}`;
  await mkdir(join(folder, name));
  // The mode of mkdir and writeFile passes through the umask; pods of other users must be able to enter.
  await chmod(join(folder, name), 0o755);
  for (const { path, mode, contents } of files) {
    const full = join(folder, name, path);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, contents);
    await chmod(full, mode);
  }
  return name;
}

/** Something else than a link under the name is from before the driver wrote this way, and goes. */
async function makeVisible(folder: string, name: string): Promise<void> {
  const found = await lstat(join(folder, name)).catch(undefinedIfAbsent);
  if (found?.isSymbolicLink()) return;
  if (found !== undefined) await rm(join(folder, name), { recursive: true });
  await symlink(join(DATA, name), join(folder, name));
}

function firstElement(path: string): string {
  return path.split('/', 1)[0] ?? path;
}

function undefinedIfAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

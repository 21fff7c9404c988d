// A pod's volume as the Secrets Store CSI driver (v1.6.0) writes it: names link to `..data/name`, `..data` links
// to a folder named after the time, and one rename of `..data` swaps all files at once. Making the folder, and
// whether there is anything to write, is the caller's.
import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
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
import { dirname, join } from 'node:path';
import { findPathProblem } from '../../file-path.ts';

export interface NewFile {
  readonly path: string;
  readonly mode: number;
  readonly contents: Uint8Array;
}

export interface VolumeFile {
  /** The permission bits alone. */
  readonly mode: number;
  readonly contents: Buffer;
}

const DATA = '..data';
const NEXT_DATA = '..data_tmp';
const DATA_FOLDER = /^\.\.\d{4}(_\d\d){5}\.\d+$/;

/**
 * Readers see all of the old files, then all of the new. Use one writer at a time: files of another are taken for the
 * remains of a killed writer.
 * @throws Error for a path that the driver refuses; then nothing is written.
 */
export async function replaceVolume(folder: string, files: readonly NewFile[]): Promise<void> {
  for (const { path } of files) refuseUnsafe(path);
  const before = await currentData(folder);
  await removeRemains(folder, before);
  const data = nameData();
  try {
    await writeData(join(folder, data), files);
  } catch (thrown) {
    await rm(join(folder, data), { recursive: true, force: true });
    throw thrown;
  }
  const names = new Set(files.map(({ path }) => firstElement(path)));
  for (const name of names) await makeVisible(folder, name);
  await symlink(data, join(folder, NEXT_DATA));
  await rename(join(folder, NEXT_DATA), join(folder, DATA));
  for (const name of await readdir(folder)) {
    if (!names.has(name) && (await isVisibleLink(folder, name))) await rm(join(folder, name));
  }
  if (before !== undefined) await rm(join(folder, before), { recursive: true, force: true });
}

/** The files a pod sees, by path: links are followed, the writer's own names left out. */
export async function readVolume(folder: string): Promise<ReadonlyMap<string, VolumeFile>> {
  const files = new Map<string, VolumeFile>();
  if ((await currentData(folder)) === undefined) return files;
  const visible = (await readdir(folder)).filter((name) => !name.startsWith('..'));
  for (const path of visible.sort()) await readInto(files, folder, path);
  return files;
}

/**
 * The folder that `..data` links to; undefined before the first write. Also undefined if the link leads to any folder that
 * such a writer would not make: nothing there is read or removed.
 */
export async function currentData(folder: string): Promise<string | undefined> {
  const target = await readlink(join(folder, DATA)).catch(undefinedIfAbsent);
  return target !== undefined && DATA_FOLDER.test(target) ? target : undefined;
}

/** A name in the folder that no such writer of the user made, if there is one. @param uid undefined: of any user. */
export async function findForeign(folder: string, uid: number | undefined): Promise<string | undefined> {
  for (const name of await readdir(folder)) {
    const found = await lstat(join(folder, name));
    const isOwn = uid === undefined || found.uid === uid;
    if (!isOwn || !(await isWritersForm(folder, name, found))) return name;
  }
  return undefined;
}

async function isWritersForm(folder: string, name: string, found: Stats): Promise<boolean> {
  if (DATA_FOLDER.test(name)) return found.isDirectory();
  if (!found.isSymbolicLink()) return false;
  if (name !== DATA && name !== NEXT_DATA) return isVisibleLink(folder, name);
  return DATA_FOLDER.test(await readlink(join(folder, name)));
}

async function readInto(files: Map<string, VolumeFile>, folder: string, path: string): Promise<void> {
  // A link whose file is gone is what a killed writer may leave.
  const found = await stat(join(folder, path)).catch(undefinedIfAbsent);
  if (found === undefined) return;
  if (!found.isDirectory()) {
    files.set(path, { mode: found.mode & 0o777, contents: await readFile(join(folder, path)) });
    return;
  }
  for (const name of (await readdir(join(folder, path))).sort()) await readInto(files, folder, `${path}/${name}`);
}

function refuseUnsafe(path: string): void {
  if (findPathProblem(path) !== undefined) throw new Error(`the driver refuses the path ${JSON.stringify(path)}`);
}

async function removeRemains(folder: string, current: string | undefined): Promise<void> {
  for (const name of await readdir(folder)) {
    const isRemains = name === NEXT_DATA || (DATA_FOLDER.test(name) && name !== current);
    if (isRemains) await rm(join(folder, name), { recursive: true });
  }
}

function nameData(): string {
  const time = new Date().toISOString().slice(0, 19).replace(/[-T:]/g, '_');
  return `..${time}.${randomBytes(4).readUInt32BE()}`;
}

async function writeData(data: string, files: readonly NewFile[]): Promise<void> {
  await mkdir(data);
  // The mode of mkdir and writeFile passes through the umask; pods of other users must be able to enter.
  await chmod(data, 0o755);
  for (const { path, mode, contents } of files) {
    const full = join(data, path);
    await mkdir(dirname(full), { recursive: true });
    // Nobody else reads it before it has the mode it was asked for.
    await writeFile(full, contents, { mode: 0o600 });
    await chmod(full, mode);
  }
}

/** Anything but a link under this name is from an older driver, and is removed. */
async function makeVisible(folder: string, name: string): Promise<void> {
  const found = await lstat(join(folder, name)).catch(undefinedIfAbsent);
  if (found?.isSymbolicLink()) return;
  if (found !== undefined) await rm(join(folder, name), { recursive: true });
  await symlink(join(DATA, name), join(folder, name));
}

async function isVisibleLink(folder: string, name: string): Promise<boolean> {
  const target = await readlink(join(folder, name)).catch(() => undefined);
  return target === join(DATA, name);
}

function firstElement(path: string): string {
  return path.split('/', 1)[0] ?? path;
}

function undefinedIfAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

// Opens the folder for records: in memory, ours, closed to others. All paths then lead through its descriptor, so that it
// cannot be swapped for another folder, and a path of any length fits into a socket's address (108 bytes).
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  type Stats,
  statfsSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { isInMemory } from '../in-memory.ts';
import { StartupError } from '../startup-error.ts';
import { systemCode } from '../system-code.ts';

/** Version of the folder's layout and of the record's header. A later version gets its own folder. */
const LAYOUT = 'v1';
const OTHERS = 0o077;
const ON_DISK = 'it is on a disk, which may keep what is deleted; give a folder in memory, for example under /run';

export interface OpenFolder {
  /** For messages. */
  readonly name: string;
  /** For system calls: valid until `close`, in this process only. */
  readonly path: string;
  /** Memory is taken in pages of this size. */
  readonly pageBytes: number;
  close(): void;
}

/** Why the folder cannot be used, as a clause for a message. */
export interface Unusable {
  readonly why: string;
}

/** @throws StartupError if the folder, or a link in its place, is another's. */
export function openFolder(stateDir: string): OpenFolder | Unusable {
  const name = join(stateDir, LAYOUT);
  try {
    if (!isInMemory(stateDir)) return { why: ON_DISK };
    makeFolder(name, name);
    const fd = openSync(name, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    return checkOpen(name, fd) ?? { why: ON_DISK };
  } catch (thrown) {
    const code = systemCode(thrown);
    if (code === undefined) throw thrown;
    return { why: code === 'ENOENT' ? 'it does not exist' : `it cannot be used (${code})` };
  }
}

/** undefined: the folder is not in memory, and is closed again. */
function checkOpen(name: string, fd: number): OpenFolder | undefined {
  let isUsable = false;
  try {
    assertOurs(name, fstatSync(fd));
    const path = `/proc/self/fd/${fd}`;
    isUsable = isInMemory(path);
    return isUsable ? { name, path, pageBytes: statfsSync(path).bsize, close: () => closeSync(fd) } : undefined;
  } finally {
    if (!isUsable) closeSync(fd);
  }
}

/** A folder inside the open one. @throws StartupError, or what the system says */
export function makeInner({ name, path }: OpenFolder, inner: string): void {
  makeFolder(join(path, inner), join(name, inner));
}

/** Made, or found as it should be: our own, closed to others, no link. */
function makeFolder(path: string, name: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (thrown) {
    if (systemCode(thrown) !== 'EEXIST') throw thrown;
  }
  assertOurs(name, lstatSync(path));
}

function assertOurs(name: string, stats: Stats): void {
  const refuse = (why: string) => new StartupError(`state folder ${name}: ${why}`);
  if (stats.isSymbolicLink()) throw refuse('it is a symbolic link; remove it');
  if (!stats.isDirectory()) throw refuse('it is not a folder; remove it');
  const uid = process.geteuid?.();
  if (stats.uid !== uid) throw refuse(`it belongs to user ${stats.uid} and this is user ${uid}; remove it`);
  if ((stats.mode & OTHERS) !== 0) throw refuse('it is open to other users; remove it, or close it with chmod 700');
}

/** Does nothing if the file is missing. rmSync does the same, but loses the system's code (Node 26). */
export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (thrown) {
    if (systemCode(thrown) !== 'ENOENT') throw thrown;
  }
}

// The folder that records live in: in memory, ours, closed to others. Once it is open, all paths lead through its
// descriptor, so that nobody can put another folder in its place, and a path fits into a socket's address (108 bytes)
// however long the folder's name is.
import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { MountError } from '../errors.ts';

/** The version of what lies where in the folder and of the record's header. A later one gets a folder of its own. */
const LAYOUT = 'v1';
/** TMPFS_MAGIC and RAMFS_MAGIC of linux/magic.h, as statfs reports them. */
const IN_MEMORY = new Set([0x01021994, 0x858458f6]);
const OTHERS = 0o077n;

export interface OpenFolder {
  /** Good until `close`, in this process only. */
  readonly path: string;
  /** Memory is taken in pages of this size. */
  readonly pageBytes: number;
  close(): void;
}

/** What keeps records from being kept, in words; the daemon may go on without. */
export type Unusable = { readonly why: string };

/** @throws MountError address-refused where the folder, or a link in its place, is another's. */
export function openFolder(stateDir: string): OpenFolder | Unusable {
  try {
    if (!isInMemory(stateDir)) return onDisk(stateDir);
    const name = join(stateDir, LAYOUT);
    makeFolder(name);
    const fd = openSync(name, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    const path = `/proc/self/fd/${fd}`;
    try {
      assertOurs(name, fstatSync(fd, { bigint: true }));
      if (isInMemory(path)) return { path, pageBytes: statfsSync(path).bsize, close: () => closeSync(fd) };
    } catch (thrown) {
      closeSync(fd);
      throw thrown;
    }
    closeSync(fd);
    return onDisk(name);
  } catch (thrown) {
    return { why: `the state folder ${stateDir} cannot be used: ${systemCode(thrown)}` };
  }
}

/** A folder inside the open one. @throws MountError address-refused, or what the system says */
export function openInner({ path }: OpenFolder, name: string): void {
  makeFolder(join(path, name));
}

/** Made, or found as it should be: our own, closed to others, no link. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (thrown) {
    if (systemCode(thrown) !== 'EEXIST') throw thrown;
  }
  assertOurs(path, lstatSync(path, { bigint: true }));
}

function assertOurs(path: string, stats: BigIntStats): void {
  const refuse = (what: string) => new MountError('address-refused', `the state folder ${path} ${what}`);
  if (stats.isSymbolicLink()) throw refuse('is a symbolic link; give the folder itself');
  if (!stats.isDirectory()) throw refuse('is no folder; remove it');
  const uid = process.geteuid?.();
  if (Number(stats.uid) !== uid) throw refuse(`belongs to user ${stats.uid}, we run as ${uid}; remove it or change its owner`);
  if ((stats.mode & OTHERS) !== 0n) throw refuse('is open to other users; remove it, or take their rights with chmod 700');
}

function isInMemory(path: string): boolean {
  // As 32 bits: the number is signed on some architectures.
  return IN_MEMORY.has(statfsSync(path).type >>> 0);
}

function onDisk(path: string): Unusable {
  return { why: `the state folder ${path} is on a disk, which may keep what is deleted; mount a tmpfs such as a folder under /run` };
}

export function systemCode(thrown: unknown): string | undefined {
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

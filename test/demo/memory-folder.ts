// A folder in memory for the pods' files, as on a node: a tmpfs of our own where we may mount one, else a folder
// under /dev/shm. Everything is synchronous, so that even a process that ends in a hurry takes it away.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** TMPFS_MAGIC of linux/magic.h, as statfs reports it. */
const TMPFS = 0x01021994;

export interface MemoryFolder {
  readonly path: string;
  /** In words for a person. */
  readonly kind: string;
  remove(): void;
}

/** On disk, for sockets; `exit` covers an end without clean-up. */
export function makeTemporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'secretmount-demo-'));
  return { path, remove: removeOnce(() => rmSync(path, { recursive: true, force: true })) };
}

export function makeMemoryFolder(parent: string): MemoryFolder {
  const mounted = mountTmpfs(join(parent, 'pods'));
  if (mounted !== undefined) return mounted;
  const path = mkdtempSync('/dev/shm/secretmount-demo-');
  return {
    path,
    kind: 'a folder under /dev/shm, as mounting a tmpfs takes root',
    remove: removeOnce(() => rmSync(path, { recursive: true, force: true })),
  };
}

export function isTmpfs(path: string): boolean {
  return statfsSync(path).type === TMPFS;
}

function mountTmpfs(path: string): MemoryFolder | undefined {
  if (process.getuid?.() !== 0) return undefined;
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0755', 'secretmount-demo', path], { stdio: 'ignore' });
  } catch {
    // Root of a container without the right to mount.
    return undefined;
  }
  const remove = removeOnce(() => {
    // Lazy, so that a curious shell inside does not keep it.
    execFileSync('umount', ['-l', path], { stdio: 'ignore' });
    rmSync(path, { recursive: true, force: true });
  });
  return { path, kind: 'mounted for this demo', remove };
}

function removeOnce(remove: () => void): () => void {
  const once = () => {
    process.off('exit', once);
    remove();
  };
  process.on('exit', once);
  return once;
}

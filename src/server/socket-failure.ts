// Why a socket cannot be served under its name, and what to change.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCode } from '../system-code.ts';

/** Longest path of a Unix socket. Node truncates a longer one and listens on the truncated path. */
const LONGEST_PATH_BYTES = 107;

/** undefined: a socket may have this path. */
export function whyNoSocketPath(path: string): string | undefined {
  const bytes = Buffer.byteLength(path);
  if (bytes <= LONGEST_PATH_BYTES) return undefined;
  return `the path has ${bytes} bytes and a Unix socket takes ${LONGEST_PATH_BYTES}; choose a shorter one`;
}

export function hasNoFolder(path: string): boolean {
  return !existsSync(dirname(path));
}

/** @param thrown by the system when the socket was made under `path` */
export function explainSocketFailure(path: string, thrown: unknown): string {
  // Node reports a missing folder as EACCES.
  if (hasNoFolder(path)) return 'its folder does not exist; create the folder or correct the path';
  const code = systemCode(thrown) ?? 'unexpected failure';
  const fix = FIXES.get(code);
  return fix === undefined ? code : `${fix} (${code})`;
}

const NO_RIGHT = `user ${process.geteuid?.()} may not write to its folder; give that user the right, or run as another`;

const FIXES: ReadonlyMap<string, string> = new Map([
  ['EACCES', NO_RIGHT],
  ['EPERM', NO_RIGHT],
  ['EROFS', 'its folder is on a read-only file system; mount it writable'],
  ['ENOTDIR', 'a file stands where its folder should be; remove the file or correct the path'],
  ['EISDIR', 'a folder has this name; remove the folder or choose another path'],
  ['EADDRINUSE', 'another process took the name at the same moment; it is tried again'],
  ['ENOSPC', 'its folder has no room left; free some'],
]);

// Records as files of a folder with this process as only writer. A file is written under another name and renamed, so that
// it is whole or absent whenever the process is killed. Files that are no records are set aside.
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../system-code.ts';
import { removeFile } from './folder.ts';
import { type Content, decodeRecord, encodeHead, type Name } from './record.ts';

/** Files set aside, for a person who debugs. They take memory and hold secrets, so only a few small ones stay. */
export const DAMAGED = 'damaged';
const MOST_DAMAGED = 20;
const MOST_DAMAGED_BYTES = 64 * 1024;
const INCOMING = 'incoming';
/** What opening something that is not a plain file of ours brings: a link, a socket, a file closed to us. */
const NO_RECORD: ReadonlySet<string> = new Set(['ELOOP', 'ENXIO', 'EACCES']);

/** @throws the system's error; the record is then unchanged. */
export function writeRecord(folder: string, name: Name, content: Content): void {
  const incoming = join(folder, INCOMING);
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  const fd = openSync(incoming, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
  try {
    writeFileSync(fd, encodeHead(name, content));
    writeFileSync(fd, content.body);
    renameSync(incoming, join(folder, name.kind, name.id));
  } catch (thrown) {
    removeIncoming(folder);
    throw thrown;
  } finally {
    closeSync(fd);
  }
}

/** Left by an interrupted write; the next write starts anew. */
export function removeIncoming(folder: string): void {
  try {
    removeFile(join(folder, INCOMING));
  } catch {
    // The folder is read-only by now.
  }
}

/** undefined: not a whole record. @throws the system's error if the file may still be one. */
export function readRecord(folder: string, name: Name): Content | undefined {
  const bytes = readPlainFile(join(folder, name.kind, name.id));
  return bytes === undefined ? undefined : decodeRecord(name, bytes);
}

/** undefined: no plain file of ours. */
export function readPlainFile(path: string): Buffer | undefined {
  let fd: number;
  try {
    // O_NONBLOCK: a pipe under this name would hold us for ever.
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (thrown) {
    if (NO_RECORD.has(systemCode(thrown) ?? '')) return undefined;
    throw thrown;
  }
  try {
    return fstatSync(fd).isFile() ? readFileSync(fd) : undefined;
  } finally {
    closeSync(fd);
  }
}

export function removeRecord(folder: string, { kind, id }: Name): void {
  removeFile(join(folder, kind, id));
}

/** Each file's name and size, oldest write first. */
export function listRecords(folder: string, kind: string): Map<string, number> {
  const target = join(folder, kind);
  const files = readdirSync(target).map((id) => ({ id, stats: lstatSync(join(target, id)) }));
  const oldestFirst = files.toSorted((a, b) => a.stats.mtimeMs - b.stats.mtimeMs);
  return new Map(oldestFirst.map(({ id, stats }) => [id, stats.size]));
}

export function setAside(folder: string, { kind, id }: Name): void {
  const damaged = join(folder, DAMAGED);
  const target = join(damaged, `${kind}-${id}`);
  // A folder cannot be renamed onto a file, nor a file onto a folder.
  rmSync(target, { force: true, recursive: true });
  renameSync(join(folder, kind, id), target);
  const kept = readdirSync(damaged).map((name) => ({
    path: join(damaged, name),
    stats: lstatSync(join(damaged, name)),
  }));
  // A rename changes ctime.
  const newestFirst = kept.toSorted((a, b) => b.stats.ctimeMs - a.stats.ctimeMs);
  for (const [index, { path, stats }] of newestFirst.entries()) {
    const isKept = index < MOST_DAMAGED && stats.isFile() && stats.size <= MOST_DAMAGED_BYTES;
    if (!isKept) rmSync(path, { force: true, recursive: true });
  }
}

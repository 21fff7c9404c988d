// The folder that secrets go to: in memory unless a disk is allowed, of our own making or empty, so that nothing of
// anybody else's is taken away.
import { mkdir, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CommandFailed, systemWords } from '../command-failed.ts';
import { findForeign, type NewFile, readVolume, replaceVolume, type VolumeFile } from './volume-folder.ts';

/** TMPFS_MAGIC and RAMFS_MAGIC of linux/magic.h, as statfs reports them. */
const IN_MEMORY = new Set([0x01021994, 0x858458f6]);
const IN_MEMORY_CURE = 'give a folder in memory such as /dev/shm/secrets, or allow it with --allow-disk';
/** Ours alone: the class's modes are meant for a pod's volume, which other users of the machine do not see either. */
const FOLDER_MODE = 0o700;

export class OutFolder {
  readonly #path: string;
  readonly #allowsDisk: boolean;

  constructor(path: string, allowsDisk: boolean) {
    this.#path = path;
    this.#allowsDisk = allowsDisk;
  }

  /** The files it holds; none where it is yet to be made. @throws CommandFailed where nothing may be written there. */
  async open(): Promise<ReadonlyMap<string, VolumeFile>> {
    try {
      await this.#assertUsable();
      return await readVolume(this.#path);
    } catch (thrown) {
      throw this.#explain('cannot be read', thrown);
    }
  }

  /** All files at once, or none: then the old ones stay. @throws CommandFailed */
  async write(files: readonly NewFile[]): Promise<void> {
    try {
      await mkdir(this.#path, { mode: FOLDER_MODE }).catch(nothingIfPresent);
      await replaceVolume(this.#path, files);
    } catch (thrown) {
      throw this.#explain('cannot be written', thrown);
    }
  }

  async #assertUsable(): Promise<void> {
    const found = await stat(this.#path).catch(undefinedIfAbsent);
    if (found !== undefined && !found.isDirectory()) throw this.#refuse('is no folder');
    const place = found === undefined ? dirname(this.#path) : this.#path;
    const kind = await statfs(place).catch(undefinedIfAbsent);
    if (kind === undefined) throw this.#refuse(`cannot be made, as there is no folder ${place}`);
    if (!this.#allowsDisk && !IN_MEMORY.has(kind.type))
      throw this.#refuse(`is on a disk, which may keep what is deleted; ${IN_MEMORY_CURE}`);
    const foreign = found === undefined ? undefined : await findForeign(this.#path);
    if (foreign === undefined) return;
    throw this.#refuse(`holds ${JSON.stringify(foreign)}, which no mount wrote; give an empty or a new folder`);
  }

  #refuse(what: string): CommandFailed {
    return new CommandFailed(`--out ${this.#path} ${what}`);
  }

  /** System errors are the person's to mend; others are ours. */
  #explain(what: string, thrown: unknown): unknown {
    const words = systemWords(thrown);
    return words === undefined ? thrown : this.#refuse(`${what}: ${words}`);
  }
}

function undefinedIfAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function nothingIfPresent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'EEXIST') throw error;
}

// The folder that secrets go to: in memory unless a disk is allowed, the user's own, and of our own making or empty,
// so that nothing of anybody else's is read, written or taken away. It is looked at again before each write.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isInMemory } from '../../in-memory.ts';
import { systemCode } from '../../system-code.ts';
import { CommandFailed, systemMessage } from '../command-failed.ts';
import { ownUid, PinnedFolder } from './pinned-folder.ts';
import { findForeign, type NewFile, readVolume, replaceVolume, type VolumeFile } from './volume-folder.ts';

const IN_MEMORY_FIX = 'give a folder in memory such as /dev/shm/secrets, or allow it with --allow-disk';
/** Ours alone: the class's modes are meant for a pod's volume, which other users of the machine do not see either. */
const FOLDER_MODE = 0o700;

export class OutFolder {
  readonly #path: string;
  readonly #allowsDisk: boolean;

  constructor(path: string, allowsDisk: boolean) {
    this.#path = path;
    this.#allowsDisk = allowsDisk;
  }

  /** The files it holds; none if it is yet to be made. @throws CommandFailed if nothing may be written there. */
  async open(): Promise<ReadonlyMap<string, VolumeFile>> {
    const files = await this.#within('cannot be read', readVolume);
    if (files !== undefined) return files;
    try {
      this.#assertMedium(dirname(this.#path));
    } catch (thrown) {
      throw this.#explain('cannot be made', thrown);
    }
    return new Map();
  }

  /** All files at once, or none: then the old ones stay. @throws CommandFailed */
  async write(files: readonly NewFile[]): Promise<void> {
    try {
      await mkdir(this.#path, { mode: FOLDER_MODE }).catch(nothingIfPresent);
    } catch (thrown) {
      throw this.#explain('cannot be made', thrown);
    }
    await this.#within('cannot be written', (folder) => replaceVolume(folder, files));
  }

  /** @returns undefined if there is no such folder. */
  async #within<T>(trouble: string, use: (folder: string) => Promise<T>): Promise<T | undefined> {
    try {
      const folder = await PinnedFolder.open(this.#path);
      if (folder === undefined) return undefined;
      try {
        this.#assertMedium(folder.path);
        await this.#assertOwn(folder.path);
        return await use(folder.path);
      } finally {
        await folder.close();
      }
    } catch (thrown) {
      throw this.#explain(trouble, thrown);
    }
  }

  #assertMedium(folder: string): void {
    if (!isFolderInMemory(folder) && !this.#allowsDisk)
      throw new CommandFailed(`is on a disk, which may keep what is deleted; ${IN_MEMORY_FIX}`);
  }

  async #assertOwn(folder: string): Promise<void> {
    const foreign = await findForeign(folder, ownUid());
    if (foreign === undefined) return;
    throw new CommandFailed(`holds ${JSON.stringify(foreign)}, which no mount wrote; give an empty or a new folder`);
  }

  /** Errors of the folder or the system name the folder, as the person can fix them. Any other is an internal error. */
  #explain(trouble: string, thrown: unknown): unknown {
    if (thrown instanceof CommandFailed) return new CommandFailed(`--out ${this.#path} ${thrown.message}`);
    const reason = systemMessage(thrown);
    return reason === undefined ? thrown : new CommandFailed(`--out ${this.#path} ${trouble}: ${reason}`);
  }
}

/** @throws CommandFailed if there is no such folder */
function isFolderInMemory(folder: string): boolean {
  try {
    return isInMemory(folder);
  } catch (thrown) {
    if (systemCode(thrown) !== 'ENOENT') throw thrown;
    throw new CommandFailed(`cannot be made, as there is no folder ${folder}`);
  }
}

function nothingIfPresent(thrown: unknown): undefined {
  if (systemCode(thrown) !== 'EEXIST') throw thrown;
}

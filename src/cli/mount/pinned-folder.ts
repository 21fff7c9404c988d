// One folder, kept open by a descriptor: renaming it, or putting a link in its place, does not affect what is checked and
// written. Only a folder that no other user can change is used.
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { systemCode } from '../../system-code.ts';
import { CommandFailed } from '../command-failed.ts';

/** Write for the group and for others. */
const WRITABLE_BY_OTHERS = 0o022;

export class PinnedFolder {
  /** A path that leads to this very folder. */
  readonly path: string;
  readonly #handle: FileHandle;

  private constructor(handle: FileHandle, path: string) {
    this.#handle = handle;
    this.path = path;
  }

  /** @returns undefined if there is none. @throws CommandFailed if it is not a folder, or not only the caller's. */
  static async open(path: string): Promise<PinnedFolder | undefined> {
    const handle = await openFolder(path);
    if (handle === undefined) return undefined;
    try {
      const { uid, mode } = await handle.stat();
      const own = ownUid() ?? uid;
      if (uid !== own)
        throw new CommandFailed(`belongs to user ${uid} and not to you (${own}); give a folder of yours`);
      if ((mode & WRITABLE_BY_OTHERS) !== 0)
        throw new CommandFailed('can be written by others, who could swap what is in it; take that away (chmod go-w)');
      return new PinnedFolder(handle, await throughDescriptor(handle, path));
    } catch (thrown) {
      await handle.close();
      throw thrown;
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** undefined if the system has no users (Windows). */
export function ownUid(): number | undefined {
  return process.geteuid?.();
}

async function openFolder(path: string): Promise<FileHandle | undefined> {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  try {
    return await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (thrown) {
    const code = systemCode(thrown);
    if (code === 'ENOENT') return undefined;
    // A link is not a folder either, to a call that does not follow it.
    if (code === 'ENOTDIR' || code === 'ELOOP')
      throw new CommandFailed('is not a folder, or a link to one; give the folder itself');
    throw thrown;
  }
}

/** As Linux has it; if there is no /proc the path is what is left. */
async function throughDescriptor({ fd }: FileHandle, path: string): Promise<string> {
  const pinned = `/proc/self/fd/${fd}`;
  const isThere = await stat(pinned).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isThere ? pinned : path;
}

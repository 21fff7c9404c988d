// What keeps a person's command from its work: a file, a folder, the text of a manifest.
import { getSystemErrorMessage } from 'node:util';

/** Of a path that still begins with it, as in --out=~/secrets. */
export const UNEXPANDED = 'the shell replaces ~ only where a word starts with it, unquoted: write $HOME instead';

/** Its message is for the person at the terminal. */
export class CommandFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CommandFailed';
  }
}

/** @throws what was thrown, where something else failed than the reading of the file */
export function cannotRead(file: string, thrown: unknown): CommandFailed {
  const words = systemWords(thrown);
  if (words === undefined) throw thrown;
  const isUnexpanded = file.startsWith('~') && (thrown as NodeJS.ErrnoException).code === 'ENOENT';
  return new CommandFailed(`${file} cannot be read: ${words}${isUnexpanded ? `; ${UNEXPANDED}` : ''}`);
}

/** What the system said, for example `permission denied`; undefined where something else failed than a system call. */
export function systemWords(thrown: unknown): string | undefined {
  const { errno, syscall } = thrown as NodeJS.ErrnoException;
  return errno === undefined || syscall === undefined ? undefined : getSystemErrorMessage(errno);
}

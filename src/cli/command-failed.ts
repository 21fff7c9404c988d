// What keeps a person's command from its work: a file, a folder, the text of a manifest.
import { getSystemErrorMessage } from 'node:util';

/** Its message is for the person at the terminal. */
export class CommandFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CommandFailed';
  }
}

/** What the system said, for example `permission denied`; undefined where something else failed than a system call. */
export function systemWords(thrown: unknown): string | undefined {
  const { errno, syscall } = thrown as NodeJS.ErrnoException;
  return errno === undefined || syscall === undefined ? undefined : getSystemErrorMessage(errno);
}

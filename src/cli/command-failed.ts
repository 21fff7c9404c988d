// What keeps a person's command from its work: a file, a folder, the text of a manifest.
import { getSystemErrorMessage } from 'node:util';
import { systemCode } from '../system-code.ts';
import { unexpandedHint } from '../unexpanded.ts';

/** Its message is for the person at the terminal. */
export class CommandFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CommandFailed';
  }
}

/** A file or a folder that the system does not let us read. */
export class CannotRead extends CommandFailed {
  readonly file: string;
  /** `cannot be read: permission denied` */
  readonly why: string;

  constructor(file: string, why: string) {
    super(`${file} ${why}`);
    this.name = 'CannotRead';
    this.file = file;
    this.why = why;
  }
}

/** @throws what was thrown, if something else failed than the reading of the file */
export function cannotRead(file: string, thrown: unknown): CannotRead {
  const reason = systemMessage(thrown);
  if (reason === undefined) throw thrown;
  const hint = systemCode(thrown) === 'ENOENT' ? unexpandedHint(file) : '';
  return new CannotRead(file, `cannot be read: ${reason}${hint}`);
}

/** What the system said, for example `permission denied`; undefined if something else failed than a system call. */
export function systemMessage(thrown: unknown): string | undefined {
  const { errno, syscall } = thrown as NodeJS.ErrnoException;
  return errno === undefined || syscall === undefined ? undefined : getSystemErrorMessage(errno);
}

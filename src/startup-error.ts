// What keeps the daemon from starting, and no mount: an address or a folder that it cannot have, a file that it is told
// to read. It is no reason of a mount, so it has none. The process logs the sentence and exits with 1, or with 2 if a
// file that the command line names cannot be read, as every command does.
export class StartupError extends Error {
  readonly exitCode: 1 | 2;

  constructor(message: string, options: { readonly cause?: unknown; readonly exitCode?: 1 | 2 } = {}) {
    super(message.toWellFormed(), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StartupError';
    this.exitCode = options.exitCode ?? 1;
  }
}

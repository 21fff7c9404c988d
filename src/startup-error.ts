// What keeps the daemon from starting, and no mount: an address or a folder that it cannot have, a file that it is told
// to read. It is no reason of a mount, so it has none. The process logs the sentence and exits with 1.
export class StartupError extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message.toWellFormed(), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StartupError';
  }
}

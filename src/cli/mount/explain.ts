// Why a mount failed, for the person at the terminal: the daemon's own words, never those of an engine or a library.
import { MountError } from '../../errors.ts';
import { describeFault } from '../../observe/fault-detail.ts';
import { printable } from '../../printable.ts';
import { CommandFailed } from '../command-failed.ts';

/** @throws what is no failure of a mount: a fault of ours, whose message is for nobody. */
export function explain(thrown: unknown): string {
  // What the command itself refused while the rooms asked it for a token comes back as the cause of theirs.
  const cause = innermost(thrown);
  if (cause instanceof CommandFailed) return printable(cause.message);
  if (!(thrown instanceof MountError)) throw thrown;
  return thrown.reason === 'internal' ? explainFault('a fault of its own', thrown) : thrown.message;
}

/** Of the error its class, its system code and where it was thrown. */
export function explainFault(message: string, thrown: unknown): string {
  const { class: name, systemCode, frames } = describeFault(thrown);
  return `${message}: ${[name, systemCode, frames[0]].filter(Boolean).join(' ')}`;
}

function innermost(error: unknown): unknown {
  let inner = error;
  while (inner instanceof Error && inner.cause !== undefined) inner = inner.cause;
  return inner;
}

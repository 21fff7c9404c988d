// Why a mount failed, for the person at the terminal: the daemon's own words, never those of an engine or a library.
import { MountError } from '../../errors.ts';
import { printable } from '../../printable.ts';
import { CommandFailed } from '../command-failed.ts';
import { explainFault } from '../explain-fault.ts';
import type { MountOptions } from './mount-options.ts';
import { inOwnWords } from './own-words.ts';

/** @throws what is not a failure of a mount: a fault of ours, whose message is for nobody. */
export function explain(thrown: unknown, options: MountOptions): string {
  const refusal = ownRefusal(thrown);
  if (refusal !== undefined) return printable(refusal.message);
  if (!(thrown instanceof MountError)) throw thrown;
  return thrown.reason === 'internal' ? explainFault('a fault of its own', thrown) : withReason(thrown, options);
}

/** As a pod's event ends. */
function withReason({ message, reason }: MountError, options: MountOptions): string {
  return `${inOwnWords(message, options)} [${reason}]`;
}

/** What the command itself refused; while the rooms asked it for a token, it comes back as the cause of theirs. */
export function ownRefusal(thrown: unknown): CommandFailed | undefined {
  const cause = innermost(thrown);
  return cause instanceof CommandFailed ? cause : undefined;
}

function innermost(error: unknown): unknown {
  let inner = error;
  while (inner instanceof Error && inner.cause !== undefined) inner = inner.cause;
  return inner;
}

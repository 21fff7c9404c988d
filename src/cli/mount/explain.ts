// Why a mount failed, for the person at the terminal: the daemon's own words, never those of an engine or a library.
import { MountError } from '../../errors.ts';
import { printable } from '../../printable.ts';
import { CommandFailed } from '../command-failed.ts';
import { explainFault } from '../explain-fault.ts';
import type { MountOptions } from './mount-options.ts';
import { inOwnWords } from './own-words.ts';

/** @throws `thrown`, if it is no failure of a mount but an internal error, whose message must not be shown. */
export function explain(thrown: unknown, options: MountOptions): string {
  const refusal = ownRefusal(thrown);
  if (refusal !== undefined) return printable(refusal.message);
  if (!(thrown instanceof MountError)) throw thrown;
  return thrown.reason === 'internal' ? explainFault('a fault of its own', thrown) : withReason(thrown, options);
}

/** With the reason at the end, as in a pod's event. */
function withReason({ message, reason }: MountError, options: MountOptions): string {
  return `${inOwnWords(message, options)} [${reason}]`;
}

/** The command's own refusal. If a service asked the command for a token, it is the cause of the service's error. */
export function ownRefusal(thrown: unknown): CommandFailed | undefined {
  const cause = innermost(thrown);
  return cause instanceof CommandFailed ? cause : undefined;
}

function innermost(error: unknown): unknown {
  let inner = error;
  while (inner instanceof Error && inner.cause !== undefined) inner = inner.cause;
  return inner;
}

// Why a command failed, as one sentence for the person at the terminal: our own words, never those of an engine or a
// library, which may quote what they were given.
import { MountError } from '../errors.ts';
import { describeFault } from '../observe/fault-detail.ts';
import { StartupError } from '../startup-error.ts';
import { UsageError } from './args.ts';
import { CommandFailed } from './command-failed.ts';

/** Whatever ends a command. */
export function explainEnd(thrown: unknown): string {
  const isOurs = thrown instanceof UsageError || thrown instanceof CommandFailed || thrown instanceof StartupError;
  if (isOurs || (thrown instanceof MountError && thrown.reason !== 'internal')) return thrown.message;
  return explainFault('a fault of its own', thrown);
}

/** The error's class, its system code and where it was thrown. */
export function explainFault(message: string, thrown: unknown): string {
  const { class: name, systemCode, frames } = describeFault(thrown);
  return `${message}: ${[name, systemCode, frames[0]].filter(Boolean).join(' ')}`;
}

// What became of one read.
import type { MountError } from '../errors.ts';
import type { LiveToken } from '../session/live-token.ts';
import type { Answer } from './ports.ts';

export interface Sent {
  readonly answer: Answer;
  /** The one it was read under, on which its lease hangs; undefined for an answer that others share. */
  readonly token: LiveToken | undefined;
  /** Why there is none newer: its `refreshAfter` is over. */
  readonly late?: MountError;
}

export type Outcome = Sent | { readonly error: MountError };

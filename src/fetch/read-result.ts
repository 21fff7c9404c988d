// What one read came to.
import type { MountError } from '../errors.ts';
import type { Token } from '../session/token.ts';
import type { Answer } from './ports.ts';

export interface FetchedAnswer {
  readonly answer: Answer;
  /** The token it was read under, on which its lease depends; undefined for an answer that others share. */
  readonly token: Token | undefined;
  /** Why there is none newer, although its `refreshAfter` is over. */
  readonly late?: MountError;
}

export type ReadResult = FetchedAnswer | { readonly error: MountError };

// The result of one read.
import type { MountError } from '../errors.ts';
import type { Token } from '../session/token.ts';
import type { Answer } from './ports.ts';

export interface FetchedAnswer {
  readonly answer: Answer;
  /** The token it was read under, on which its lease depends; undefined for an answer that others share. */
  readonly token: Token | undefined;
  /** Why the answer is older than its `refreshAfter`: the error of the request for a newer one. */
  readonly late?: MountError;
}

export type ReadResult = FetchedAnswer | { readonly error: MountError };

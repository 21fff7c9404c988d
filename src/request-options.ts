// How one request to a store is sent: the same for reads, logins, renewals and revocations. fetch/request-dispatcher.ts does it.
import type { MountError } from './errors.ts';

/** Highest first: a pod that waits to start, a pod that runs, a token that is renewed ahead of time. */
export type Priority = 'first' | 'poll' | 'renewal';

/** Whose slot it is: accounts take turns, and the sessions of one account take turns. */
export interface SlotOwner {
  /** The session's. */
  readonly key: string;
  readonly account: string;
}

/**
 * What the result of a request proves about the store. `none`: nothing, because the path may choose its own status.
 * `account`: a class chose the request. `upkeep`: this provider chose it.
 */
export type Evidence = 'none' | 'account' | 'upkeep';

/** The retries that one request may have, or those that the reads of one mount share (fetch/retry.ts). */
export interface Retry {
  /** How long to wait before retry number `retries + 1`; undefined if the failure stands. */
  waitMs(error: MountError, retries: number, now: number, random: () => number): number | undefined;
}

export interface RequestOptions {
  /** Whose slot it takes. */
  readonly session: SlotOwner;
  readonly priority: Priority;
  /** Names the request in a message: `GET secret/app`. */
  readonly what: string;
  /** undefined: sent once. */
  readonly retry: Retry | undefined;
  readonly evidence: Evidence;
  /** A renewal or revocation: it does not wait for the account's reads and logins. */
  readonly isUpkeep?: true;
}

// The options of sessions: clock, request sender and bounds.
import type { Clock } from '../clock.ts';
import type { Emit } from '../events.ts';
import type { RequestOptions, Retry } from '../request-options.ts';
import type { TokenClient } from './ports.ts';
import type { Revocations } from './revocations.ts';
import type { TokenRecords } from './token-record.ts';

/**
 * Sends a login, renewal or revocation with the same slots, retries and circuit as reads. fetch/request-dispatcher.ts
 * implements it; cli/composition.ts connects the two.
 */
export type SendRequest = <T>(
  client: TokenClient,
  options: RequestOptions,
  request: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
) => Promise<T>;

export interface SessionOptions {
  readonly clock: Clock;
  readonly emit: Emit;
  /** 0 to 1, as Math.random. */
  readonly random: () => number;
  readonly send: SendRequest;
  /** The retries of one login. */
  readonly newRetry: () => Retry | undefined;
  /** A login unused for this long is revoked. */
  readonly idleMs: number;
  /** Timeout of one login with its retries. Several callers share it, so it is not any caller's deadline. */
  readonly loginTimeoutMs: number;
  readonly records: TokenRecords;
  readonly revocations: Revocations;
  /** Aborts when the process ends: no more renewals. */
  readonly stopping: AbortSignal;
}

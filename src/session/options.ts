// What a session is given: time, a way to send, and its bounds.
import type { Clock } from '../clock.ts';
import type { Emit } from '../events.ts';
import type { RequestOptions, Retry } from '../request-options.ts';
import type { TokenClient } from './ports.ts';
import type { Revocations } from './revocations.ts';
import type { TokenRecords } from './token-record.ts';

/**
 * Sends a request of ours with the slots, the retries and the circuit of all others: fetch/request-dispatcher.ts does it,
 * and cli/composition.ts connects the two.
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
  /** A login that was not used for so long is revoked. */
  readonly idleMs: number;
  /** Time for one login with its retries. Shared work has its own, never a caller's. */
  readonly loginTimeoutMs: number;
  readonly records: TokenRecords;
  readonly revocations: Revocations;
  /** Aborts when the process ends: no more renewals. */
  readonly stopping: AbortSignal;
}

// What a session is given: time, a way to send, and its bounds.
import type { Clock } from '../clock.ts';
import type { Emit } from '../events.ts';
import type { TokenDoor } from './ports.ts';
import type { Revocations } from './revocations.ts';
import type { TokenRecords } from './token-record.ts';

export interface TokenRequest {
  /** Whose turn it counts as. */
  readonly session: { readonly key: string; readonly account: string };
  /** Names the request in a message. */
  readonly what: string;
  readonly isUrgent: boolean;
  readonly isRepeatable: boolean;
  /** Its path is the same for all, whatever a class says. */
  readonly isUpkeep: boolean;
}

/** Sends a session's own requests with the turn and the repeats of all others: fetch/gate.ts, by way of the wiring. */
export type SendRequest = <T>(
  door: TokenDoor,
  errand: TokenRequest,
  request: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
) => Promise<T>;

export interface SessionOptions {
  readonly clock: Clock;
  readonly emit: Emit;
  /** 0 to 1, as Math.random. */
  readonly random: () => number;
  readonly send: SendRequest;
  /** A login that nobody used for so long is given back. */
  readonly idleMs: number;
  /** Time for one login with its repeats. Shared work has its own, never a caller's. */
  readonly loginTimeoutMs: number;
  readonly records: TokenRecords;
  readonly revocations: Revocations;
  /** Aborts when the process ends: no more renewals. */
  readonly stopping: AbortSignal;
}

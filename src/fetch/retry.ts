// When a failed request is retried, and how long to wait before it. Only transient failures are retried; a timeout is
// final, as the caller has waited long enough.
import type { MountError, Reason } from '../errors.ts';
import type { Retry } from '../request-options.ts';

const RETRIED: ReadonlySet<Reason> = new Set([
  'store-unreachable',
  'store-connection-reset',
  'store-not-caught-up',
  'store-rate-limited',
  'store-sealed',
  'store-unavailable',
] as const);

/** Upper bound of the full-jitter wait before the first retry; it is multiplied by four for each further one. */
const FIRST_CEILING_MS = 500;
/** Total wait of one mount. With a request of 10 s it stays within the 20 s in which a pod event is due. */
const WAIT_TOTAL_MS = 5_000;

/** The retry budget of one mount. Its parallel reads wait at the same time, so it is one span of time, not a sum. */
export class RetryBudget implements Retry {
  readonly #maxRetries: number;
  #endsAt: number | undefined;

  /** @param maxRetries per request */
  constructor(maxRetries: number) {
    this.#maxRetries = maxRetries;
  }

  /** How long to wait before retry number `retries + 1`, or undefined if the failure stands. */
  waitMs(error: MountError, retries: number, now: number, random: () => number): number | undefined {
    if (retries >= this.#maxRetries || !RETRIED.has(error.reason)) return undefined;
    const jitterMs = random() * FIRST_CEILING_MS * 4 ** retries;
    const waitMs = Math.max(jitterMs, error.retryAfterMs ?? 0);
    this.#endsAt ??= now + WAIT_TOTAL_MS;
    return now + waitMs <= this.#endsAt ? waitMs : undefined;
  }
}

// When a request that failed may be sent once more, and how long to wait before it. Only failures that the
// next moment may mend count; a timeout is final, as the caller has waited long enough.
import type { MountError, Reason } from '../errors.ts';
import type { Retry } from '../request-options.ts';

const RETRIED: ReadonlySet<Reason> = new Set([
  'store-unreachable',
  'store-broken',
  'store-behind',
  'store-limiting',
  'store-sealed',
  'store-unavailable',
] as const);

/** Upper end of the full-jitter wait before the first repeat; each further one has four times the last. */
const FIRST_CEILING_MS = 500;
/** All waiting of one mount; with a 10 s request it leaves room inside the 20 s in which an event is due. */
const WAIT_TOTAL_MS = 5_000;

/** The waiting that one mount may still do. Its parallel reads wait at the same time, so it is one span, not a sum. */
export class RetryBudget implements Retry {
  readonly #maxRepeats: number;
  #endsAt: number | undefined;

  /** @param maxRepeats of one request */
  constructor(maxRepeats: number) {
    this.#maxRepeats = maxRepeats;
  }

  /** How long to wait before repeat number `repeats + 1`, or undefined where the failure stands. */
  waitMs(error: MountError, repeats: number, now: number, random: () => number): number | undefined {
    if (repeats >= this.#maxRepeats || !RETRIED.has(error.reason)) return undefined;
    const jitterMs = random() * FIRST_CEILING_MS * 4 ** repeats;
    const waitMs = Math.max(jitterMs, error.retryAfterMs ?? 0);
    this.#endsAt ??= now + WAIT_TOTAL_MS;
    return now + waitMs <= this.#endsAt ? waitMs : undefined;
  }
}

// A TTL too short to renew in peace counts as not renewable: a store that grants milliseconds to a thousand leases must not
// keep the daemon busy for their pod's whole life.
import type { Clock } from '../clock.ts';
import type { Emit } from '../events.ts';

/** Limits the warnings: one store may grant a thousand such TTLs in one mount. */
const WARN_EVERY_MS = 60_000;

export class RenewalFloor {
  readonly #shortestMs: number;
  readonly #clock: Clock;
  readonly #emit: Emit;
  #warnedAt = Number.NEGATIVE_INFINITY;

  /** @param shortestMs the shortest TTL that is renewed */
  constructor(shortestMs: number, clock: Clock, emit: Emit) {
    this.#shortestMs = shortestMs;
    this.#clock = clock;
    this.#emit = emit;
  }

  /** Whether a TTL of `ms` may be renewed; 0: it never expires. */
  allows(ms: number): boolean {
    return ms === 0 || ms >= this.#shortestMs;
  }

  /** The same for a first grant, with a warning: a TTL that shrinks near its max_ttl is normal and needs none. */
  allowsFirst(ms: number, operation: string): boolean {
    if (this.allows(ms)) return true;
    const now = this.#clock.now();
    if (now < this.#warnedAt + WARN_EVERY_MS) return false;
    this.#warnedAt = now;
    const message = `${operation}: the store grants ${ms / 1000} s, which is too short to be renewed (--min-renewal-interval), so it is replaced when it is needed; lengthen it in the store`;
    this.#emit({ type: 'notice', level: 'warn', message });
    return false;
  }
}

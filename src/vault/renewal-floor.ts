// What lives so briefly that it would be renewed without a pause counts as not renewable: a store that grants
// milliseconds to a thousand leases must not keep the daemon busy for as long as their pod lives.
import type { Clock } from '../clock.ts';
import type { Emit } from '../events.ts';

/** Warnings are for a person who reads them: one store may grant a thousand such lives in one mount. */
const WARN_EVERY_MS = 60_000;

export class RenewalFloor {
  readonly #shortestMs: number;
  readonly #clock: Clock;
  readonly #emit: Emit;
  #warnedAt = Number.NEGATIVE_INFINITY;

  /** @param shortestMs a life that is renewed seldom enough */
  constructor(shortestMs: number, clock: Clock, emit: Emit) {
    this.#shortestMs = shortestMs;
    this.#clock = clock;
    this.#emit = emit;
  }

  /** Whether something that lives `ms` may be renewed; 0: it has no end. */
  allows(ms: number): boolean {
    return ms === 0 || ms >= this.#shortestMs;
  }

  /** The same for what is granted for the first time: one that becomes short near its max_ttl is as it should be. */
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

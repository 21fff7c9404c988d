// Limits the requests to a store that is back. After an outage every pod of every node has requests for it. All of them at
// once could bring down a store that was just unsealed or has just become the leader.
import type { Clock } from '../clock.ts';

/** Ramp-up time from one request at a time to full concurrency. */
const RECOVERY_MS = 5_000;

export class Recovery {
  readonly #clock: Clock;
  readonly #most: number;
  /** When each origin came back; removed once ramp-up is over. */
  readonly #since = new Map<string, number>();

  /** @param most requests under way per origin */
  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  /** A circuit of this origin has closed. False: a second one, of another prefix or namespace, changes nothing. */
  begin(origin: string): boolean {
    if (this.allowed(origin) < this.#most) return false;
    this.#since.set(origin, this.#clock.now());
    return true;
  }

  /** Requests that may be under way now. */
  allowed(origin: string): number {
    const since = this.#since.get(origin);
    if (since === undefined) return this.#most;
    const passed = (this.#clock.now() - since) / RECOVERY_MS;
    if (passed < 1) return Math.max(1, Math.ceil(this.#most * passed));
    this.#since.delete(origin);
    return this.#most;
  }
}

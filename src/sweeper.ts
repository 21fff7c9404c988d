// Expires entries even if nobody asks for them any more. One timer serves all entries of an owner, whose sweep returns when
// the next one expires. Timers do not keep the process alive (clock.ts).
import type { Clock } from './clock.ts';

/** Two sweeps are at least so far apart: a sweep looks at all entries, and whoever asks for one checks its time anyway. */
const AT_LEAST_MS = 1_000;

export class Sweeper {
  readonly #clock: Clock;
  readonly #sweep: (now: number) => number;
  #wakeAt = Number.POSITIVE_INFINITY;
  #sleep = new AbortController();

  /** @param sweep drops what has ended; returns when the next one ends, Infinity if nothing is left */
  constructor(clock: Clock, sweep: (now: number) => number) {
    this.#clock = clock;
    this.#sweep = sweep;
  }

  /** Something ends at `at`. */
  endsAt(at: number): void {
    const now = this.#clock.now();
    const wakeAt = Math.max(at, now + AT_LEAST_MS);
    if (wakeAt >= this.#wakeAt) return;
    this.#sleep.abort();
    this.#sleep = new AbortController();
    this.#wakeAt = wakeAt;
    void this.#run(wakeAt - now, this.#sleep.signal);
  }

  async #run(ms: number, signal: AbortSignal): Promise<void> {
    await this.#clock.sleep(ms, signal).catch(() => {});
    if (signal.aborted) return;
    this.#wakeAt = Number.POSITIVE_INFINITY;
    this.endsAt(this.#sweep(this.#clock.now()));
  }
}

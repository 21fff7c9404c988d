// Measures how long a piece of work keeps the process's thread busy. Time in which the thread waits for a core or is
// throttled does not count: the mount did not cause it, and on a starting node every process waits.

/** The kernel may count thread time in ticks of this length, so one tick is added. The wall clock is the upper bound. */
const TICK_MS = 4;

export class BusyTime {
  readonly #startedAt = performance.now();
  readonly #startedWith = process.threadCpuUsage();

  /** Since it was made. */
  get ms(): number {
    const { user, system } = process.threadCpuUsage(this.#startedWith);
    return Math.min(performance.now() - this.#startedAt, (user + system) / 1_000 + TICK_MS);
  }
}

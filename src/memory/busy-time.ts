// For how long a piece of work keeps the process's thread busy. Time for which the thread waits for a core, or is throttled,
// is nobody's doing: on a node that starts all are short of it.

/** The kernel may count a thread's time by ticks of so much: up to it the clock is right. */
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

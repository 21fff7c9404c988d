// Sees that a run goes on. Each of its waits is for the store, the database or the daemon, and one that never ends would
// only be silent: the run ends with a finding that says where it was.

const LOOKS = 20;

export class StallWatch {
  readonly #afterMs: number;
  #last = 'the start';
  #toldAt = Date.now();

  /** @param afterMs longer than any wait of the run that has a bound of its own */
  constructor(afterMs: number) {
    this.#afterMs = afterMs;
  }

  /** What the run did, or is about to do. */
  tell(what: string): void {
    this.#last = what;
    this.#toldAt = Date.now();
  }

  /** @returns the finding, if the work stalled: then it still waits */
  async watch(work: Promise<unknown>): Promise<string | undefined> {
    const { promise: stalled, resolve } = Promise.withResolvers<string>();
    const look = setInterval(() => {
      if (Date.now() - this.#toldAt < this.#afterMs) return;
      resolve(`no further for ${this.#afterMs / 1000} s after "${this.#last}"`);
    }, this.#afterMs / LOOKS);
    try {
      return await Promise.race([work.then(() => undefined), stalled]);
    } finally {
      clearInterval(look);
    }
  }
}

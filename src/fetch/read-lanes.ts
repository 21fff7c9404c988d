// How many reads are begun at once. Each that is under way or waits for one of the store's slots takes some KiB of the heap,
// so a few pods with classes at the bound of objects would take all of it. A mount begins as many as the store has slots for it;
// the next one begins when one has ended, which takes no longer.

/** Of one mount: what a store takes at once by default (`--store-concurrency`). */
const OF_A_MOUNT = 32;
/** Of all mounts. Over it each has one read at a time, so that none waits for another's. */
const OF_ALL = 3_000;

export class ReadLanes {
  readonly #ofAMount: number;
  #begun = 0;

  /** @param concurrency what a store takes at once */
  constructor(concurrency: number) {
    this.#ofAMount = Math.max(OF_A_MOUNT, concurrency);
  }

  /** @returns once it is done for each item; rejects with the first that `work` rejects with */
  each<Item>(items: Iterable<Item>, work: (item: Item) => Promise<void>): Promise<void> {
    const left = items[Symbol.iterator]();
    let begun = 0;
    return new Promise((resolve, reject) => {
      const begin = () => {
        while (begun === 0 || (begun < this.#ofAMount && this.#begun < OF_ALL)) {
          const next = left.next();
          if (next.done) break;
          begun += 1;
          this.#begun += 1;
          void work(next.value)
            .catch(reject)
            .finally(() => {
              begun -= 1;
              this.#begun -= 1;
              begin();
            });
        }
        if (begun === 0) resolve();
      };
      begin();
    });
  }
}

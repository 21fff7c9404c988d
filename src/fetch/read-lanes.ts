// Bounds how many reads are started at once. A read that is under way or waits for a slot takes some KiB of heap, so a few
// pods with the largest classes would take all of it. A mount starts as many reads as the store has slots, and the next
// one when one has ended. That takes no longer than starting all of them.

/** Bound for one mount: the default of `--store-concurrency`, or the value of that flag if it is higher. */
const OF_A_MOUNT = 32;
/** Bound for all mounts. Over it each mount has one read at a time, so that no mount waits for another's reads. */
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

// The memory of one answer while it is read, for the mount that asked and for all that wait for it too. It comes in
// pieces and is put together at its end, so it takes twice its length until then.
import type { MountError } from '../errors.ts';
import { type MemoryBudget, memoryRefusal, type Taker } from './budget.ts';
import type { MountMemory } from './mount-memory.ts';

export class ReadMemory implements Taker {
  readonly account: string;
  readonly mounts: ReadonlySet<MountMemory>;
  readonly #budget: MemoryBudget;
  readonly #asked: MountMemory;
  readonly #what: string;
  #bytes = 0;
  #waiting = 0;
  #isEnded = false;

  constructor(budget: MemoryBudget, asked: MountMemory, mounts: ReadonlySet<MountMemory>, what: string) {
    this.account = asked.account;
    this.mounts = mounts;
    this.#budget = budget;
    this.#asked = asked;
    this.#what = what;
    asked.started(this);
  }

  /** What it has of the budget. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What it failed on if its time ends now; undefined where it waits for no memory. */
  get refusal(): MountError | undefined {
    return this.#waiting > 0 ? memoryRefusal(this.#what) : undefined;
  }

  heldBytes(): number {
    return this.#asked.heldBytes();
  }

  /**
   * Before so much of the answer is read in all.
   * @returns undefined where it may go on at once. @throws MountError answer-too-large; memory-budget as a rejection
   */
  reserve(lengthBytes: number): Promise<void> | undefined {
    const moreBytes = 2 * lengthBytes - this.#bytes;
    if (moreBytes <= 0 || this.#isEnded) return undefined;
    this.#asked.checkBound(this.#what, moreBytes / 2);
    const wait = this.#budget.take(this, moreBytes, this.#asked.waitUntil, this.#what);
    if (wait === undefined) this.#bytes += moreBytes;
    return wait && this.#granted(wait, moreBytes);
  }

  async #granted(wait: Promise<void>, moreBytes: number): Promise<void> {
    this.#waiting += 1;
    try {
      await wait;
    } finally {
      this.#waiting -= 1;
    }
    if (this.#isEnded) this.#budget.release(this.account, moreBytes);
    else this.#bytes += moreBytes;
  }

  /** @param answer what came of it, which all its mounts then hold */
  end(answer?: { readonly key: object; readonly sizeBytes: number }): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (answer !== undefined) for (const mount of this.mounts) mount.hold(answer.key, answer.sizeBytes);
    this.#asked.ended(this);
    this.#budget.release(this.account, this.#bytes);
    this.#bytes = 0;
  }
}

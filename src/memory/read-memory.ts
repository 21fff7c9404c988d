// The memory of one answer while it is read, for the mount that asked and for all that wait for it too. It comes in
// pieces and is put together at its end, so it takes twice its length until then. A read that does not get what it needs
// is given up and sent again once it has it: while it waits it holds neither memory nor one of the store's slots, and
// the store's time does not run. A write cannot be sent again: it waits with its answer half read.
import { asMountError, type MountError } from '../errors.ts';
import { type Budget, memoryRefusal, type Taker, type TakingMount } from './taker.ts';

/** A mount that reads, as its reads see it. */
export interface ReadingMount extends TakingMount, Taker {
  /** performance.now() until which it may wait. */
  readonly waitUntil: number;
  /** Reads that were given up and wait for memory, with how much their answers will have. */
  readonly inLine: Map<ReadMemory, number>;
  /** @throws MountError answer-too-large if its answers together are more than any mount may have */
  checkBound(what: string): void;
  /** @param bytes more, or less, of answers that are being read for it */
  countReceived(bytes: number): void;
  /** @param bytes more of the budget, or less, that one of its reads has */
  countRead(bytes: number): void;
  /** Before it goes through so many bytes in one go. @returns undefined if it may at once */
  turn(bytes: number): Promise<void> | undefined;
  /** What is there already: an answer that it was given, wherever it came from. */
  hold(key: object, bytes: number): void;
}

export interface ReadWish {
  /** Names the request in a message. */
  readonly what: string;
  /** All that wait for it; more may join while it is read. */
  readonly mounts: ReadonlySet<ReadingMount>;
  /** It may be sent again. */
  readonly isRetryable: boolean;
}

export class ReadMemory implements Taker {
  readonly account: string;
  readonly asked: ReadingMount;
  readonly mounts: ReadonlySet<ReadingMount>;
  readonly #budget: Budget;
  readonly #wish: ReadWish;
  #bytes = 0;
  #receivedBytes = 0;
  #wantedBytes = 0;
  #isWaiting = false;
  #isEnded = false;

  constructor(budget: Budget, asked: ReadingMount, wish: ReadWish) {
    this.account = asked.account;
    this.asked = asked;
    this.mounts = wish.mounts;
    this.#budget = budget;
    this.#wish = wish;
  }

  /** What to fail on if the time is over now; undefined if no memory is waited for. */
  get refusal(): MountError | undefined {
    return this.#isWaiting ? memoryRefusal(this.#wish.what) : undefined;
  }

  /**
   * Whether its mount waits for memory for another read, and nobody else waits for this one: sent now, it would most
   * likely be given up too.
   */
  get isInLine(): boolean {
    return this.#wish.isRetryable && this.#bytes === 0 && this.mounts.size === 1 && this.asked.inLine.size > 0;
  }

  /** @returns what to give it up with, to wait for as much as the other: it is likely to be like it */
  waitInLine(): MountError {
    return this.#toWait(Math.max(...this.asked.inLine.values()));
  }

  turn(bytes: number): Promise<void> | undefined {
    return this.asked.turn(bytes);
  }

  heldBytes(): number {
    return this.asked.heldBytes();
  }

  /**
   * While the answer comes in.
   * @param receivedBytes of it that are there
   * @param upToBytes of it that may come next
   * @returns undefined if it may go on at once
   * @throws MountError answer-too-large; memory-budget, if the request is to be sent again after `untilRoom`
   */
  reserve(receivedBytes: number, upToBytes: number): Promise<void> | undefined {
    if (this.#isEnded) return undefined;
    this.#received(receivedBytes);
    this.asked.checkBound(this.#wish.what);
    const moreBytes = 2 * upToBytes - this.#bytes;
    if (moreBytes <= 0) return undefined;
    if (!this.#wish.isRetryable) return this.#take(moreBytes);
    if (this.#budget.tryTake(this, moreBytes)) this.#count(moreBytes);
    else throw this.#toWait(upToBytes);
    return undefined;
  }

  /**
   * Before the request is sent. @returns undefined if there is room. @throws MountError memory-budget (as a rejection)
   */
  untilRoom(bytes: number): Promise<void> | undefined {
    const moreBytes = 2 * bytes - this.#bytes;
    return moreBytes > 0 ? this.#take(moreBytes) : undefined;
  }

  /** Whether it failed for want of memory alone. It has none then. @returns how much to wait for, or undefined */
  giveUp(thrown: unknown): number | undefined {
    const bytes = this.#wantedBytes;
    this.#wantedBytes = 0;
    if (bytes === 0 || asMountError(thrown).reason !== 'memory-budget') return undefined;
    this.#received(0);
    this.#release();
    return bytes;
  }

  /** @param answer what came of it, which all its mounts then hold */
  end(answer?: { readonly key: object; readonly sizeBytes: number }): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (answer !== undefined) for (const mount of this.mounts) mount.hold(answer.key, answer.sizeBytes);
    this.#received(0);
    this.asked.inLine.delete(this);
    this.#release();
  }

  async #take(bytes: number): Promise<void> {
    this.#isWaiting = true;
    try {
      await this.#budget.take(this, bytes, this.asked.waitUntil, this.#wish.what);
    } finally {
      this.#isWaiting = false;
      this.asked.inLine.delete(this);
    }
    if (this.#isEnded) this.#budget.release(this.account, bytes);
    else this.#count(bytes);
  }

  /** From now on, and not only once its request has ended: the slot of that goes to the mount's next read. */
  #toWait(bytes: number): MountError {
    this.#wantedBytes = bytes;
    this.asked.inLine.set(this, bytes);
    return memoryRefusal(this.#wish.what);
  }

  #received(bytes: number): void {
    this.asked.countReceived(bytes - this.#receivedBytes);
    this.#receivedBytes = bytes;
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.asked.countRead(bytes);
  }

  #release(): void {
    const bytes = this.#bytes;
    this.#count(-bytes);
    this.#budget.release(this.account, bytes);
  }
}

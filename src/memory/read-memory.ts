// The memory of one answer while it is read, for all mounts that wait for it. The answer arrives in chunks that are joined
// at the end, so it takes twice its length until then. A read that gets too little memory is cancelled, and sent again
// once the memory is there. While it waits it takes neither memory nor a slot of the store, and its request timeout does
// not run. A write cannot be sent again, so it waits with its answer half read.
import { asMountError, type MountError } from '../errors.ts';
import { type Budget, memoryRefusal, type Taker, type TakingMount } from './taker.ts';

/** A mount that reads, as its reads see it. */
export interface ReadingMount extends TakingMount, Taker {
  /** performance.now() until which it may wait. */
  readonly waitUntil: number;
  /** Cancelled reads that wait for memory, with the expected size of their answers in bytes. */
  readonly inLine: Map<ReadMemory, number>;
  /** @throws MountError answer-too-large if its answers together are more than any mount may have */
  checkBound(what: string): void;
  /** @param bytes change in the bytes of its answers received so far; may be negative */
  countReceived(bytes: number): void;
  /** @param bytes change in the memory that one of its reads has; may be negative */
  countRead(bytes: number): void;
  /** Call before processing so many bytes at a stretch. @returns undefined if it may start at once */
  turn(bytes: number): Promise<void> | undefined;
  /** Counts an answer that exists already, from whatever source. */
  hold(key: object, bytes: number): void;
}

export interface ReadWish {
  /** Names the request in a message. */
  readonly what: string;
  /** All mounts that wait for it. More may be added while it is read. */
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
   * True if its mount waits for memory for another read, and no other mount waits for this one. Sent now, it would
   * probably be cancelled too.
   */
  get isInLine(): boolean {
    return this.#wish.isRetryable && this.#bytes === 0 && this.mounts.size === 1 && this.asked.inLine.size > 0;
  }

  /** @returns the error to cancel it with. It then waits for as much memory as the other read, as a likely size. */
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
   * Call while the answer arrives.
   * @param receivedBytes of the answer that have arrived, or that its head declares
   * @param upToBytes length up to which the answer may then be read
   * @returns undefined if reading may continue at once
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
   * Call before the request is sent. @returns undefined if there is room. @throws MountError memory-budget (as a rejection)
   */
  untilRoom(bytes: number): Promise<void> | undefined {
    const moreBytes = 2 * bytes - this.#bytes;
    return moreBytes > 0 ? this.#take(moreBytes) : undefined;
  }

  /** Releases its memory if it failed only for lack of memory. @returns how many bytes to wait for; else undefined */
  giveUp(thrown: unknown): number | undefined {
    const bytes = this.#wantedBytes;
    this.#wantedBytes = 0;
    if (bytes === 0 || asMountError(thrown).reason !== 'memory-budget') return undefined;
    this.#received(0);
    this.#release();
    return bytes;
  }

  /** @param answer the result, which is then counted for all its mounts */
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

  /** Marks it as waiting at once, not when its request has ended, because the freed slot goes to the mount's next read. */
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

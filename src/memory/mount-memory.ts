// What one mount has of the budget: a part for itself, the answers that it is being given, and its files until the driver
// has taken them. All of it goes back at once when the mount has ended.
import { MountError } from '../errors.ts';
import { namespaceOf } from '../pot.ts';
import { type MemoryBudget, MOUNT_BYTES, memoryRefusal, type Taker } from './budget.ts';
import { ReadMemory, type ReadWish } from './read-memory.ts';

export class MountMemory implements Taker {
  readonly account: string;
  readonly asked = this;
  readonly mounts: ReadonlySet<MountMemory> = new Set([this]);
  /** performance.now() until which it may wait. */
  readonly waitUntil: number;
  /** Reads that were given up and wait for memory, with how much their answers will have. */
  readonly inLine = new Map<ReadMemory, number>();
  readonly #budget: MemoryBudget;
  readonly #held = new Set<object>();
  #receivedBytes = 0;
  #ownBytes = 0;
  #heldBytes = 0;
  #readBytes = 0;
  #isClosed = false;

  constructor(budget: MemoryBudget, account: string, waitUntil: number) {
    this.#budget = budget;
    this.account = account;
    this.waitUntil = waitUntil;
  }

  get isOver(): boolean {
    return this.#isClosed;
  }

  heldBytes(): number {
    return this.#ownBytes + this.#heldBytes + this.#readBytes;
  }

  /** For itself, beside its answers. @throws MountError memory-budget */
  async take(bytes: number, what: string): Promise<void> {
    await this.#budget.take(this, bytes, this.waitUntil, what);
    if (this.#isClosed) this.#budget.release(this.account, bytes);
    else this.#ownBytes += bytes;
  }

  /** For itself, where it need not wait. */
  tryTake(bytes: number): boolean {
    const isTaken = this.#budget.tryTake(this, bytes);
    if (isTaken) this.#ownBytes += bytes;
    return isTaken;
  }

  /** Before it goes through so many bytes in one go. @returns undefined where it may at once */
  turn(bytes: number): Promise<void> | undefined {
    return this.#budget.turns.take(this.account, bytes);
  }

  /** @param ms for which it keeps the process busy, beside what turns tell */
  spend(ms: number): void {
    this.#budget.time.spend(namespaceOf(this.account), ms);
  }

  /** An answer that is to be read for it. To be ended. */
  read(wish: ReadWish): ReadMemory {
    return new ReadMemory(this.#budget, this, wish);
  }

  /** What is there already: an answer that it was given, wherever it came from. */
  hold(key: object, bytes: number): void {
    if (this.#isClosed || this.#held.has(key)) return;
    this.#held.add(key);
    this.#heldBytes += bytes;
    this.#budget.share(this.account, key, bytes);
  }

  /** What was made to see how much it is. It cannot wait, as it is there. @throws MountError memory-budget */
  holdIfRoom(key: object, bytes: number, what: string): void {
    if (!this.#budget.hasRoomFor(this, key, bytes)) throw memoryRefusal(what);
    this.hold(key, bytes);
  }

  /** @throws MountError answer-too-large where its answers together are more than any mount may have */
  checkBound(what: string): void {
    if (this.#heldBytes + this.#receivedBytes <= MOUNT_BYTES) return;
    throw new MountError(
      'answer-too-large',
      `${what}: the answers to this class come to over 16 MiB, and the driver takes files of 4 MiB at most; split the class into several`,
    );
  }

  /** @param bytes more, or less, of answers that are being read for it */
  countReceived(bytes: number): void {
    this.#receivedBytes += bytes;
  }

  /** @param bytes more of the budget, or less, that one of its reads has */
  countRead(bytes: number): void {
    this.#readBytes += bytes;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#budget.closed(this, this.#held, this.#ownBytes);
    this.#held.clear();
  }
}

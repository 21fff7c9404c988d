// The memory of one mount: its own part, the answers it reads or shares, and its files until the driver has received
// them. All of it is released when the mount ends.
import { MountError } from '../errors.ts';
import { namespaceOf } from '../pot.ts';
import { type ReadingMount, ReadMemory, type ReadWish } from './read-memory.ts';
import { type Budget, memoryRefusal } from './taker.ts';
import type { TurnTaker } from './turns.ts';

/** Bound on all answers of one mount: four times the size of files that the driver accepts. */
const MOUNT_BYTES = 16 * 1024 * 1024;

export class MountMemory implements ReadingMount, TurnTaker {
  readonly account: string;
  readonly asked = this;
  readonly mounts: ReadonlySet<MountMemory> = new Set([this]);
  readonly waitUntil: number;
  hasBegun = false;
  readonly inLine = new Map<ReadMemory, number>();
  readonly #budget: Budget;
  readonly #held = new Set<object>();
  #receivedBytes = 0;
  #ownBytes = 0;
  #heldBytes = 0;
  #readBytes = 0;
  #isClosed = false;

  constructor(budget: Budget, account: string, waitUntil: number) {
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

  /** Takes memory for the mount itself, not for its answers. Waits if needed. @throws MountError memory-budget */
  async take(bytes: number, what: string): Promise<void> {
    await this.#budget.take(this, bytes, this.waitUntil, what);
    if (this.#isClosed) this.#budget.release(this.account, bytes);
    else this.#ownBytes += bytes;
  }

  /** As `take`, but returns false if it would have to wait. */
  tryTake(bytes: number): boolean {
    const isTaken = this.#budget.tryTake(this, bytes);
    if (isTaken) this.#ownBytes += bytes;
    return isTaken;
  }

  /** @throws MountError time-share (as a rejection) */
  turn(bytes: number): Promise<void> | undefined {
    return this.#budget.turns.take(this, bytes);
  }

  /** @param ms time that the mount keeps the process busy outside its turns */
  spend(ms: number): void {
    this.#budget.time.spend(namespaceOf(this.account), ms);
  }

  /** Opens the memory of one read. The caller must end it. */
  read(wish: ReadWish): ReadMemory {
    return new ReadMemory(this.#budget, this, wish);
  }

  hold(key: object, bytes: number): void {
    if (this.#isClosed || this.#held.has(key)) return;
    this.#held.add(key);
    this.#heldBytes += bytes;
    this.#budget.share(this.account, key, bytes);
  }

  /** Counts data whose size was known only once it was made. Never waits. @throws MountError memory-budget */
  holdIfRoom(key: object, bytes: number, what: string): void {
    if (!this.#budget.hasRoomFor(this, key, bytes)) throw memoryRefusal(what);
    this.hold(key, bytes);
  }

  checkBound(what: string): void {
    if (this.#heldBytes + this.#receivedBytes <= MOUNT_BYTES) return;
    throw new MountError(
      'answer-too-large',
      `${what}: the answers to this class come to over 16 MiB, and the driver takes files of 4 MiB at most; split the class into several`,
    );
  }

  countReceived(bytes: number): void {
    this.#receivedBytes += bytes;
  }

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

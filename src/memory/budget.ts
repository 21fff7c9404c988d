// The memory that mounts under way may take together. It is asked before it is spent: what does not fit waits, by turns
// of accounts. A mount that stays under the floor never waits behind large ones, as a part of the budget is for it alone;
// one account takes at most half, so that others find room beside it. One waiting mount at a time may go on beyond the
// budget, to its own bound and to its end, so that mounts which hold some and want more cannot wait for each other.
import { MountError } from '../errors.ts';
import { MountMemory } from './mount-memory.ts';

export interface BudgetOptions {
  /** All of it. */
  readonly totalBytes: number;
  /** Of `totalBytes`, what is left to mounts under the floor. */
  readonly smallBytes: number;
  /** How long a mount may wait, from its start; below its own time, so that its failure can tell why. */
  readonly waitMs: number;
  /** Told of bytes that were given back and that the collector has yet to find. */
  readonly onReleased?: (bytes: number) => void;
}

/** What an ordinary mount takes in all: its plan, an answer of 64 KiB being read, its files on their way out. */
export const FLOOR_BYTES = 192 * 1024;
/** One mount's answers together: four times what the driver takes of files. */
export const MOUNT_BYTES = 16 * 1024 * 1024;

/** Who takes: one part of one mount. */
export interface Taker {
  /** Mounts it works for; several where they share a read. */
  readonly mounts: ReadonlySet<MountMemory>;
  readonly account: string;
  /** What its mounts hold already; the floor is measured with it. */
  heldBytes(): number;
}

interface Waiter {
  readonly taker: Taker;
  readonly bytes: number;
  readonly grant: () => void;
  readonly refuse: () => void;
}

export class MemoryBudget {
  readonly #options: BudgetOptions;
  #usedBytes = 0;
  readonly #byAccount = new Map<string, number>();
  /** By account, in turn: one that was served goes to the end. */
  readonly #waiting = new Map<string, Set<Waiter>>();
  /** Goes on beyond the budget until it has ended. */
  #favoured: MountMemory | undefined;
  /** What several mounts hold is counted once. */
  readonly #shared = new Map<object, number>();

  constructor(options: BudgetOptions) {
    this.#options = options;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  get waiting(): number {
    let count = 0;
    for (const waiters of this.#waiting.values()) count += waiters.size;
    return count;
  }

  /** Of one mount, before anything of it is read. */
  open(account: string): MountMemory {
    return new MountMemory(this, account, performance.now() + this.#options.waitMs);
  }

  /** @returns undefined where the bytes are its own at once. @throws MountError memory-budget (as a rejection) */
  take(taker: Taker, bytes: number, waitUntil: number, what: string): Promise<void> | undefined {
    return this.tryTake(taker, bytes) ? undefined : this.#wait(taker, bytes, waitUntil, what);
  }

  /** @returns false where it would have to wait */
  tryTake(taker: Taker, bytes: number): boolean {
    const isTaken = this.#mayGoOn(taker, bytes);
    if (isTaken) this.add(taker.account, bytes);
    return isTaken;
  }

  /** Without waiting, for what is there already or must be. */
  add(account: string, bytes: number): void {
    this.#usedBytes += bytes;
    this.#byAccount.set(account, (this.#byAccount.get(account) ?? 0) + bytes);
  }

  release(account: string, bytes: number): void {
    if (bytes === 0) return;
    this.#usedBytes -= bytes;
    const left = (this.#byAccount.get(account) ?? 0) - bytes;
    if (left > 0) this.#byAccount.set(account, left);
    else this.#byAccount.delete(account);
    this.#options.onReleased?.(bytes);
    this.serve();
  }

  /** Whether it is there already, or fits now. */
  hasRoomFor(taker: Taker, key: object, bytes: number): boolean {
    return this.#shared.has(key) || this.#fits(taker, bytes);
  }

  /** Counted once for all who hold it. */
  share(account: string, key: object, bytes: number): void {
    const holders = this.#shared.get(key) ?? 0;
    this.#shared.set(key, holders + 1);
    if (holders === 0) this.add(account, bytes);
  }

  unshare(account: string, key: object, bytes: number): void {
    const holders = this.#shared.get(key) ?? 0;
    if (holders > 1) {
      this.#shared.set(key, holders - 1);
      return;
    }
    this.#shared.delete(key);
    this.release(account, bytes);
  }

  /** Grants what may go on by now; a mount that has ended makes room for another to be favoured. */
  serve(): void {
    if (this.#favoured?.isOver) this.#favoured = undefined;
    if (this.#waiting.size === 0) return;
    for (const waiter of [...this.#inTurn()]) if (openMount(waiter.taker) === undefined) this.#refuse(waiter);
    for (let next = this.#next(); next !== undefined; next = this.#next()) this.#grant(next);
  }

  #next(): Waiter | undefined {
    const waiters = [...this.#inTurn()];
    const fitting = waiters.find(({ taker, bytes }) => this.#mayGoOn(taker, bytes));
    if (fitting !== undefined || this.#favoured !== undefined) return fitting;
    const favoured = waiters.find(({ taker }) => isBegun(taker)) ?? waiters[0];
    this.#favoured = favoured && openMount(favoured.taker);
    return favoured;
  }

  /** Of large mounts those that have begun come first: what they hold is free the sooner, and fewer hold some. */
  #mayGoOn(taker: Taker, bytes: number): boolean {
    if (!this.#fits(taker, bytes)) return false;
    if (this.#waiting.size === 0) return true;
    return isSmall(taker, bytes) || isBegun(taker) || this.#isFavoured(taker) || !this.#hasBegunWaiting();
  }

  #hasBegunWaiting(): boolean {
    for (const { taker } of this.#inTurn()) if (isBegun(taker)) return true;
    return false;
  }

  #isFavoured({ mounts }: Taker): boolean {
    return this.#favoured !== undefined && mounts.has(this.#favoured);
  }

  #fits(taker: Taker, bytes: number): boolean {
    if (this.#isFavoured(taker)) return true;
    const { totalBytes, smallBytes } = this.#options;
    const roomBytes = isSmall(taker, bytes) ? totalBytes : totalBytes - smallBytes;
    const ownBytes = this.#byAccount.get(taker.account) ?? 0;
    return this.#usedBytes + bytes <= roomBytes && ownBytes + bytes <= roomBytes / 2;
  }

  /** Accounts by turns, each in the order in which it asked. */
  *#inTurn(): Iterable<Waiter> {
    const queues = [...this.#waiting.values()].map((waiters) => [...waiters]);
    for (let place = 0; queues.some(({ length }) => place < length); place += 1) {
      for (const queue of queues) {
        const waiter = queue[place];
        if (waiter !== undefined) yield waiter;
      }
    }
  }

  #grant(waiter: Waiter): void {
    this.#remove(waiter);
    this.add(waiter.taker.account, waiter.bytes);
    waiter.grant();
  }

  /** Its time is over, or nobody waits any longer for what it reads. */
  #refuse(waiter: Waiter): void {
    this.#remove(waiter);
    waiter.refuse();
  }

  #remove(waiter: Waiter): void {
    const { account } = waiter.taker;
    const waiters = this.#waiting.get(account);
    if (waiters === undefined || !waiters.delete(waiter)) return;
    this.#waiting.delete(account);
    if (waiters.size > 0) this.#waiting.set(account, waiters);
  }

  #wait(taker: Taker, bytes: number, waitUntil: number, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const refuse = () => {
        clearTimeout(timer);
        reject(memoryRefusal(what));
      };
      const late = () => this.#refuse(waiter);
      const timer = setTimeout(late, Math.max(0, waitUntil - performance.now()));
      const grant = () => {
        clearTimeout(timer);
        resolve();
      };
      const waiter: Waiter = { taker, bytes, grant, refuse };
      const waiters = this.#waiting.get(taker.account);
      if (waiters === undefined) this.#waiting.set(taker.account, new Set([waiter]));
      else waiters.add(waiter);
      this.serve();
    });
  }
}

/** Where all have ended nobody waits any longer for what it takes. */
function openMount({ mounts }: Taker): MountMemory | undefined {
  return [...mounts].find(({ isOver }) => !isOver);
}

function isSmall(taker: Taker, bytes: number): boolean {
  return taker.heldBytes() + bytes <= FLOOR_BYTES;
}

function isBegun(taker: Taker): boolean {
  return taker.heldBytes() > FLOOR_BYTES;
}

export function memoryRefusal(what: string): MountError {
  return new MountError(
    'memory-budget',
    `${what}: other mounts of this node have taken the memory for it; the mount will be tried again; split the class if it is large`,
  );
}

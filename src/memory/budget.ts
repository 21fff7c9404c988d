// The memory that mounts under way may take together. It is asked before it is spent: what does not fit waits, by turns
// of accounts. A mount that stays under the floor never waits behind large ones, because a part of the budget is for such
// mounts alone. One account takes at most half, so that others find room beside it. One waiting mount at a time may exceed
// the budget, to its own bound and to its end, so that mounts which hold some and want more cannot wait for each other; it
// is none of a namespace that is held back (time-shares.ts), as that does not go on.
import type { Emit } from '../events.ts';
import { namespaceOf } from '../pot.ts';
import { MountMemory } from './mount-memory.ts';
import { type Budget, memoryRefusal, type Taker, type TakingMount } from './taker.ts';
import { TimeShares } from './time-shares.ts';
import { Turns } from './turns.ts';

export interface BudgetOptions {
  /** All of it. */
  readonly totalBytes: number;
  /** The part of `totalBytes` that is left to mounts under the floor. */
  readonly smallBytes: number;
  /** How long a mount may wait, from its start; below its own time, so that its failure can tell why. */
  readonly waitMs: number;
  readonly emit: Emit;
}

/** What an ordinary mount takes in all: its plan, an answer of 64 KiB being read, its files on their way out. */
export const FLOOR_BYTES = 192 * 1024;

/** Whoever is held back is looked at again then. */
const LOOK_EVERY_MS = 250;

interface Waiter {
  readonly taker: Taker;
  readonly bytes: number;
  readonly grant: () => void;
  readonly refuse: () => void;
}

interface Shared {
  readonly account: string;
  readonly bytes: number;
  holders: number;
}

export class MemoryBudget implements Budget {
  readonly #options: BudgetOptions;
  #usedBytes = 0;
  readonly #byAccount = new Map<string, number>();
  /** By account, in turn: one that was served goes to the end. */
  readonly #waiting = new Map<string, Set<Waiter>>();
  /** How many waiters each mount has that waits. */
  readonly #waitersOf = new Map<TakingMount, number>();
  /** Goes on beyond the budget until it has ended. */
  #favoured: TakingMount | undefined;
  /** What several mounts hold is counted once. */
  readonly #shared = new Map<object, Shared>();
  readonly #open = new Set<TakingMount>();
  #look: NodeJS.Timeout | undefined;
  /** What takes memory takes time too. */
  readonly time: TimeShares;
  readonly turns: Turns;

  constructor(options: BudgetOptions) {
    this.#options = options;
    this.time = new TimeShares(options.emit, options.waitMs);
    this.turns = new Turns({
      hasSmallMounts: () => this.#hasSmall(),
      spend: (account, ms) => this.time.spendAtOnce(namespaceOf(account), ms),
      isHeldBack: (account) => this.time.isHeldBack(namespaceOf(account)),
      refusal: () => this.time.refusal(),
    });
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** How many mounts wait. */
  get waiting(): number {
    return this.#waitersOf.size;
  }

  /** Opens one mount's share, before anything of it is read. */
  open(account: string): MountMemory {
    const mount = new MountMemory(this, account, performance.now() + this.#options.waitMs);
    this.#open.add(mount);
    return mount;
  }

  closed(mount: TakingMount, shared: Iterable<object>, ownBytes: number): void {
    this.#open.delete(mount);
    for (const key of shared) this.#unshare(key);
    this.#release(mount.account, ownBytes);
    this.#refuseUnwanted();
    this.#serve();
  }

  take(taker: Taker, bytes: number, waitUntil: number, what: string): Promise<void> | undefined {
    return this.tryTake(taker, bytes) ? undefined : this.#wait(taker, bytes, waitUntil, what);
  }

  tryTake(taker: Taker, bytes: number): boolean {
    const isTaken = this.#mayGoOn(taker, bytes, this.#hasBegunWaiting());
    if (isTaken) this.add(taker.account, bytes);
    return isTaken;
  }

  add(account: string, bytes: number): void {
    this.#usedBytes += bytes;
    this.#byAccount.set(account, (this.#byAccount.get(account) ?? 0) + bytes);
    this.#state();
  }

  release(account: string, bytes: number): void {
    if (bytes === 0) return;
    this.#release(account, bytes);
    this.#serve();
  }

  #release(account: string, bytes: number): void {
    this.#usedBytes -= bytes;
    const left = (this.#byAccount.get(account) ?? 0) - bytes;
    if (left > 0) this.#byAccount.set(account, left);
    else this.#byAccount.delete(account);
    this.#state();
  }

  hasRoomFor(taker: Taker, key: object, bytes: number): boolean {
    return this.#shared.has(key) || this.#fits(taker, bytes);
  }

  share(account: string, key: object, bytes: number): void {
    const shared = this.#shared.get(key);
    if (shared !== undefined) {
      shared.holders += 1;
      return;
    }
    this.#shared.set(key, { account, bytes, holders: 1 });
    this.add(account, bytes);
  }

  #unshare(key: object): void {
    const shared = this.#shared.get(key);
    if (shared === undefined) return;
    shared.holders -= 1;
    if (shared.holders > 0) return;
    this.#shared.delete(key);
    this.#release(shared.account, shared.bytes);
  }

  /** Grants what may go on by now; a mount that has ended makes room for another to be favoured. */
  #serve(): void {
    if (this.#favoured?.isOver) this.#favoured = undefined;
    for (let next = this.#next(); next !== undefined; next = this.#next()) this.#grant(next);
  }

  /** Nobody waits any longer for what these are to read. */
  #refuseUnwanted(): void {
    if (this.#waiting.size === 0) return;
    for (const waiter of [...this.#inTurn()]) if (openMount(waiter.taker) === undefined) this.#refuse(waiter);
  }

  #next(): Waiter | undefined {
    if (this.#waiting.size === 0) return undefined;
    const waiters = [...this.#inTurn()];
    const hasBegunWaiting = this.#hasBegunWaiting();
    const fitting = waiters.find(({ taker, bytes }) => this.#mayGoOn(taker, bytes, hasBegunWaiting));
    if (fitting !== undefined || this.#favoured !== undefined) return fitting;
    const able = waiters.filter(({ taker }) => !this.#isHeldBack(taker));
    const favoured = able.find(({ taker }) => isBegun(taker)) ?? able[0];
    if (favoured === undefined) {
      this.#lookLater();
      return undefined;
    }
    this.#favoured = openMount(favoured.taker);
    // To its end: others that are large wait until then.
    favoured.taker.asked.hasBegun = true;
    return favoured;
  }

  /** It would wait for its turn with what it was given, and others would wait for that. */
  #isHeldBack({ account, asked }: Taker): boolean {
    return !asked.hasBegun && this.time.isHeldBack(namespaceOf(account));
  }

  /** Whoever is held back may not be so for long, and nothing tells it. */
  #lookLater(): void {
    this.#look ??= setTimeout(() => {
      this.#look = undefined;
      this.#serve();
    }, LOOK_EVERY_MS).unref();
  }

  /** Large mounts that have begun come first: what they hold is free the sooner, and fewer hold some. */
  #mayGoOn(taker: Taker, bytes: number, hasBegunWaiting: boolean): boolean {
    const isInTurn = !hasBegunWaiting || isSmall(taker, bytes) || isBegun(taker) || this.#isFavoured(taker);
    return isInTurn && this.#fits(taker, bytes);
  }

  #hasBegunWaiting(): boolean {
    for (const mount of this.#waitersOf.keys()) if (isBegun(mount)) return true;
    return false;
  }

  #isFavoured({ mounts }: Taker): boolean {
    return this.#favoured !== undefined && mounts.has(this.#favoured);
  }

  #fits(taker: Taker, bytes: number): boolean {
    if (this.#isFavoured(taker)) return true;
    const { totalBytes, smallBytes } = this.#options;
    const isOfSmall = isSmall(taker, bytes);
    const roomBytes = isOfSmall ? totalBytes : totalBytes - smallBytes;
    const ownBytes = this.#byAccount.get(taker.account) ?? 0;
    if (this.#usedBytes + bytes <= roomBytes && ownBytes + bytes <= roomBytes / 2) return true;
    // Large ones may have taken more than their part: the favoured one, and what was there before it could be counted.
    return isOfSmall && this.#fitsAmongSmall(taker.account, bytes);
  }

  #fitsAmongSmall(account: string, bytes: number): boolean {
    const { smallBytes } = this.#options;
    let usedBytes = bytes;
    let ownBytes = bytes;
    for (const mount of this.#open) {
      const heldBytes = mount.heldBytes();
      if (heldBytes > FLOOR_BYTES) continue;
      usedBytes += heldBytes;
      if (mount.account === account) ownBytes += heldBytes;
    }
    return usedBytes <= smallBytes && ownBytes <= smallBytes / 2;
  }

  #hasSmall(): boolean {
    for (const mount of this.#open) if (mount.heldBytes() <= FLOOR_BYTES) return true;
    return false;
  }

  /** Accounts by turns, each in the order in which it asked. */
  *#inTurn(): Iterable<Waiter> {
    const queues = [...this.#waiting.values()].map((waiters) => [...waiters]);
    for (let index = 0; queues.some(({ length }) => index < length); index += 1) {
      for (const queue of queues) {
        const waiter = queue[index];
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
    this.#countWaiter(waiter, -1);
  }

  #countWaiter({ taker: { asked } }: Waiter, change: 1 | -1): void {
    const count = (this.#waitersOf.get(asked) ?? 0) + change;
    if (count > 0) this.#waitersOf.set(asked, count);
    else this.#waitersOf.delete(asked);
    this.#state();
  }

  #state(): void {
    this.#options.emit({ type: 'mount-memory', usedBytes: this.#usedBytes, waiting: this.waiting });
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
      this.#countWaiter(waiter, 1);
      this.#serve();
    });
  }
}

/** If all have ended nobody waits any longer for what it takes. */
function openMount({ mounts }: Taker): TakingMount | undefined {
  return [...mounts].find(({ isOver }) => !isOver);
}

function isSmall(taker: Taker, bytes: number): boolean {
  return taker.heldBytes() + bytes <= FLOOR_BYTES;
}

function isBegun(taker: Pick<Taker, 'heldBytes'>): boolean {
  return taker.heldBytes() > FLOOR_BYTES;
}

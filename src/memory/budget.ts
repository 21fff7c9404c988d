// Bounds the memory of all mounts under way. Memory is requested before it is used; a request that does not fit waits, with
// accounts taking turns. Part of the budget is only for mounts under the floor, so they never wait behind large ones. One
// account takes at most half, which leaves room for others. Mounts that have some memory and wait for more could deadlock,
// so one waiting mount at a time may exceed the budget, up to its own bound and until it ends. That mount is never one of
// a namespace that is held back (time-shares.ts), because such a mount makes no progress.
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
  /** How long a mount may wait, from its start. Less than its own timeout, so that its error can name the cause. */
  readonly waitMs: number;
  readonly emit: Emit;
}

/** Total of an ordinary mount: its plan, an answer of 64 KiB being read, and its files until they are sent. */
export const FLOOR_BYTES = 192 * 1024;

/** How often waiters of a namespace that is held back are checked again. */
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
  /** By account. An account that was served moves to the end, so accounts take turns. */
  readonly #waiting = new Map<string, Set<Waiter>>();
  /** Number of waiters by mount; a mount without waiters has no entry. */
  readonly #waitersOf = new Map<TakingMount, number>();
  /** The mount that may exceed the budget until it ends. */
  #favoured: TakingMount | undefined;
  /** Memory used by several mounts, counted once. */
  readonly #shared = new Map<object, Shared>();
  readonly #open = new Set<TakingMount>();
  #look: NodeJS.Timeout | undefined;
  /** Here because the same mounts that take memory take time. */
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

  /** Grants every request that fits now. If the favoured mount has ended, another may be favoured. */
  #serve(): void {
    if (this.#favoured?.isOver) this.#favoured = undefined;
    for (let next = this.#next(); next !== undefined; next = this.#next()) this.#grant(next);
  }

  /** Refuses the waiters all of whose mounts have ended. */
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
    // Favoured until it ends: other large mounts wait until then.
    favoured.taker.asked.hasBegun = true;
    return favoured;
  }

  /** Such a mount must not be favoured: it would keep its memory while it waits for its turn, and block the others. */
  #isHeldBack({ account, asked }: Taker): boolean {
    return !asked.hasBegun && this.time.isHeldBack(namespaceOf(account));
  }

  /** Polls, because no event tells when a namespace is no longer held back. */
  #lookLater(): void {
    this.#look ??= setTimeout(() => {
      this.#look = undefined;
      this.#serve();
    }, LOOK_EVERY_MS).unref();
  }

  /** Large mounts that have begun come before new large ones: they end sooner, and fewer mounts have memory at a time. */
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
    // Large mounts may exceed their part: the favoured one, and data that was there before it could be counted.
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

  /** All waiters: accounts take turns, first come first served within an account. */
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

  /** Called after its time is over, or after all its mounts have ended. */
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

/** A mount of the taker that is still under way; undefined if all have ended. */
function openMount({ mounts }: Taker): TakingMount | undefined {
  return [...mounts].find(({ isOver }) => !isOver);
}

function isSmall(taker: Taker, bytes: number): boolean {
  return taker.heldBytes() + bytes <= FLOOR_BYTES;
}

function isBegun(taker: Pick<Taker, 'heldBytes'>): boolean {
  return taker.heldBytes() > FLOOR_BYTES;
}

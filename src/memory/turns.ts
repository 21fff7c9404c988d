// Whose turn it is to keep the process busy. To read or to write a large answer takes tens of milliseconds in which the
// process does nothing else. Such pieces of work are done one at a time, accounts by turns, and after each of them the
// mounts that take little get as long as it took: a small mount waits for a piece or two, and not for all there are. A mount
// that has had a turn goes on to its end; one that has not waits while its namespace is held back (time-shares.ts).
import type { MountError } from '../errors.ts';
import { BusyTime } from './busy-time.ts';

/** What goes through no more takes a moment. */
export const LIGHT_BYTES = 128 * 1024;
/** No piece takes longer; a clock that stands still could make it seem so. */
const MOST_REST_MS = 250;
/** Whoever is held back is looked at again then. */
const LOOK_EVERY_MS = 250;

/** One mount. */
export interface TurnTaker {
  readonly account: string;
  /** Refused then, if it is held back; performance.now(). */
  readonly waitUntil: number;
  /** Nobody waits for it any longer, and its answer is no longer counted. */
  readonly isOver: boolean;
  /** It has had a turn, or memory beyond the budget: it goes on to its end. */
  hasBegun: boolean;
}

export interface TurnsOptions {
  /** Whether there is anybody to rest for. */
  readonly hasSmallMounts: () => boolean;
  /** Hears how long each piece took. */
  readonly spend: (account: string, ms: number) => void;
  readonly isHeldBack: (account: string) => boolean;
  /** What a mount fails on that was held back for too long. */
  readonly refusal: () => MountError;
}

interface Waiter {
  readonly taker: TurnTaker;
  readonly begin: () => void;
  readonly refuse: (error: MountError) => void;
}

export class Turns {
  readonly #options: TurnsOptions;
  /** By account; one that had its turn goes to the end. */
  readonly #waiting = new Map<string, Waiter[]>();
  #isTaken = false;
  #look: NodeJS.Timeout | undefined;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /**
   * What follows in the same turn of the event loop is the piece of work.
   * @param bytes that it goes through
   * @returns undefined if that takes a moment
   * @throws MountError time-share (as a rejection)
   */
  take(taker: TurnTaker, bytes: number): Promise<void> | undefined {
    if (bytes <= LIGHT_BYTES) return undefined;
    return new Promise((resolve, reject) => {
      const waiter = { taker, begin: resolve, refuse: reject };
      const waiting = this.#waiting.get(taker.account);
      if (waiting === undefined) this.#waiting.set(taker.account, [waiter]);
      else waiting.push(waiter);
      this.#serve();
    });
  }

  #serve(): void {
    if (this.#isTaken) return;
    const next = this.#takeNext();
    if (next === undefined) {
      if (this.#waiting.size > 0) this.#lookLater();
      return;
    }
    const { taker, begin } = next;
    taker.hasBegun = true;
    this.#isTaken = true;
    let startedAt = 0;
    let busy: BusyTime | undefined;
    // Nothing of others comes between two that are set together, only what follows the first of them.
    setImmediate(() => {
      startedAt = performance.now();
      busy = new BusyTime();
      begin();
    });
    setImmediate(() => {
      this.#options.spend(taker.account, busy?.ms ?? 0);
      this.#rest(Math.min(performance.now() - startedAt, MOST_REST_MS));
    });
  }

  /** Of the first account that is not held back, or has a mount that has begun. */
  #takeNext(): Waiter | undefined {
    for (const [account, waiting] of this.#waiting) {
      const isHeldBack = this.#options.isHeldBack(account);
      const index = isHeldBack ? waiting.findIndex(({ taker }) => taker.hasBegun) : 0;
      const [next] = index === -1 ? [] : waiting.splice(index, 1);
      if (next !== undefined) this.#waiting.delete(account);
      const left = isHeldBack ? this.#refuseLate(waiting) : waiting;
      if (left.length === 0) this.#waiting.delete(account);
      else this.#waiting.set(account, left);
      if (next !== undefined) return next;
    }
    return undefined;
  }

  /** @returns those who may wait on */
  #refuseLate(waiting: readonly Waiter[]): Waiter[] {
    const now = performance.now();
    const isLate = ({ taker }: Waiter) => !taker.hasBegun && (taker.isOver || taker.waitUntil <= now);
    for (const { refuse } of waiting.filter(isLate)) refuse(this.#options.refusal());
    return waiting.filter((waiter) => !isLate(waiter));
  }

  #lookLater(): void {
    if (this.#look !== undefined) return;
    this.#look = setTimeout(() => {
      this.#look = undefined;
      this.#serve();
    }, LOOK_EVERY_MS);
    this.#look.unref();
  }

  #rest(ms: number): void {
    const next = () => {
      this.#isTaken = false;
      this.#serve();
    };
    if (this.#options.hasSmallMounts()) setTimeout(next, ms);
    else next();
  }
}

// Schedules long work. To parse or write a large answer blocks the process for tens of milliseconds. Such pieces of work
// run one at a time, and accounts take turns. After each piece, small mounts get as much time as it took, so a small mount
// waits for one or two pieces and not for all of them. A mount that has had a turn runs to its end; any other waits while
// its namespace is held back (time-shares.ts).
import type { MountError } from '../errors.ts';
import { BusyTime } from './busy-time.ts';

/** Work on no more bytes than this is short and needs no turn. */
export const LIGHT_BYTES = 128 * 1024;
/** Bounds the rest after a piece. No piece takes longer, but a jump of the clock could make it seem so. */
const MOST_REST_MS = 250;
/** How often mounts that are held back are checked again. */
const LOOK_EVERY_MS = 250;

/** One mount. */
export interface TurnTaker {
  readonly account: string;
  /** performance.now() at which it is refused if it is held back. */
  readonly waitUntil: number;
  /** It has ended; its answer is no longer needed. */
  readonly isOver: boolean;
  /** It has had a turn, or memory beyond the budget, so it runs to its end. */
  hasBegun: boolean;
}

export interface TurnsOptions {
  /** Whether any small mount needs time between the pieces. */
  readonly hasSmallMounts: () => boolean;
  /** Called with the time that each piece took. */
  readonly spend: (account: string, ms: number) => void;
  readonly isHeldBack: (account: string) => boolean;
  /** The error of a mount that was held back for too long. */
  readonly refusal: () => MountError;
}

interface Waiter {
  readonly taker: TurnTaker;
  readonly begin: () => void;
  readonly refuse: (error: MountError) => void;
}

export class Turns {
  readonly #options: TurnsOptions;
  /** By account. An account that had its turn moves to the end. */
  readonly #waiting = new Map<string, Waiter[]>();
  #isTaken = false;
  #look: NodeJS.Timeout | undefined;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /**
   * Waits for a turn. The piece of work is what the caller then does in the same event loop turn.
   * @param bytes that it processes
   * @returns undefined if the work is short and needs no turn
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
    // Two immediates set together run one after the other. Only what the first one resumes runs between them.
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

  /** Takes the next waiter of the first account that is not held back, or that has a mount that has begun. */
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

  /** @returns those that may continue to wait */
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

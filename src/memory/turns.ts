// Whose turn it is to keep the process busy. To read or to write a large answer takes tens of milliseconds in which the
// process does nothing else. Such pieces of work are done one at a time, accounts by turns, and after each of them the
// mounts that take little get as long as it took: a small mount waits for a piece or two, and not for all there are.
import { BusyTime } from './busy-time.ts';

const LIGHT_BYTES = 128 * 1024;
/** No piece takes longer; a clock that stands still could make it seem so. */
const MOST_REST_MS = 250;

export class Turns {
  readonly #hasSmallMounts: () => boolean;
  readonly #spend: (account: string, ms: number) => void;
  /** By account; one that had its turn goes to the end. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #isTaken = false;

  /** @param hasSmallMounts whether there is anybody to rest for @param spend hears how long each piece took */
  constructor(hasSmallMounts: () => boolean, spend: (account: string, ms: number) => void) {
    this.#hasSmallMounts = hasSmallMounts;
    this.#spend = spend;
  }

  /**
   * What follows in the same turn of the event loop is the piece of work.
   * @param bytes that it goes through
   * @returns undefined if that takes a moment
   */
  take(account: string, bytes: number): Promise<void> | undefined {
    if (bytes <= LIGHT_BYTES) return undefined;
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(account);
      if (waiting === undefined) this.#waiting.set(account, [resolve]);
      else waiting.push(resolve);
      this.#serve();
    });
  }

  #serve(): void {
    if (this.#isTaken) return;
    const [account, waiting = []] = this.#waiting.entries().next().value ?? [];
    const begin = waiting.shift();
    if (account === undefined || begin === undefined) return;
    this.#waiting.delete(account);
    if (waiting.length > 0) this.#waiting.set(account, waiting);
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
      this.#spend(account, busy?.ms ?? 0);
      this.#rest(Math.min(performance.now() - startedAt, MOST_REST_MS));
    });
  }

  #rest(ms: number): void {
    const next = () => {
      this.#isTaken = false;
      this.#serve();
    };
    if (this.#hasSmallMounts()) setTimeout(next, ms);
    else next();
  }
}

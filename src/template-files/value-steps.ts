// A limit on the values that a template is rendered over: one step per value, some per key, one per 64 characters.
import type { TreeSteps } from '../json-text/tree-reader.ts';
import type { TimeLeft } from '../template/budget.ts';

const CHARS_PER_STEP = 64;
/** As measured. */
const STEPS_PER_MS = 20_000;

/** Thrown if the values take too many steps. */
export class TooManySteps extends Error {}

export class ValueSteps implements TreeSteps {
  #left: number;
  readonly #time: TimeLeft;

  constructor(most: number, time: TimeLeft) {
    this.#left = most;
    this.#time = time;
  }

  take(count = 1): void {
    this.#left -= count;
    this.#time.spend(count / STEPS_PER_MS);
    if (this.#left < 0) throw new TooManySteps('the values of a template take too many steps');
  }

  takeFor(chars: number): void {
    this.take(1 + Math.floor(chars / CHARS_PER_STEP));
  }
}

// A limit on the work of expressions, counted in steps. A step is one value looked at, or some characters of one. A few
// characters can look at every value for every value, and the author of the class chooses the data too.

/** Characters compared or copied in the time of one step. */
const CHARACTERS_PER_STEP = 64;

/** Thrown if an expression takes too many steps. */
export class TooManySteps extends Error {}

export class Steps {
  #left: number;

  constructor(most: number) {
    this.#left = most;
  }

  /** @throws TooManySteps */
  take(count = 1): void {
    this.#left -= count;
    if (this.#left < 0) throw new TooManySteps('an expression takes too many steps');
  }

  /** For work on so many characters. @throws TooManySteps */
  takeFor(characters: number): void {
    this.take(1 + Math.floor(characters / CHARACTERS_PER_STEP));
  }
}

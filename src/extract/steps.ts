// How much work expressions may be: counted in steps, each a value that is looked at, or some characters of one. An
// expression of a few characters can look at every value for every value, and whoever writes it chooses the data too.

/** Characters that are compared or copied in the time in which a value is looked at. */
const CHARACTERS_PER_STEP = 64;

/** Stands for an expression that takes too many. */
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

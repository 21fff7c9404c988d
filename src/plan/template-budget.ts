// Bounds the total size of a class's templates: they come from untrusted text, and compiling them blocks the process.

/** Tokens of all templates of a class, a few thousand actions. Compiling them takes 20 ms and 2 MiB. */
const MOST_PARTS = 10_000;
/** What a token takes in memory once it is compiled, at most. */
export const PART_BYTES = 256;

export class TemplateBudget {
  #parts = 0;
  #isTold = false;

  /** @param parts that one more template has */
  spend(parts: number): void {
    this.#parts += parts;
  }

  get isSpent(): boolean {
    return this.#parts > MOST_PARTS;
  }

  /** What is wrong with the class, once; undefined: nothing, or it is told. */
  tell(): string | undefined {
    if (!this.isSpent || this.#isTold) return undefined;
    this.#isTold = true;
    return `the templates of this class have more than ${MOST_PARTS.toLocaleString('en')} words, numbers and signs in their actions; split it over several classes`;
  }
}

// Bounds the total size of a class's templates: they come from untrusted text, and compiling them blocks the process.

/** Tokens of all templates of a class, a few thousand actions. Compiling them takes 20 ms and 2 MiB. */
const MOST_PARTS = 10_000;
/** What a token takes in memory once it is compiled, at most. */
export const PART_BYTES = 256;

export class TemplateBudget {
  #parts = 0;

  /** @param parts that one more template has @returns what is wrong with that; undefined: nothing. */
  spend(parts: number): string | undefined {
    this.#parts += parts;
    return this.problem;
  }

  get problem(): string | undefined {
    if (this.#parts <= MOST_PARTS) return undefined;
    return `the templates of this class have more than ${MOST_PARTS.toLocaleString('en')} words, numbers and signs in their actions; split it over several classes`;
  }
}

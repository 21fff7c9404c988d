// What the expressions of one class may cost together: they come from untrusted text, and are made ready at each mount.
import { PATTERNS } from '../patterns.ts';

/** One expression. A class of letters such as \pL takes as long as a hundred characters. */
const LONGEST_PATTERN = 200;
/** All of a class, in characters, and in instructions: \pL takes the longest for its length, x{100} for its size. */
const MOST_CHARS = 1_000;
const MOST_INSTRUCTIONS = 3_000;

export class PatternBudget {
  #chars = 0;
  #instructions = 0;

  /** @returns what is wrong with the expression; undefined: nothing. */
  findProblem(text: string, to?: string): string | undefined {
    if (text.length > LONGEST_PATTERN) return `is longer than ${LONGEST_PATTERN} characters; shorten it`;
    this.#chars += text.length;
    if (this.#chars > MOST_CHARS || this.#instructions > MOST_INSTRUCTIONS) return this.#tooMuch();
    const pattern = PATTERNS.get().parsePattern(text);
    if (typeof pattern === 'string') return `is no RE2 expression: ${pattern}`;
    this.#instructions += pattern.size;
    if (this.#instructions > MOST_INSTRUCTIONS) return this.#tooMuch();
    const group = to === undefined ? undefined : pattern.missingGroup(to);
    return group === undefined
      ? undefined
      : `has no group ${group}, which "to" names; put parentheses round a part of it`;
  }

  #tooMuch(): string {
    return `makes the expressions of this class too many or too large (${MOST_CHARS} characters, ${MOST_INSTRUCTIONS} steps); shorten them`;
  }
}

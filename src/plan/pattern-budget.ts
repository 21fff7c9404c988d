// Bounds the total cost of a class's expressions: they come from untrusted text, and every mount compiles them.
import { PATTERNS } from '../patterns.ts';

/** Characters of one expression. Compiling a character class such as \pL takes as long as a hundred characters. */
const LONGEST_PATTERN = 200;
/** Characters and instructions of all expressions: \pL is the slowest per character, x{100} makes most instructions. */
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

// A position in an expression that is being parsed. Errors name the character at which they are.
import { quote } from '../quote.ts';

/** A syntax error for the class's author; the message quotes nothing but the class. */
export class BadExpression extends Error {
  /** @param at index of the error in the expression */
  constructor(expression: string, at: number, what: string) {
    super(`${at >= expression.length ? 'at its end' : `at character ${at + 1}`}: ${what}`);
  }
}

/** Limit on nesting: each level is a recursive call, and no person nests deeper. */
const MOST_LEVELS = 50;

export class Cursor {
  readonly text: string;
  at = 0;
  #level = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Empty at the end. */
  get char(): string {
    return this.text[this.at] ?? '';
  }

  isBefore(words: string): boolean {
    return this.text.startsWith(words, this.at);
  }

  take(words: string): boolean {
    if (!this.isBefore(words)) return false;
    this.at += words.length;
    return true;
  }

  expect(words: string): void {
    if (!this.take(words)) this.fail(`${quote(words)} is expected`);
  }

  /** What a sticky pattern matches here. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  nested<T>(read: () => T): T {
    this.#level += 1;
    if (this.#level > MOST_LEVELS) this.fail(`there are more than ${MOST_LEVELS} levels`);
    const result = read();
    this.#level -= 1;
    return result;
  }

  fail(what: string, at = this.at): never {
    throw new BadExpression(this.text, at, what);
  }
}

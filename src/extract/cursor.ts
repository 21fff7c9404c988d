// A place in an expression that is being read. What is wrong is told with the character where it is.
import { quote } from '../quote.ts';

/** Told to the class's author; the message holds nothing but what the class does. */
export class BadExpression extends Error {
  /** @param at where in the expression it is wrong */
  constructor(expression: string, at: number, what: string) {
    super(`${at >= expression.length ? 'at its end' : `at character ${at + 1}`}: ${what}`);
  }
}

/** Deeper nobody writes, and each level is a call. */
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

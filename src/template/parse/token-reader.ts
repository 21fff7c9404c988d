// The lexer's tokens with as many of them put back as the grammar needs to look ahead: at most three.
import type { Lexer } from './lexer.ts';
import type { Token } from './token.ts';

export class TokenReader {
  readonly #lexer: Lexer;
  readonly #ahead: Token[] = [];
  #latest: Token;
  #count = 0;

  constructor(lexer: Lexer) {
    this.#lexer = lexer;
    this.#latest = { type: 'eof', position: 0, text: '', line: 1 };
  }

  /** How many the lexer gave, and what else took time. */
  get count(): number {
    return this.#count;
  }

  /** Something took the time of so many tokens. */
  charge(tokens: number): void {
    this.#count += tokens;
  }

  /** The token that was read last, on whose line an error is reported. */
  get latest(): Token {
    return this.#latest;
  }

  next(): Token {
    const waiting = this.#ahead.pop();
    if (waiting !== undefined) return waiting;
    this.#latest = this.#lexer.next();
    this.#count += 1;
    return this.#latest;
  }

  /** The next one to come is the first of these. */
  putBack(...tokens: readonly Token[]): void {
    for (let at = tokens.length - 1; at >= 0; at -= 1) this.#ahead.push(tokens[at] as Token);
  }

  peek(): Token {
    const token = this.next();
    this.putBack(token);
    return token;
  }

  /** Spaces before it are gone for good. */
  nextNonSpace(): Token {
    for (;;) {
      const token = this.next();
      if (token.type !== 'space') return token;
    }
  }

  peekNonSpace(): Token {
    const token = this.nextNonSpace();
    this.putBack(token);
    return token;
  }
}

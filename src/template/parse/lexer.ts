// A template's text to tokens. Between the delimiters each run of spaces is a token too: it separates arguments.
import { isPrintable, quoted } from '../print/quoted.ts';
import { KEYWORDS, type Token, type TokenType } from './token.ts';

const LEFT_COMMENT = '/*';
const RIGHT_COMMENT = '*/';
const SPACES = ' \t\r\n';
const WORD = /[\p{L}\p{Nd}_]*/uy;
const WORD_CHAR = /[\p{L}\p{Nd}_]/uy;
/** What may follow a word, besides a space and the right delimiter. */
const AFTER_WORD = '.,|:()';
/** As much as a number could be; whether it is one, the parser finds out. */
const NUMBER =
  /[+-]?(?:0[xX][\da-fA-F_]*\.?[\da-fA-F_]*(?:[pP][+-]?[\d_]*)?|0[oO][0-7_]*\.?[0-7_]*|0[bB][01_]*\.?[01_]*|[\d_]*\.?[\d_]*(?:[eE][+-]?[\d_]*)?)i?/y;

export interface Delimiters {
  readonly left: string;
  readonly right: string;
}

export class Lexer {
  readonly #text: string;
  readonly #left: string;
  readonly #right: string;
  /** Are these words keywords? A function of the same name takes precedence. */
  readonly #isKeyword: (word: string) => boolean;
  #at = 0;
  #line = 1;
  /** The next one that was not counted. */
  #newline: number;
  #isInAction = false;
  #parens = 0;
  #hasFailed = false;

  constructor(text: string, { left, right }: Delimiters, isKeyword: (word: string) => boolean) {
    this.#text = text;
    this.#left = left;
    this.#right = right;
    this.#isKeyword = isKeyword;
    this.#newline = newlineFrom(text, 0);
  }

  next(): Token {
    if (this.#hasFailed) return { type: 'eof', position: 0, text: '', line: this.#line };
    return this.#isInAction ? this.#action() : this.#outside();
  }

  /** Text up to the next action; comments are skipped. */
  #outside(): Token {
    for (;;) {
      const text = this.#text;
      const start = this.#at;
      const delimiter = text.indexOf(this.#left, start);
      if (delimiter === -1) {
        return start < text.length ? this.#token('text', text.length) : this.#token('eof', start);
      }
      const inside = delimiter + this.#left.length;
      const trims = text[inside] === '-' && isSpace(text[inside + 1]);
      const end = trims ? endWithoutSpaces(text, start, delimiter) : delimiter;
      if (end > start) {
        const token = this.#token('text', end);
        this.#skipTo(delimiter);
        return token;
      }
      this.#skipTo(delimiter);
      const content = inside + (trims ? 2 : 0);
      if (!text.startsWith(LEFT_COMMENT, content)) {
        const token = this.#token('leftDelim', inside);
        this.#skipTo(content);
        this.#isInAction = true;
        this.#parens = 0;
        return token;
      }
      const problem = this.#skipComment(content);
      if (problem !== undefined) return problem;
    }
  }

  /** @returns an error, if it does not end as it must. */
  #skipComment(start: number): Token | undefined {
    const text = this.#text;
    this.#skipTo(start);
    const close = text.indexOf(RIGHT_COMMENT, start + LEFT_COMMENT.length);
    if (close === -1) return this.#error('unclosed comment');
    const end = close + RIGHT_COMMENT.length;
    const delimiter = this.#rightDelimAt(end);
    if (delimiter === undefined) return this.#error('comment ends before closing delimiter');
    this.#skipTo(delimiter.end);
    if (delimiter.trims) this.#skipTo(skipSpaces(text, delimiter.end));
    return undefined;
  }

  #action(): Token {
    const text = this.#text;
    const at = this.#at;
    const delimiter = this.#rightDelimAt(at);
    if (delimiter !== undefined) {
      if (this.#parens > 0) return this.#error('unclosed left paren');
      return this.#rightDelim(delimiter);
    }
    const char = text[at];
    switch (char) {
      case undefined:
        return this.#error('unclosed action');
      case ' ':
      case '\t':
      case '\r':
      case '\n':
        return this.#space();
      case '=':
        return this.#token('assign', at + 1);
      case ':':
        return text[at + 1] === '=' ? this.#token('declare', at + 2) : this.#error('expected :=');
      case '|':
        return this.#token('pipe', at + 1);
      case '"':
        return this.#quoted('string', '"', 'unterminated quoted string');
      case "'":
        return this.#quoted('charConstant', "'", 'unterminated character constant');
      case '`':
        return this.#rawString();
      case '$':
        return this.#name('variable');
      case '(':
        this.#parens += 1;
        return this.#token('leftParen', at + 1);
      case ')':
        this.#parens -= 1;
        return this.#parens < 0 ? this.#error('unexpected right paren') : this.#token('rightParen', at + 1);
    }
    if (char === '.' && at + 1 < text.length && !isDigit(text[at + 1])) return this.#name('field');
    if (char === '.' || char === '+' || char === '-' || isDigit(char)) return this.#number();
    if (matchAt(WORD_CHAR, text, at) !== at) return this.#word();
    if (char > ' ' && char <= '~') return this.#token('char', at + 1);
    return this.#error(`unrecognized character in action: ${this.#unicodeAt(at)}`);
  }

  #rightDelim({ end, trims }: { end: number; trims: boolean }): Token {
    this.#skipTo(end - this.#right.length);
    const token = this.#token('rightDelim', end);
    if (trims) this.#skipTo(skipSpaces(this.#text, end));
    this.#isInAction = false;
    return token;
  }

  /** A space before `-}}` belongs to the delimiter. */
  #space(): Token {
    const text = this.#text;
    const end = skipSpaces(text, this.#at);
    if (text[end] !== '-' || !text.startsWith(this.#right, end + 1)) return this.#token('space', end);
    if (end - this.#at > 1) return this.#token('space', end - 1);
    return this.#rightDelim({ end: end + 1 + this.#right.length, trims: true });
  }

  #quoted(type: TokenType, quote: string, problem: string): Token {
    const text = this.#text;
    for (let at = this.#at + 1; at < text.length; at += 1) {
      const char = text[at];
      if (char === quote) return this.#token(type, at + 1);
      if (char === '\n') break;
      if (char !== '\\') continue;
      at += 1;
      if (text[at] === '\n') break;
    }
    return this.#error(problem);
  }

  #rawString(): Token {
    const close = this.#text.indexOf('`', this.#at + 1);
    return close === -1 ? this.#error('unterminated raw quoted string') : this.#token('rawString', close + 1);
  }

  /** A field or a variable, whose first character is known; a dot alone is the dot. */
  #name(type: 'field' | 'variable'): Token {
    const end = matchAt(WORD, this.#text, this.#at + 1);
    if (!this.#mayEndWord(end)) return this.#error(`bad character ${this.#unicodeAt(end)}`);
    return this.#token(type === 'field' && end === this.#at + 1 ? 'dot' : type, end);
  }

  #word(): Token {
    const end = matchAt(WORD, this.#text, this.#at);
    if (!this.#mayEndWord(end)) return this.#error(`bad character ${this.#unicodeAt(end)}`);
    const word = this.#text.slice(this.#at, end);
    const keyword = this.#isKeyword(word) ? KEYWORDS.get(word) : undefined;
    return this.#token(keyword ?? (word === 'true' || word === 'false' ? 'bool' : 'identifier'), end);
  }

  #number(): Token {
    const text = this.#text;
    const end = matchAt(NUMBER, text, this.#at);
    if (matchAt(WORD_CHAR, text, end) !== end) return this.#badNumber(end + 1);
    if (text[end] !== '+' && text[end] !== '-') return this.#token('number', end);
    const second = matchAt(NUMBER, text, end);
    if (matchAt(WORD_CHAR, text, second) !== second) return this.#badNumber(second + 1);
    return text[second - 1] === 'i' ? this.#token('complex', second) : this.#badNumber(second);
  }

  #badNumber(end: number): Token {
    return this.#error(`bad number syntax: ${quoted(this.#text.slice(this.#at, end))}`);
  }

  #mayEndWord(end: number): boolean {
    const char = this.#text[end];
    return char === undefined || isSpace(char) || AFTER_WORD.includes(char) || this.#text.startsWith(this.#right, end);
  }

  #rightDelimAt(at: number): { end: number; trims: boolean } | undefined {
    const text = this.#text;
    if (isSpace(text[at]) && text[at + 1] === '-' && text.startsWith(this.#right, at + 2)) {
      return { end: at + 2 + this.#right.length, trims: true };
    }
    return text.startsWith(this.#right, at) ? { end: at + this.#right.length, trims: false } : undefined;
  }

  /** As Go's `%#U` writes a character. */
  #unicodeAt(at: number): string {
    const code = this.#text.codePointAt(at) as number;
    const valid = code >= 0xd800 && code < 0xe000 ? 0xfffd : code;
    const hex = valid.toString(16).toUpperCase().padStart(4, '0');
    return isPrintable(valid) ? `U+${hex} '${String.fromCodePoint(valid)}'` : `U+${hex}`;
  }

  #token(type: TokenType, end: number): Token {
    const token = { type, position: this.#at, text: this.#text.slice(this.#at, end), line: this.#line };
    this.#skipTo(end);
    return token;
  }

  #error(text: string): Token {
    this.#hasFailed = true;
    return { type: 'error', position: this.#at, text, line: this.#line };
  }

  #skipTo(end: number): void {
    while (this.#newline < end) {
      this.#line += 1;
      this.#newline = newlineFrom(this.#text, this.#newline + 1);
    }
    this.#at = end;
  }
}

function newlineFrom(text: string, start: number): number {
  const at = text.indexOf('\n', start);
  return at === -1 ? Number.POSITIVE_INFINITY : at;
}

function isSpace(char: string | undefined): boolean {
  return char !== undefined && SPACES.includes(char);
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9';
}

function skipSpaces(text: string, start: number): number {
  let at = start;
  while (isSpace(text[at])) at += 1;
  return at;
}

function endWithoutSpaces(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isSpace(text[at - 1])) at -= 1;
  return at;
}

function matchAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

// JSON as Go's encoding/json reads it: same grammar and errors, but without the offending character.
import { fail, safe } from '../safe-text.ts';
import { type CallContext, JsonNumber, type Value } from '../value.ts';
import { descend } from './walk.ts';

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACES = /[ \t\n\r]*/y;
const LITERALS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
// biome-ignore lint/suspicious/noControlCharactersInRegex: these end a string
const PLAIN_TEXT = /[^"\\\0-\x1f]*/y;

/** @param keepNumbers keep their text; otherwise they become floats */
export function readJson(context: CallContext, text: string, keepNumbers: boolean): Value {
  return new JsonReader(context, text, keepNumbers).read();
}

class JsonReader {
  readonly #context: CallContext;
  readonly #text: string;
  readonly #keepNumbers: boolean;
  #at = 0;

  constructor(context: CallContext, text: string, keepNumbers: boolean) {
    this.#context = context;
    this.#text = text;
    this.#keepNumbers = keepNumbers;
  }

  read(): Value {
    const value = this.#value(0);
    this.#spaces();
    if (this.#at < this.#text.length) this.#unexpected('after top-level value');
    return value;
  }

  #value(depth: number): Value {
    descend(this.#context, depth);
    this.#spaces();
    const char = this.#text[this.#at];
    if (char === '{') return this.#object(depth);
    if (char === '[') return this.#list(depth);
    if (char === '"') return this.#string();
    if (char === '-' || (char !== undefined && /\d/.test(char))) return this.#number();
    for (const [word, value] of LITERALS) if (char === word[0]) return this.#literal(word, value);
    return this.#unexpected('looking for beginning of value');
  }

  #object(depth: number): Map<string, Value> {
    const members = new Map<string, Value>();
    this.#at += 1;
    this.#spaces();
    if (this.#take('}')) return members;
    for (;;) {
      this.#spaces();
      if (this.#text[this.#at] !== '"') this.#unexpected('looking for beginning of object key string');
      const key = this.#string();
      this.#spaces();
      if (!this.#take(':')) this.#unexpected('after object key');
      members.set(key, this.#value(depth + 1));
      this.#spaces();
      if (this.#take('}')) return members;
      if (!this.#take(',')) this.#unexpected('after object key:value pair');
    }
  }

  #list(depth: number): Value[] {
    const items: Value[] = [];
    this.#at += 1;
    this.#spaces();
    if (this.#take(']')) return items;
    for (;;) {
      items.push(this.#value(depth + 1));
      this.#spaces();
      if (this.#take(']')) return items;
      if (!this.#take(',')) this.#unexpected('after array element');
    }
  }

  #string(): string {
    let out = '';
    this.#at += 1;
    for (;;) {
      out += this.#match(PLAIN_TEXT);
      if (this.#take('"')) return out.toWellFormed();
      if (!this.#take('\\')) this.#unexpected('in string literal');
      out += this.#escape();
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at];
    const simple = SIMPLE_ESCAPES.get(letter ?? '');
    if (simple !== undefined) {
      this.#at += 1;
      return simple;
    }
    if (letter !== 'u') this.#unexpected('in string escape code');
    this.#at += 1;
    for (let digits = 0; digits < 4; digits += 1) {
      const digit = this.#text[this.#at];
      if (digit === undefined || !/[\da-fA-F]/.test(digit)) this.#unexpected('in \\u hexadecimal character escape');
      this.#at += 1;
    }
    return String.fromCharCode(Number.parseInt(this.#text.slice(this.#at - 4, this.#at), 16));
  }

  #number(): Value {
    const digits = this.#match(NUMBER);
    if (digits === '') {
      this.#at += 1;
      return this.#invalid('in numeric literal');
    }
    const rest = this.#text[this.#at];
    if (rest === '.' && !/[.eE]/.test(digits)) {
      this.#at += 1;
      return this.#invalid('after decimal point in numeric literal');
    }
    if ((rest === 'e' || rest === 'E') && !/[eE]/.test(digits)) {
      this.#at += 1;
      if (!this.#take('+')) this.#take('-');
      return this.#invalid('in exponent of numeric literal');
    }
    if (this.#keepNumbers) return new JsonNumber(digits);
    const value = Number(digits);
    if (!Number.isFinite(value)) fail`json: cannot unmarshal number into Go value of type float64`;
    return value;
  }

  #literal(word: string, value: Value): Value {
    for (const letter of word) {
      if (!this.#take(letter)) this.#invalid(`in literal ${word} (expecting '${letter}')`);
    }
    return value;
  }

  #spaces(): void {
    this.#match(SPACES);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  /** @param where a constant of this file, no part of the text */
  #unexpected(where: string): never {
    if (this.#at >= this.#text.length) return fail`unexpected end of JSON input`;
    return this.#invalid(where);
  }

  /** In a number or a word, the end is reported as any other character. */
  #invalid(where: string): never {
    return fail`invalid character ${safe(where)}`;
  }
}

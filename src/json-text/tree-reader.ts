// JSON as lists and maps, for those who compute with it: each value takes steps from a budget.
import type { JsonText } from './json-text.ts';
import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COMMA,
  endOfScalar,
  endOfString,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  skipSpace,
  valueAfter,
} from './scan.ts';
import { stringText } from './string.ts';

/** Never plain objects: a name out of a text meets no prototype. */
export type Tree<Number> = null | boolean | string | Number | Tree<Number>[] | Map<string, Tree<Number>>;

/** Stands for JSON with more levels. */
export class TooDeep extends Error {}

/** A key is put into a table, where a value is only put behind another. */
export const STEPS_PER_KEY = 3;

export interface TreeSteps {
  take(count?: number): void;
  takeFor(chars: number): void;
}

export interface TreeOptions<Number> {
  readonly steps: TreeSteps;
  /** @param text as it is written */
  readonly toNumber: (text: string) => Number;
  /** What becomes of a string; undefined: nothing. */
  readonly toText?: (text: string) => string;
  /** Each is a call. */
  readonly mostLevels: number;
}

/** @throws TooDeep, and what the steps throw */
export function readTree<Number>(text: JsonText, options: TreeOptions<Number>): Tree<Number> {
  return new TreeReader(text, options).read(0);
}

class TreeReader<Number> {
  readonly #bytes: Buffer;
  readonly #steps: TreeSteps;
  readonly #options: TreeOptions<Number>;
  #at: number;

  constructor({ bytes, start }: JsonText, options: TreeOptions<Number>) {
    this.#bytes = bytes;
    this.#at = start;
    this.#steps = options.steps;
    this.#options = options;
  }

  read(level: number): Tree<Number> {
    const bytes = this.#bytes;
    const first = bytes[this.#at];
    if (level > this.#options.mostLevels) throw new TooDeep('JSON of too many levels');
    if (first === OPEN_OBJECT) return this.#readMap(level);
    if (first === OPEN_LIST) return this.#readList(level);
    const start = this.#at;
    this.#at = endOfScalar(bytes, start);
    this.#steps.takeFor(this.#at - start);
    if (first === QUOTE) return this.#text(start + 1, this.#at - 1);
    if (first === 0x74) return true;
    if (first === 0x66) return false;
    if (first === 0x6e) return null;
    return this.#options.toNumber(bytes.toString('latin1', start, this.#at));
  }

  #readList(level: number): Tree<Number>[] {
    const items: Tree<Number>[] = [];
    this.#steps.take();
    this.#next(this.#at + 1);
    while (this.#bytes[this.#at] !== CLOSE_LIST) {
      items.push(this.read(level + 1));
      this.#next(this.#at);
    }
    this.#at += 1;
    return items;
  }

  #readMap(level: number): Map<string, Tree<Number>> {
    const bytes = this.#bytes;
    const members = new Map<string, Tree<Number>>();
    this.#steps.take();
    this.#next(this.#at + 1);
    while (bytes[this.#at] !== CLOSE_OBJECT) {
      const from = this.#at + 1;
      const end = endOfString(bytes, this.#at);
      this.#steps.take(STEPS_PER_KEY);
      this.#steps.takeFor(end - from);
      const key = this.#text(from, end - 1);
      this.#at = valueAfter(bytes, end);
      members.set(key, this.read(level + 1));
      this.#next(this.#at);
    }
    this.#at += 1;
    return members;
  }

  #text(from: number, to: number): string {
    const text = stringText({ bytes: this.#bytes, from, to });
    return this.#options.toText?.(text) ?? text;
  }

  /** Over what stands between two members. */
  #next(at: number): void {
    this.#at = skipSpace(this.#bytes, at);
    if (this.#bytes[this.#at] === COMMA) this.#at = skipSpace(this.#bytes, this.#at + 1);
  }
}

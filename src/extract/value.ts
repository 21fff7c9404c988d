// JSON as expressions work on it: numbers are the text that the store sent, and an object's keys are its own.
import { Buffer } from 'node:buffer';
import { JsonNumber } from '../json.ts';
import { JsonText } from '../json-text/json-text.ts';
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
} from '../json-text/scan.ts';
import { stringText } from '../json-text/string.ts';
import { compareNumbers } from './decimal.ts';
import { STEPS_PER_KEY, type Steps } from './steps.ts';

export type Value = null | boolean | string | JsonNumber | ValueList | ValueMap;
export type ValueList = readonly Value[];
export type ValueMap = ReadonlyMap<string, Value>;

/** Each level is a call, here and in an expression that goes down. */
export const MOST_LEVELS = 500;
/** Stands for JSON with more levels. */
export class TooDeep extends Error {}

/** @throws TooDeep, TooManySteps */
export function toValue(text: JsonText, steps: Steps): Value {
  return new Reader(text.bytes, text.start, steps).read(0);
}

/** @returns undefined if the text is not JSON. @throws TooDeep, TooManySteps */
export function parseValue(text: string, steps: Steps): Value | undefined {
  steps.takeFor(text.length);
  const json = JsonText.parse(Buffer.from(text));
  return json === undefined ? undefined : toValue(json, steps);
}

class Reader {
  readonly #bytes: Buffer;
  readonly #steps: Steps;
  #at: number;

  constructor(bytes: Buffer, start: number, steps: Steps) {
    this.#bytes = bytes;
    this.#at = start;
    this.#steps = steps;
  }

  read(level: number): Value {
    const bytes = this.#bytes;
    const first = bytes[this.#at];
    if (level > MOST_LEVELS) throw new TooDeep('JSON of too many levels');
    if (first === OPEN_OBJECT) return this.#readMap(level);
    if (first === OPEN_LIST) return this.#readList(level);
    const start = this.#at;
    this.#at = endOfScalar(bytes, start);
    this.#steps.takeFor(this.#at - start);
    if (first === QUOTE) return stringText({ bytes, from: start + 1, to: this.#at - 1 });
    if (first === 0x74) return true;
    if (first === 0x66) return false;
    if (first === 0x6e) return null;
    return new JsonNumber(bytes.toString('latin1', start, this.#at));
  }

  #readList(level: number): ValueList {
    const items: Value[] = [];
    this.#steps.take();
    this.#next(this.#at + 1);
    while (this.#bytes[this.#at] !== CLOSE_LIST) {
      items.push(this.read(level + 1));
      this.#next(this.#at);
    }
    this.#at += 1;
    return items;
  }

  #readMap(level: number): ValueMap {
    const bytes = this.#bytes;
    const members = new Map<string, Value>();
    this.#steps.take();
    this.#next(this.#at + 1);
    while (bytes[this.#at] !== CLOSE_OBJECT) {
      const from = this.#at + 1;
      const end = endOfString(bytes, this.#at);
      this.#steps.take(STEPS_PER_KEY);
      this.#steps.takeFor(end - from);
      const key = stringText({ bytes, from, to: end - 1 });
      this.#at = valueAfter(bytes, end);
      members.set(key, this.read(level + 1));
      this.#next(this.#at);
    }
    this.#at += 1;
    return members;
  }

  /** Over what stands between two members. */
  #next(at: number): void {
    this.#at = skipSpace(this.#bytes, at);
    if (this.#bytes[this.#at] === COMMA) this.#at = skipSpace(this.#bytes, this.#at + 1);
  }
}

export function isList(value: Value | undefined): value is ValueList {
  return Array.isArray(value);
}

export function isMap(value: Value | undefined): value is ValueMap {
  return value instanceof Map;
}

export function isNumber(value: Value | undefined): value is JsonNumber {
  return value instanceof JsonNumber;
}

/** Numbers by what they are worth: 1, 1.0 and 10e-1 are equal, two integers of 20 digits only if all digits are. */
export function isEqual(a: Value, b: Value, steps: Steps): boolean {
  if (a === b) return true;
  if (typeof a === 'string' || typeof b === 'string') {
    if (typeof a === typeof b) steps.takeFor((a as string).length);
    return false;
  }
  steps.take();
  if (isNumber(a)) return isNumber(b) && compareExactly(a, b, steps) === 0;
  if (isList(a)) {
    return isList(b) && a.length === b.length && a.every((item, i) => isEqual(item, b[i] as Value, steps));
  }
  if (!isMap(a) || !isMap(b) || a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other === undefined || !isEqual(value, other, steps)) return false;
  }
  return true;
}

/** Below 0: `a` is less. */
export function compareExactly(a: JsonNumber, b: JsonNumber, steps: Steps): number {
  steps.takeFor(a.text.length + b.text.length);
  return compareNumbers(a.text, b.text);
}

/** Whether `a` comes before `b` in the order of their characters (and so of their UTF-8 bytes). */
export function isTextBefore(a: string, b: string, steps: Steps): boolean {
  return compareTexts(a, b, steps) < 0;
}

export function compareTexts(a: string, b: string, steps: Steps): number {
  const length = Math.min(a.length, b.length);
  steps.takeFor(length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  if (at === length) return a.length - b.length;
  const [unitA, unitB] = [a.charCodeAt(at), b.charCodeAt(at)];
  // Halves of a pair stand for characters beyond all others.
  const [isHalfA, isHalfB] = [isHalf(unitA), isHalf(unitB)];
  return isHalfA === isHalfB ? unitA - unitB : isHalfA ? 1 : -1;
}

function isHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** As JSON, in the order that the maps have. @throws TooManySteps */
export function toJson(value: Value, steps: Steps): string {
  const parts: string[] = [];
  write(value, parts, steps);
  return parts.join('');
}

function write(value: Value, parts: string[], steps: Steps): void {
  if (typeof value === 'string') {
    steps.takeFor(value.length);
    parts.push(JSON.stringify(value));
    return;
  }
  steps.take();
  if (isNumber(value)) parts.push(value.text);
  else if (isList(value)) writeAll(value, '[', ']', parts, (item) => write(item, parts, steps));
  else if (isMap(value)) {
    writeAll([...value], '{', '}', parts, ([key, member]) => {
      steps.takeFor(key.length);
      parts.push(JSON.stringify(key), ':');
      write(member, parts, steps);
    });
  } else parts.push(String(value));
}

function writeAll<Item>(
  items: readonly Item[],
  open: string,
  close: string,
  parts: string[],
  writeOne: (item: Item) => void,
): void {
  parts.push(open);
  for (const [index, item] of items.entries()) {
    if (index > 0) parts.push(',');
    writeOne(item);
  }
  parts.push(close);
}

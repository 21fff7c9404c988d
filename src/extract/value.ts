// JSON for expressions: numbers keep the store's text, and objects have own keys only.
import { Buffer } from 'node:buffer';
import { JsonNumber } from '../json.ts';
import { JsonText } from '../json-text/json-text.ts';
import { readTree } from '../json-text/tree-reader.ts';
import { compareNumbers } from './decimal.ts';
import type { Steps } from './steps.ts';

export type Value = null | boolean | string | JsonNumber | ValueList | ValueMap;
export type ValueList = readonly Value[];
export type ValueMap = ReadonlyMap<string, Value>;

/** Limit on nesting: each level is a recursive call, here and in expressions. */
export const MOST_LEVELS = 500;
/** @throws TooDeep, TooManySteps */
export function toValue(text: JsonText, steps: Steps): Value {
  return readTree<JsonNumber>(text, { steps, toNumber: (number) => new JsonNumber(number), mostLevels: MOST_LEVELS });
}

/** @returns undefined if the text is not JSON. @throws TooDeep, TooManySteps */
export function parseValue(text: string, steps: Steps): Value | undefined {
  steps.takeFor(text.length);
  const json = JsonText.parse(Buffer.from(text));
  return json === undefined ? undefined : toValue(json, steps);
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

/** Compares numbers by value: 1, 1.0 and 10e-1 are equal; two integers of 20 digits are equal only if all digits are. */
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
  // Surrogates stand for characters above all others.
  const [isHalfA, isHalfB] = [isHalf(unitA), isHalf(unitB)];
  return isHalfA === isHalfB ? unitA - unitB : isHalfA ? 1 : -1;
}

function isHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** Written as JSON, with keys in the map's order. @throws TooManySteps */
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

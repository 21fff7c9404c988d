// The same form made the plain way, from parsed values: what the writer on bytes is held against.
import { JsonNumber, type JsonObject, type JsonValue } from '../../src/json.ts';

export function toGoJson(value: JsonValue): string {
  if (typeof value === 'string') return toGoString(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (value instanceof JsonNumber) return value.text;
  if (isList(value)) return `[${value.map(toGoJson).join(',')}]`;
  return toGoObject(value);
}

function isList(value: JsonObject | readonly JsonValue[]): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function toGoObject(object: JsonObject): string {
  let text = '';
  for (const key of sortKeys(Object.keys(object))) {
    text += `${text === '' ? '' : ','}${toGoString(key)}:${toGoJson(object[key] as JsonValue)}`;
  }
  return `{${text}}`;
}

/**
 * JSON.stringify escapes control characters as Go does since 1.22 (`\b` and `\f` too). What differs: Go reads
 * half a surrogate pair as U+FFFD, and escapes five characters more so that the text can stand in HTML.
 */
function toGoString(text: string): string {
  const quoted = JSON.stringify(text.toWellFormed());
  return HTML.test(quoted) ? quoted.replace(EVERY_HTML, escapeHtml) : quoted;
}

const HTML = /[<>&\u2028\u2029]/;
const EVERY_HTML = /[<>&\u2028\u2029]/g;

function escapeHtml(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The order of UTF-16 units is that of UTF-8 bytes except where surrogates meet U+E000 to U+FFFF. */
function sortKeys(keys: string[]): string[] {
  return keys.some((key) => SURROGATE.test(key)) ? keys.sort(compareCodePoints) : keys.sort();
}

const SURROGATE = /[\ud800-\udfff]/;

function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return priority(x) - priority(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others. */
function priority(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

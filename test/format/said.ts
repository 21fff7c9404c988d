// What a consumer said of a file, in one form for all of them: texts as `s` and hex, numbers as `n` and their digits, maps
// by the hex of their keys.
import { createHash } from 'node:crypto';
import { JsonNumber, type JsonValue } from '../../src/json.ts';
import { toGoJson } from '../json-text/go-reference.ts';

export type Said = null | boolean | string | readonly Said[] | { readonly [key: string]: Said };

const LONGEST = 600;

/** What all of YAML and JSON should come to. */
export function sayValue(value: JsonValue): Said {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return sayText(Buffer.from(value.toWellFormed()));
  if (value instanceof JsonNumber) return `n${value.text}`;
  if (Array.isArray(value)) return value.map(sayValue);
  return sayEntries(value, sayValue);
}

/** What names and texts should come to: anything but a text is JSON. */
export function sayFields(value: JsonValue): Said {
  return sayEntries(value, (one) => sayText(Buffer.from(typeof one === 'string' ? one.toWellFormed() : toGoJson(one))));
}

function sayEntries(value: JsonValue, say: (one: JsonValue) => Said): Said {
  const entries = Object.entries(value as Record<string, JsonValue>);
  return Object.fromEntries(entries.map(([key, one]) => [hex(Buffer.from(key.toWellFormed())), say(one)]));
}

export function sayText(bytes: Buffer): string {
  return `s${hex(bytes)}`;
}

function hex(bytes: Buffer): string {
  return bytes.toString('hex');
}

/** Long texts by their hash, as they are recorded. */
export function shorten(said: Said): Said {
  if (typeof said === 'string')
    return said.length <= LONGEST ? said : `h${createHash('sha256').update(said).digest('hex')}`;
  if (said === null || typeof said === 'boolean') return said;
  if (Array.isArray(said)) return said.map(shorten);
  return Object.fromEntries(
    Object.entries(said).map(([key, one]) => [
      key.length <= LONGEST ? key : (shorten(`k${key}`) as string),
      shorten(one),
    ]),
  );
}

/** Equal but for numbers, of which readers say the value and not the digits. */
export function isSame(a: Said | undefined, b: Said | undefined): boolean {
  if (typeof a === 'string' && typeof b === 'string')
    return a === b || (a[0] === 'n' && b[0] === 'n' && isSameNumber(a.slice(1), b.slice(1)));
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  const keys = Object.keys(a);
  const isAlike = Array.isArray(a) === Array.isArray(b) && keys.length === Object.keys(b).length;
  const [ofA, ofB] = [a, b] as readonly Record<string, Said>[];
  return isAlike && keys.every((key) => isSame(ofA?.[key], ofB?.[key]));
}

/** Whole numbers to the last digit, if both are written so. */
function isSameNumber(a: string, b: string): boolean {
  const isWhole = /^-?\d+$/.test(a) && /^-?\d+$/.test(b);
  return isWhole ? BigInt(a) === BigInt(b) : Number(a) === Number(b);
}

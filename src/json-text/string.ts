// A JSON string that stays in its bytes: decoded to UTF-8, or to text if it is short. Half a surrogate pair is U+FFFD
// in bytes, as in every encoder of UTF-8, and itself in text, as in JSON.parse.
import { Buffer } from 'node:buffer';
import { BACKSLASH, hexUnit } from './scan.ts';

const LOWER_U = 0x75;
/** What an escape of one letter stands for. */
const SHORT = new Map(
  Object.entries({ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }).map(([from, to]) => [
    from.charCodeAt(0),
    to.charCodeAt(0),
  ]),
);
const REPLACEMENT = 0xfffd;

/** Between its quotes. */
export interface Span {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

/** As UTF-8. The result shares the memory of `bytes` if nothing is escaped. */
export function stringBytes({ bytes, from, to }: Span): Buffer {
  const raw = bytes.subarray(from, to);
  if (!raw.includes(BACKSLASH)) return raw;
  // An escape is never shorter than what it stands for.
  const out = Buffer.allocUnsafe(to - from);
  return out.subarray(0, decodeInto(out, 0, bytes, from, to));
}

/** As JSON.parse gives it. */
export function stringText({ bytes, from, to }: Span): string {
  const raw = bytes.toString('utf8', from, to);
  return raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
}

/** Whether it is this text. Most are not by their first characters, and need not be decoded. */
export function isText(bytes: Buffer, from: number, to: number, text: string): boolean {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] as number;
    if (byte === BACKSLASH || byte > 0x7f) return stringText({ bytes, from, to }) === text;
    if (byte !== text.charCodeAt(at - from)) return false;
  }
  return to - from === text.length;
}

/** @returns the end of what was written. */
export function decodeInto(out: Buffer, start: number, bytes: Buffer, from: number, to: number): number {
  let end = start;
  for (let at = from; at < to; ) {
    const byte = bytes[at] as number;
    if (byte !== BACKSLASH) {
      out[end] = byte;
      end += 1;
      at += 1;
      continue;
    }
    const point = escapedPoint(bytes, at);
    at += escapeLength(bytes, at, point);
    end = putPoint(out, end, point);
  }
  return end;
}

/** The character that the escape at `at` stands for; both escapes of a pair together. */
export function escapedPoint(bytes: Buffer, at: number): number {
  const letter = bytes[at + 1] as number;
  if (letter !== LOWER_U) return SHORT.get(letter) ?? letter;
  const unit = hexUnit(bytes, at + 2);
  if (unit < 0xd800 || unit > 0xdfff) return unit;
  const isPair = unit <= 0xdbff && bytes[at + 6] === BACKSLASH && bytes[at + 7] === LOWER_U;
  const low = isPair ? hexUnit(bytes, at + 8) : 0;
  return low >= 0xdc00 && low <= 0xdfff ? 0x10000 + (unit - 0xd800) * 0x400 + (low - 0xdc00) : REPLACEMENT;
}

export function escapeLength(bytes: Buffer, at: number, point: number): number {
  if (bytes[at + 1] !== LOWER_U) return 2;
  return point > 0xffff ? 12 : 6;
}

export function putPoint(out: Buffer, start: number, point: number): number {
  let end = start;
  if (point < 0x80) out[end++] = point;
  else if (point < 0x800) {
    out[end++] = 0xc0 | (point >> 6);
    out[end++] = 0x80 | (point & 0x3f);
  } else if (point < 0x10000) {
    out[end++] = 0xe0 | (point >> 12);
    out[end++] = 0x80 | ((point >> 6) & 0x3f);
    out[end++] = 0x80 | (point & 0x3f);
  } else {
    out[end++] = 0xf0 | (point >> 18);
    out[end++] = 0x80 | ((point >> 12) & 0x3f);
    out[end++] = 0x80 | ((point >> 6) & 0x3f);
    out[end++] = 0x80 | (point & 0x3f);
  }
  return end;
}

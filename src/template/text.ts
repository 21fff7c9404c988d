// Go's strings are bytes, most often UTF-8. Here they are JavaScript's strings, and a byte that is no part of a well-formed
// UTF-8 sequence is the lone surrogate U+DC00 plus the byte. Nothing else makes a lone surrogate, so both ways are exact.
// A text from outside that may hold one goes through `toWellFormed` first.
import { Buffer, isUtf8 } from 'node:buffer';

const ESCAPE = 0xdc00;
const REPLACEMENT = 0xfffd;

export function toBytes(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  const bytes = Buffer.alloc(byteLength(text));
  let end = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.codePointAt(at) as number;
    if (isByte(code)) {
      bytes[end] = byteOf(code);
      end += 1;
    } else {
      if (code > 0xffff) at += 1;
      end = putPoint(bytes, end, code >= 0xd800 && code < 0xe000 ? REPLACEMENT : code);
    }
  }
  return bytes;
}

/** @returns where the next one goes */
function putPoint(bytes: Buffer, at: number, code: number): number {
  if (code < 0x80) {
    bytes[at] = code;
    return at + 1;
  }
  const length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  for (let index = length - 1; index > 0; index -= 1) {
    bytes[at + index] = 0x80 | ((code >> (6 * (length - 1 - index))) & 0x3f);
  }
  bytes[at] = ((0xf00 >> length) & 0xff) | (code >> (6 * (length - 1)));
  return at + length;
}

export function fromBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString('utf8');
  const units = Buffer.alloc(buffer.length * 2);
  let end = 0;
  for (let at = 0; at < buffer.length; ) {
    const length = sequenceAt(buffer, at);
    const code = length === 0 ? ESCAPE + (buffer[at] as number) : pointAt(buffer, at, length);
    if (code > 0xffff) {
      end = units.writeUInt16LE(0xd7c0 + (code >> 10), end);
      end = units.writeUInt16LE(0xdc00 + (code & 0x3ff), end);
    } else end = units.writeUInt16LE(code, end);
    at += length || 1;
  }
  return units.toString('utf16le', 0, end);
}

function pointAt(bytes: Uint8Array, at: number, length: number): number {
  if (length === 1) return bytes[at] as number;
  let code = (bytes[at] as number) & (0x7f >> length);
  for (let index = 1; index < length; index += 1) code = (code << 6) | ((bytes[at + index] as number) & 0x3f);
  return code;
}

/** Texts put together: the bytes of two may make one sequence. Whoever concatenates or cuts texts ends with this. */
export function normalized(text: string): string {
  return text.isWellFormed() || !MAY_COMBINE.test(text) ? text : fromBytes(toBytes(text));
}

/** A byte that begins a sequence, and one that goes on with it. */
const MAY_COMBINE = /[\udcc2-\udcf4][\udc80-\udcbf]/;

/** How much is escaped at once: what is found in a text takes many times its length meanwhile. */
const PART = 1 << 16;

/**
 * `toEscaped` of a long text, part by part: no pair is in two of them.
 * @param claim is told the length so far, and may throw
 */
export function escapedInParts(
  text: string,
  toEscaped: (part: string) => string,
  claim: (length: number) => void = () => {},
): string {
  let out = '';
  for (let start = 0; start < text.length; ) {
    const last = text.charCodeAt(start + PART - 1);
    const end = start + PART + (last >= 0xd800 && last < 0xdc00 ? 1 : 0);
    out += toEscaped(text.slice(start, end));
    claim(out.length);
    start = end;
  }
  return out;
}

/** What Go's `len` says. */
export function byteLength(text: string): number {
  if (text.isWellFormed()) return Buffer.byteLength(text, 'utf8');
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.codePointAt(at) as number;
    if (code > 0xffff) at += 1;
    length += isByte(code) || code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

/** Is this code unit or code point, if it stands alone, a byte that is no UTF-8? */
export function isByte(code: number): boolean {
  return code >= ESCAPE + 0x80 && code <= ESCAPE + 0xff;
}

/** The byte that such a code unit stands for. */
export function byteOf(code: number): number {
  return code - ESCAPE;
}

/** A text of one byte. */
export function ofByte(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : ESCAPE + byte);
}

/** Length of the well-formed sequence that starts here, or 0. */
function sequenceAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  for (let index = 1; index < length; index += 1) {
    if (((bytes[at + index] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  const second = bytes[at + 1] as number;
  // Written longer than need be, half a surrogate pair, or beyond the last code point.
  const isOutside =
    (first === 0xe0 && second < 0xa0) ||
    (first === 0xed && second > 0x9f) ||
    (first === 0xf0 && second < 0x90) ||
    (first === 0xf4 && second > 0x8f);
  return isOutside ? 0 : length;
}

/** What a caller charges for each. */
export const STEPS_PER_SORTED = 8;

/** The keys of a map in the order of Go's, which is that of their bytes. */
export function sortedTexts(texts: Iterable<string>): string[] {
  const list = [...texts];
  return list.some((text) => BEYOND_UNITS.test(text)) ? list.sort(compareTexts) : list.sort();
}

/** Where the order of UTF-16 units is another than that of bytes. */
const BEYOND_UNITS = /[\ud800-\uffff]/;

/** The order of Go's strings, which is that of their bytes. */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left === right) continue;
    if (left < 0xd800 && right < 0xd800) return left - right;
    return toBytes(a).compare(toBytes(b));
  }
  return a.length - b.length;
}

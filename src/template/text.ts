// Go's strings are bytes, most often UTF-8. Here they are JavaScript's strings, and a byte that is no part of a well-formed
// UTF-8 sequence is the lone surrogate U+DC00 plus the byte. Nothing else makes a lone surrogate, so both ways are exact.
// A text from outside that may hold one goes through `toWellFormed` first.
import { Buffer, isUtf8 } from 'node:buffer';

const ESCAPE = 0xdc00;
const REPLACEMENT = [0xef, 0xbf, 0xbd];

export function toBytes(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  const bytes: number[] = [];
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    if (code < 0xd800 || code > 0xdfff) bytes.push(...Buffer.from(char, 'utf8'));
    else if (isByte(code)) bytes.push(code - ESCAPE);
    else bytes.push(...REPLACEMENT);
  }
  return Buffer.from(bytes);
}

export function fromBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString('utf8');
  const parts: string[] = [];
  let valid = 0;
  for (let at = 0; at < buffer.length; ) {
    const length = sequenceAt(buffer, at);
    if (length === 0) {
      parts.push(buffer.toString('utf8', valid, at), String.fromCharCode(ESCAPE + (buffer[at] as number)));
      valid = at + 1;
    }
    at += length || 1;
  }
  parts.push(buffer.toString('utf8', valid));
  return parts.join('');
}

/** Texts put together: the bytes of two may make one sequence. Whoever concatenates or cuts texts ends with this. */
export function normalized(text: string): string {
  return text.isWellFormed() ? text : fromBytes(toBytes(text));
}

/** What Go's `len` says. */
export function byteLength(text: string): number {
  return text.isWellFormed() ? Buffer.byteLength(text, 'utf8') : toBytes(text).length;
}

/** Is this code unit or code point, if it stands alone, a byte that is no UTF-8? */
export function isByte(code: number): boolean {
  return code >= ESCAPE + 0x80 && code <= ESCAPE + 0xff;
}

/** The byte that such a code unit stands for. */
export function byteOf(code: number): number {
  return code - ESCAPE;
}

/** Length of the well-formed sequence that starts here, or 0. */
function sequenceAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  return at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)) ? length : 0;
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

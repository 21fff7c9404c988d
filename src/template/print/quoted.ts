// A text or character as a constant of Go, as `%q` writes it.
import { byteOf, escapedInParts, isByte } from '../text.ts';

const SIMPLE: ReadonlyMap<number, string> = new Map([
  [7, '\\a'],
  [8, '\\b'],
  [12, '\\f'],
  [10, '\\n'],
  [13, '\\r'],
  [9, '\\t'],
  [11, '\\v'],
  [92, '\\\\'],
]);
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u;

const NOT_PLAIN = /[^ !#-[\]-~]/gu;

/** What Go's unicode.IsPrint says. */
export function isPrintable(code: number): boolean {
  if (code < 0x7f) return code >= 0x20;
  return PRINTABLE.test(String.fromCodePoint(code));
}

/** @param claim is told the length so far, and may throw */
export function quoted(text: string, isAscii = false, claim?: (length: number) => void): string {
  const toEscaped = (char: string) => escaped(char.codePointAt(0) as number, '"', isAscii);
  return `"${escapedInParts(text, (part) => part.replace(NOT_PLAIN, toEscaped), claim)}"`;
}

/** @param code no code point of Unicode is the replacement character */
export function quotedChar(code: number, isAscii = false): string {
  const valid = code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? 0xfffd : code;
  return `'${escaped(valid, "'", isAscii)}'`;
}

function escaped(code: number, quote: string, isAscii: boolean): string {
  if (isByte(code)) return `\\x${byteOf(code).toString(16)}`;
  const char = String.fromCodePoint(code);
  if (char === quote) return `\\${quote}`;
  const simple = SIMPLE.get(code);
  if (simple !== undefined) return simple;
  if (isPrintable(code) && (!isAscii || code < 0x80)) return char;
  const hex = code.toString(16);
  if (code < 0x20 || code === 0x7f) return `\\x${hex.padStart(2, '0')}`;
  return code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}

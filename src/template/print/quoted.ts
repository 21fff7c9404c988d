// A text or character as a constant of Go, as `%q` writes it.
import { byteOf, isByte } from '../text.ts';

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

/** How much is quoted between two looks at the length: it may grow to four times as many. */
const PART = 1 << 16;

/** @param claim is told the length so far, and may throw */
export function quoted(text: string, isAscii = false, claim: (length: number) => void = () => {}): string {
  let out = '"';
  for (let start = 0; start < text.length; ) {
    const last = text.charCodeAt(start + PART - 1);
    // A pair is not parted.
    const end = start + PART + (last >= 0xd800 && last < 0xdc00 ? 1 : 0);
    const part = text.slice(start, end);
    out += part.replace(NOT_PLAIN, (char) => escaped(char.codePointAt(0) as number, '"', isAscii));
    claim(out.length);
    start = end;
  }
  return `${out}"`;
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

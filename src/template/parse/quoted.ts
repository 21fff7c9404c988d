// Go's constants of strings and characters, with its escapes.
import { Buffer } from 'node:buffer';
import { fromBytes, toBytes } from '../text.ts';

const SIMPLE: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
  ['\\', 92],
]);
const NUMERIC = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3}))/y;

interface Unit {
  /** A code point, or a byte if it was written as one. */
  readonly code: number;
  readonly isByte: boolean;
  readonly next: number;
}

/** The text of a constant with its quotes, or undefined if Go refuses it. */
export function unquote(source: string): string | undefined {
  const quote = source[0];
  if (source.length < 2 || source.at(-1) !== quote) return undefined;
  const inner = source.slice(1, -1);
  if (quote === '`') return inner.includes('`') ? undefined : inner.replaceAll('\r', '');
  if (quote !== '"' || inner.includes('\n')) return undefined;
  if (!inner.includes('\\')) return inner.includes('"') ? undefined : inner;
  let text = '';
  const bytes: Uint8Array[] = [];
  for (let at = 0; at < inner.length; ) {
    const unit = unitAt(inner, at, '"');
    if (unit === undefined) return undefined;
    if (unit.isByte) {
      bytes.push(toBytes(text), Uint8Array.of(unit.code));
      text = '';
    } else text += String.fromCodePoint(unit.code);
    at = unit.next;
  }
  return bytes.length === 0 ? text : fromBytes(Buffer.concat([...bytes, toBytes(text)]));
}

/** The code point of a constant like 'a'; what is wrong with any other. */
export function unquoteChar(source: string): number | 'invalid' | 'malformed' {
  const unit = source.length < 3 ? undefined : unitAt(source, 1, "'");
  if (unit === undefined) return 'invalid';
  return source.slice(unit.next) === "'" ? unit.code : 'malformed';
}

function unitAt(text: string, at: number, quote: string): Unit | undefined {
  const char = text[at];
  if (char === quote) return undefined;
  if (char !== '\\') {
    const code = text.codePointAt(at) as number;
    return { code, isByte: false, next: at + (code > 0xffff ? 2 : 1) };
  }
  const escaped = text[at + 1] ?? '';
  const simple = escaped === quote ? quote.charCodeAt(0) : SIMPLE.get(escaped);
  if (simple !== undefined) return { code: simple, isByte: false, next: at + 2 };
  NUMERIC.lastIndex = at;
  const [whole, hex, short, long, octal] = NUMERIC.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const next = at + whole.length;
  const byte =
    hex !== undefined ? Number.parseInt(hex, 16) : octal !== undefined ? Number.parseInt(octal, 8) : undefined;
  if (byte !== undefined) return byte > 255 ? undefined : { code: byte, isByte: true, next };
  const code = Number.parseInt(short ?? long ?? '', 16);
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined;
  return { code, isByte: false, next };
}

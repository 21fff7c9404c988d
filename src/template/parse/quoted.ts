// Go's constants of strings and characters, with its escapes.
import { normalized, ofByte } from '../text.ts';

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
]);
/** An escape, or what may not stand alone in a constant. */
const ESCAPE = /\\(?:([abfnrtv\\"'])|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3}))|\\|["']/g;
/** The whole of a constant like 'a', an escape or a character. */
const CHAR = /^(\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{3}|.)|[^\\])/su;

/** The text of a constant with its quotes, or undefined if Go refuses it. */
export function unquote(source: string): string | undefined {
  const quote = source[0];
  if (source.length < 2 || source.at(-1) !== quote) return undefined;
  const written = source.slice(1, -1);
  if (quote === '`') return written.includes('`') ? undefined : written.replaceAll('\r', '');
  // Bytes stay what they are only if an escape says them.
  const inner = written.toWellFormed();
  if (quote !== '"' || inner.includes('\n')) return undefined;
  const text = withoutEscapes(inner, '"');
  return text === undefined ? undefined : normalized(text);
}

/** The code point of a constant like 'a'; what is wrong with any other. A byte that is said by an escape is its number. */
export function unquoteChar(source: string): number | 'invalid' | 'malformed' {
  const inner = source.slice(1).toWellFormed();
  const [written] = CHAR.exec(inner) ?? [];
  if (source.length < 3 || written === undefined || written === "'") return 'invalid';
  const byte = /^\\(?:x(..)|([0-7]{3}))$/s.exec(written);
  const text = withoutEscapes(written, "'");
  if (text === undefined) return 'invalid';
  if (inner.slice(written.length) !== "'") return 'malformed';
  if (byte === null) return text.codePointAt(0) as number;
  return byte[1] === undefined ? Number.parseInt(byte[2] as string, 8) : Number.parseInt(byte[1], 16);
}

/** @returns undefined if an escape is none, or the quote stands in it without one */
function withoutEscapes(inner: string, quote: '"' | "'"): string | undefined {
  let isGood = true;
  const text = inner.replace(ESCAPE, (whole, simple, hex, short, long, octal) => {
    const char = escaped(whole, simple, hex, short ?? long, octal, quote);
    isGood &&= char !== undefined;
    return char ?? '';
  });
  return isGood ? text : undefined;
}

function escaped(
  whole: string,
  simple: string | undefined,
  hex: string | undefined,
  point: string | undefined,
  octal: string | undefined,
  quote: '"' | "'",
): string | undefined {
  // The other quote needs no escape, and may not have one.
  if (whole === '"' || whole === "'") return whole === quote ? undefined : whole;
  if (simple !== undefined) return simple === quote ? quote : SIMPLE.get(simple);
  if (hex !== undefined) return ofByte(Number.parseInt(hex, 16));
  if (octal !== undefined) {
    const byte = Number.parseInt(octal, 8);
    return byte > 255 ? undefined : ofByte(byte);
  }
  const code = Number.parseInt(point ?? '', 16);
  return code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000) ? String.fromCodePoint(code) : undefined;
}

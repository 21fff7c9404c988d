// Base64 and base32 as Go decodes them: line breaks are skipped; errors give the position of any other invalid byte.
import { Buffer } from 'node:buffer';
import { fromBytes, toBytes } from '../text.ts';

/** Index of the first invalid byte. */
export interface Corrupt {
  readonly at: number;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function base64Encoded(text: string): string {
  return toBytes(text).toString('base64');
}

export function base64UrlEncoded(text: string): string {
  return base64Encoded(text).replaceAll('+', '-').replaceAll('/', '_');
}

export function base64Decoded(text: string, isUrl = false): string | Corrupt {
  const at = base64Fault(text, isUrl ? /[\w-]/ : /[A-Za-z\d+/]/);
  return at === undefined ? fromBytes(Buffer.from(text, isUrl ? 'base64url' : 'base64')) : { at };
}

/** Groups of four; the last may end with one or two `=`. */
function base64Fault(text: string, letter: RegExp): number | undefined {
  const bytes = toBytes(text).toString('latin1');
  let at = 0;
  const next = () => {
    while (bytes[at] === '\n' || bytes[at] === '\r') at += 1;
    at += 1;
    return bytes[at - 1];
  };
  for (;;) {
    for (let index = 0; index < 4; index += 1) {
      const char = next();
      if (char === undefined) return index === 0 ? undefined : bytes.length - index;
      if (letter.test(char)) continue;
      if (char !== '=' || index < 2) return at - 1;
      if (index === 2) {
        const second = next();
        if (second === undefined) return bytes.length;
        if (second !== '=') return at - 2;
      }
      return next() === undefined ? undefined : at - 1;
    }
  }
}

export function base32Encoded(text: string): string {
  const bytes = toBytes(text);
  let out = '';
  for (let at = 0; at < bytes.length; at += 5) {
    const group = bytes.subarray(at, at + 5);
    let bits = 0n;
    for (const byte of Buffer.concat([group], 5)) bits = (bits << 8n) | BigInt(byte);
    const length = Math.ceil((group.length * 8) / 5);
    for (let index = 0; index < 8; index += 1) {
      out += index < length ? BASE32[Number((bits >> BigInt(35 - 5 * index)) & 31n)] : '=';
    }
  }
  return out;
}

export function base32Decoded(text: string): string | Corrupt {
  const letters = text.replace(/[\r\n]/g, '');
  const fault = base32Fault(letters);
  if (fault !== undefined) return { at: fault };
  const digits = letters.slice(0, letters.search(/=|$/));
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const char of digits) {
    bits = ((bits << 5) | BASE32.indexOf(char)) & 0xfff;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes.push((bits >> count) & 0xff);
  }
  return fromBytes(Buffer.from(bytes));
}

/** The last of its groups of eight has one, three, four or six `=`, or none; what follows is passed over. */
function base32Fault(letters: string): number | undefined {
  for (let at = 0; at < letters.length; at += 1) {
    const char = letters[at] as string;
    if (BASE32.includes(char)) continue;
    const inGroup = at % 8;
    const after = letters.slice(at + 1);
    if (char !== '=' || inGroup < 2 || after.length >= 8) return at;
    if (after.length + inGroup < 7) return letters.length;
    const wrong = after.slice(0, 7 - inGroup).search(/[^=]/);
    if (wrong >= 0) return at + wrong;
    return inGroup === 3 || inGroup === 6 ? at : undefined;
  }
  // Go counts from the start of the last group.
  return letters.length % 8 === 0 ? undefined : letters.length - (letters.length % 8);
}

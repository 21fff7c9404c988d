// A value becomes file bytes: a string as it is, anything else as JSON text, then taken out of the encoding
// the class names. It accepts exactly what Go's decoders accept; Node's own are far more lenient.
import { Buffer } from 'node:buffer';
import { MountError } from '../errors.ts';
import { collect, writeGoForm } from '../json-text/go-form.ts';
import type { JsonText } from '../json-text/json-text.ts';
import type { Encoding } from '../plan/object-table.ts';
import type { ValueSource } from '../plan/plan.ts';
import { quoteName } from '../printable.ts';

export type EncodedSource = Pick<ValueSource, 'read' | 'key' | 'encoding'>;

/**
 * @param mostBytes of the text, before it is decoded
 * @throws MountError value-undecodable, which never quotes the value. @throws TooLong
 */
export function encodeValue(source: EncodedSource, value: JsonText, mostBytes: number): Uint8Array {
  const text = value.stringBytes ?? collect(mostBytes, (sink) => writeGoForm(value, sink));
  const bytes = DECODERS[source.encoding](text);
  if (bytes !== undefined) return bytes;
  throw new MountError(
    'value-undecodable',
    `the value of key ${quoteName(source.key ?? '')} in ${source.read.path} is not ${DESCRIPTIONS[source.encoding]}; set encoding to what the value is written in, or leave it out to mount the text itself`,
  );
}

const DECODERS: Record<Encoding, (text: Buffer) => Uint8Array | undefined> = {
  'utf-8': (text) => text,
  base64: decodeBase64,
  hex: decodeHex,
};

const DESCRIPTIONS: Record<Encoding, string> = {
  'utf-8': 'text',
  base64: 'base64 (standard alphabet, with padding)',
  hex: 'hex (two digits per byte, nothing between)',
};

const PADDING = 0x3d;
const BASE64 = alphabet('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const HEX = alphabet('0123456789abcdefABCDEF');

/** base64.StdEncoding: padding required, line breaks ignored, unused bits of the last digit not looked at. */
function decodeBase64(text: Buffer): Uint8Array | undefined {
  const digits = withoutLineBreaks(text);
  const { length } = digits;
  const padding = digits[length - 1] === PADDING ? (digits[length - 2] === PADDING ? 2 : 1) : 0;
  const isValid = length % 4 === 0 && isAllOf(BASE64, digits.subarray(0, length - padding));
  return isValid ? decode(digits, 'base64', (length / 4) * 3 - padding) : undefined;
}

function decodeHex(text: Buffer): Uint8Array | undefined {
  const isValid = text.length % 2 === 0 && isAllOf(HEX, text);
  return isValid ? decode(text, 'hex', text.length / 2) : undefined;
}

/** A multiple of both 4 and 2 digits. */
const PIECE_DIGITS = 64 * 1024;

/** In pieces, so that no string of the whole text lies in the heap. */
function decode(digits: Buffer, encoding: 'base64' | 'hex', length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  let end = 0;
  for (let at = 0; at < digits.length; at += PIECE_DIGITS)
    end += bytes.write(digits.toString('latin1', at, at + PIECE_DIGITS), end, encoding);
  return bytes;
}

function withoutLineBreaks(text: Buffer): Buffer {
  if (!text.includes(0x0a) && !text.includes(0x0d)) return text;
  const kept = Buffer.allocUnsafeSlow(text.length);
  let length = 0;
  for (const byte of text) if (byte !== 0x0a && byte !== 0x0d) kept[length++] = byte;
  return kept.subarray(0, length);
}

function alphabet(letters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const letter of letters) table[letter.charCodeAt(0)] = 1;
  return table;
}

function isAllOf(table: Uint8Array, text: Buffer): boolean {
  return text.every((byte) => table[byte] === 1);
}

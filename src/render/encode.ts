// A value becomes file bytes: a string as it is, anything else as JSON text, then decoded by the encoding that the class
// names. Decoding accepts exactly what Go's decoders accept; Node's own are far more lenient. The file may then be encoded
// again.
import { Buffer } from 'node:buffer';
import { MountError } from '../errors.ts';
import { collect, writeGoForm } from '../json-text/go-form.ts';
import type { JsonText } from '../json-text/json-text.ts';
import type { Encoding, FileEncoding } from '../plan/object-table.ts';
import type { ValueSource } from '../plan/plan.ts';
import { quoteName } from '../printable.ts';

export type EncodedSource = Pick<ValueSource, 'read' | 'key' | 'encoding'>;

/**
 * @param mostBytes of the text, before it is decoded
 * @param what for messages
 * @throws MountError value-undecodable, which never quotes the value. @throws TooLong
 */
export function encodeValue(
  source: EncodedSource,
  value: JsonText,
  mostBytes: number,
  what = `the value of key ${quoteName(source.key ?? '')} in ${source.read.path}`,
): Uint8Array {
  const text = value.stringBytes ?? collect(mostBytes, (sink) => writeGoForm(value, sink));
  const bytes = DECODERS[source.encoding](text);
  if (bytes !== undefined) return bytes;
  throw new MountError(
    'value-undecodable',
    `${what} is not ${DESCRIPTIONS[source.encoding]}; set encoding to what the value is written in, or leave it out to mount the text itself`,
  );
}

/** On one line, in small letters, with padding. */
export function encodeFile(encoding: FileEncoding | undefined, bytes: Uint8Array): Uint8Array {
  if (encoding === undefined) return bytes;
  const from = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = encoding === 'hex' ? from.length * 2 : Math.ceil(from.length / 3) * 4;
  const text = Buffer.allocUnsafeSlow(length);
  let end = 0;
  for (let at = 0; at < from.length; at += PIECE_BYTES)
    end += text.write(from.toString(encoding, at, Math.min(at + PIECE_BYTES, from.length)), end, 'latin1');
  return text;
}

const DECODERS: Record<Encoding, (text: Buffer) => Uint8Array | undefined> = {
  'utf-8': (text) => text,
  base64: (text) => decodeBase64(text, BASE64, true),
  'base64-raw': (text) => decodeBase64(text, BASE64, false),
  base64url: (text) => decodeBase64(text, BASE64URL, true),
  'base64url-raw': (text) => decodeBase64(text, BASE64URL, false),
  hex: decodeHex,
};

const DESCRIPTIONS: Record<Encoding, string> = {
  'utf-8': 'text',
  base64: 'base64 (standard alphabet, with padding)',
  'base64-raw': 'base64-raw (standard alphabet, without padding)',
  base64url: 'base64url (with - and _, with padding)',
  'base64url-raw': 'base64url-raw (with - and _, without padding)',
  hex: 'hex (two digits per byte, nothing between)',
};

const PADDING = 0x3d;
const BASE64 = alphabet('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const BASE64URL = alphabet('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
const HEX = alphabet('0123456789abcdefABCDEF');

/** As Go decodes base64: padding is required or refused, line breaks and unused bits of the last digit are ignored. */
function decodeBase64(text: Buffer, letters: Uint8Array, isPadded: boolean): Uint8Array | undefined {
  const digits = withoutLineBreaks(text);
  const { length } = digits;
  const padding = !isPadded || digits[length - 1] !== PADDING ? 0 : digits[length - 2] === PADDING ? 2 : 1;
  const isWhole = isPadded ? length % 4 === 0 : length % 4 !== 1;
  if (!isWhole || !isAllOf(letters, digits.subarray(0, length - padding))) return undefined;
  // Node's decoder takes both alphabets.
  return decode(digits, 'base64', Math.floor((length * 3) / 4) - padding);
}

function decodeHex(text: Buffer): Uint8Array | undefined {
  const isValid = text.length % 2 === 0 && isAllOf(HEX, text);
  return isValid ? decode(text, 'hex', text.length / 2) : undefined;
}

/** A multiple of three bytes, so that the pieces fit together. */
const PIECE_BYTES = 48 * 1024;
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

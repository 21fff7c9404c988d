// An answer that is not JSON, a certificate for example, kept as JSON text like any other: one string, in base64.
import { Buffer } from 'node:buffer';
import { JsonText } from './json-text.ts';

/** A multiple of three and of four: pieces of base64 fit together. */
const PIECE_BYTES = 48 * 1024;
const QUOTE = 0x22;

/** @param bytes at least one */
export function wrapRaw(bytes: Buffer): JsonText {
  const text = Buffer.allocUnsafeSlow(2 + 4 * Math.ceil(bytes.length / 3));
  text[0] = QUOTE;
  // In pieces, so that no string of the whole lies in the heap.
  let end = 1;
  for (let at = 0; at < bytes.length; at += PIECE_BYTES)
    end += text.write(bytes.toString('base64', at, Math.min(at + PIECE_BYTES, bytes.length)), end, 'latin1');
  text[end] = QUOTE;
  const wrapped = JsonText.parse(text);
  if (wrapped === undefined) throw new Error('base64 in quotes is JSON');
  return wrapped;
}

/** The bytes as they came; undefined of an answer that was JSON. */
export function unwrapRaw(body: JsonText): Buffer | undefined {
  const text = body.stringBytes;
  if (text === undefined) return undefined;
  const pieces: Buffer[] = [];
  for (let at = 0; at < text.length; at += PIECE_BYTES)
    pieces.push(Buffer.from(text.toString('latin1', at, Math.min(at + PIECE_BYTES, text.length)), 'base64'));
  return Buffer.concat(pieces);
}

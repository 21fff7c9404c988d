// sprig's functions that write a value in another form: base64, base32, hashes, JSON, YAML.
import { createDecipheriv, createHash } from 'node:crypto';
import { define } from '../function.ts';
import { count, fail } from '../safe-text.ts';
import { fromBytes, toBytes } from '../text.ts';
import type { Value } from '../value.ts';
import { base32Decoded, base32Encoded, base64Decoded, base64Encoded, type Corrupt } from './base-text.ts';
import { readJson } from './json-read.ts';
import { type JsonStyle, toJson } from './json-write.ts';
import { orElse } from './swallow.ts';

const ANY = 'interface {}';
const PLAIN: JsonStyle = { escapeHtml: true };
const PRETTY: JsonStyle = { escapeHtml: true, indent: '  ' };
const RAW: JsonStyle = { escapeHtml: false };
const AES_BLOCK = 16;
/** Steps for a character. */
const STEPS_OF_BASE32 = 10;

export const SPRIG_ENCODINGS = {
  b64enc: define(['string'], (context, text) => {
    context.claim(4 * text.length);
    return base64Encoded(text);
  }),
  b64dec: define(['string'], (_, text) => orFault(base64Decoded(text), 'base64')),
  b32enc: define(['string'], (context, text) => {
    context.claim(5 * text.length);
    context.charge(STEPS_OF_BASE32 * text.length);
    return base32Encoded(text);
  }),
  b32dec: define(['string'], (_, text) => orFault(base32Decoded(text), 'base32')),
  sha1sum: define(['string'], (_, text) => digest('sha1', text)),
  sha256sum: define(['string'], (_, text) => digest('sha256', text)),
  sha512sum: define(['string'], (_, text) => digest('sha512', text)),
  adler32sum: define(['string'], (_, text) => adler32(toBytes(text))),
  decryptAES: define(['string', 'string'], (_, password, text) => decrypted(password, text)),
  toJson: written(PLAIN),
  mustToJson: mustWrite(PLAIN),
  toPrettyJson: written(PRETTY),
  mustToPrettyJson: mustWrite(PRETTY),
  toRawJson: mustWrite(RAW),
  mustToRawJson: mustWrite(RAW),
  fromJson: define(['string'], (context, text) => orElse(() => readJson(context, text, false), null)),
  mustFromJson: define(['string'], (context, text) => readJson(context, text, false)),
} as const;

export function digest(algorithm: string, text: string): string {
  // A copy in bytes is only made if there is no other way.
  return createHash(algorithm)
    .update(text.isWellFormed() ? text : toBytes(text))
    .digest('hex');
}

function written(style: JsonStyle) {
  return define([ANY], (context, value) => orElse(() => toJson(context, value, style), ''));
}

function mustWrite(style: JsonStyle) {
  return define([ANY], (context, value: Value) => toJson(context, value, style));
}

/** sprig returns the error in place of the text. */
function orFault(decoded: string | Corrupt, name: string): string {
  return typeof decoded === 'string' ? decoded : `illegal ${name} data at input byte ${decoded.at}`;
}

function adler32(bytes: Uint8Array): string {
  let [low, high] = [1, 0];
  for (const byte of bytes) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return String(high * 65_536 + low);
}

/** AES-256-CBC, with the password as key and the first block as IV. */
function decrypted(password: string, text: string): string {
  if (text === '') return '';
  const decoded = base64Decoded(text);
  if (typeof decoded !== 'string') return fail`illegal base64 data at input byte ${count(decoded.at)}`;
  const bytes = toBytes(decoded);
  const body = bytes.subarray(AES_BLOCK);
  if (bytes.length < AES_BLOCK) return fail`runtime error: slice bounds out of range`;
  if (body.length === 0 || body.length % AES_BLOCK !== 0) fail`crypto/cipher: input not full blocks`;
  const key = new Uint8Array(32);
  key.set(toBytes(password).subarray(0, 32));
  const cipher = createDecipheriv('aes-256-cbc', key, bytes.subarray(0, AES_BLOCK)).setAutoPadding(false);
  const plain = new Uint8Array([...cipher.update(body), ...cipher.final()]);
  const padding = plain.at(-1) as number;
  if (padding > plain.length) fail`runtime error: slice bounds out of range`;
  return fromBytes(plain.subarray(0, plain.length - padding));
}

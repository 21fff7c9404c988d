// A value becomes file bytes: a string as it is, anything else as JSON text, then taken out of the encoding
// the class names. It accepts exactly what Go's decoders accept; Node's own are far more lenient.
import { Buffer } from 'node:buffer';
import { MountError } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import type { Encoding } from '../plan/object-table.ts';
import type { PlanObject } from '../plan/plan.ts';
import { toGoJson } from './go-json.ts';
import { quoteName } from './key-hint.ts';

/** @throws MountError value-undecodable, which never quotes the value. */
export function encodeValue(object: PlanObject, value: JsonValue): Uint8Array {
  const text = typeof value === 'string' ? value : toGoJson(value);
  const bytes = DECODERS[object.encoding](text);
  if (bytes !== undefined) return bytes;
  throw new MountError(
    'value-undecodable',
    `the value of key ${quoteName(object.key ?? '')} in ${object.read.path} is not ${DESCRIPTIONS[object.encoding]}; set encoding to what the value is written in, or leave it out to mount the text itself`,
  );
}

const DECODERS: Record<Encoding, (text: string) => Uint8Array | undefined> = {
  'utf-8': (text) => Buffer.from(text, 'utf8'),
  base64: decodeBase64,
  hex: decodeHex,
};

const DESCRIPTIONS: Record<Encoding, string> = {
  'utf-8': 'text',
  base64: 'base64 (standard alphabet, with padding)',
  hex: 'hex (two digits per byte, nothing between)',
};

/** base64.StdEncoding: padding required, line breaks ignored, unused bits of the last digit not looked at. */
function decodeBase64(text: string): Uint8Array | undefined {
  const digits = text.replace(/[\r\n]+/g, '');
  const padding = digits.endsWith('==') ? 2 : digits.endsWith('=') ? 1 : 0;
  const isValid = digits.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(digits.slice(0, digits.length - padding));
  return isValid ? Buffer.from(digits, 'base64') : undefined;
}

function decodeHex(text: string): Uint8Array | undefined {
  const isValid = text.length % 2 === 0 && !/[^0-9a-fA-F]/.test(text);
  return isValid ? Buffer.from(text, 'hex') : undefined;
}

// consul-template's functions of texts, numbers in texts and regular expressions.
import { createHmac } from 'node:crypto';
import { define } from '../function.ts';
import { count, fail, type SafeText, safe } from '../safe-text.ts';
import { toBytes } from '../text.ts';
import { type CallContext, TypedInt, TypedMap } from '../value.ts';
import { base64Decoded, base64Encoded, base64UrlEncoded } from './base-text.ts';
import { type NumberFault, parseFloat64, parseSigned, parseUnsigned } from './go-number.ts';
import { joined, repeated, replaceAll, split, trimChars, trimPrefix, trimSuffix } from './go-text.ts';
import { expanded, Regex } from './regex.ts';
import { toLower, toUpper, trimSpace } from './runes.ts';
import { digest } from './sprig-encodings.ts';
import { int64 } from './sprig-numbers.ts';
import { eachCharacter, listOfTexts } from './sprig-strings.ts';
import { titleCase } from './title-case.ts';

const MAX_UINT64 = 2n ** 64n - 1n;
const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** Steps to map a character. */
const STEPS_OF_CHARACTER = 8;

export const AGENT_STRINGS = {
  base64Encode: define(['string'], (context, text) => {
    context.claim(4 * text.length);
    return base64Encoded(text);
  }),
  base64Decode: define(['string'], (_, text) => decoded(safe('base64Decode'), text, false)),
  base64URLEncode: define(['string'], (context, text) => {
    context.claim(4 * text.length);
    return base64UrlEncoded(text);
  }),
  base64URLDecode: define(['string'], (_, text) => decoded(safe('base64URLDecode'), text, true)),
  toLower: eachCharacter(STEPS_OF_CHARACTER, (text) => toLower(text)),
  toUpper: eachCharacter(STEPS_OF_CHARACTER, (text) => toUpper(text)),
  toTitle: eachCharacter(STEPS_OF_CHARACTER, (text) => titleCase(text)),
  trim: define(['string', 'string'], (_, cutset, text) => trimChars(text, cutset)),
  trimSpace: define(['string'], (_, text) => trimSpace(text)),
  trimPrefix: define(['string', 'string'], (_, prefix, text) => trimPrefix(text, prefix)),
  trimSuffix: define(['string', 'string'], (_, suffix, text) => trimSuffix(text, suffix)),
  replaceAll: define(['string', 'string', 'string'], (context, old, by, text) => replaceAll(context, text, old, by)),
  regexMatch: define(['string', 'string'], (context, pattern, text) => new Regex(context, pattern).test(text)),
  regexReplaceAll: define(['string', 'string', 'string'], (context, pattern, replacement, text) =>
    new Regex(context, pattern).replaceAll(text, (group) => expanded(replacement, group)),
  ),
  split: define(['string', 'string'], (context, separator, text) =>
    listOfTexts(context, items(context, separator, text)),
  ),
  splitToMap: define(['string', 'string', 'string'], (context, separator, colon, text) => {
    const pairs = items(context, separator, text).map((item) =>
      colon === '' ? ['', item] : split(context, item, colon, 2),
    );
    context.charge(4 * pairs.length);
    const whole = pairs.filter(([, value]) => value !== undefined) as [string, string][];
    return new TypedMap('map[string]string', whole);
  }),
  join: define(['string', '[]string'], (context, separator, texts) => joined(context, texts ?? [], separator)),
  indent: define(['int', 'string'], (context, spaces, text) => {
    if (spaces < 0n) return fail`indent value must be a positive integer`;
    const pad = repeated(context, ' ', spaces);
    const lines = text.split('\n');
    return joined(
      context,
      lines.map((line) => (line === '' ? '' : pad + line)),
      '\n',
    );
  }),
  parseBool: define(['string'], (_, text) => {
    if (TRUE.has(text)) return true;
    if (FALSE.has(text) || text === '') return false;
    return fail`parseBool: strconv.ParseBool: invalid syntax`;
  }),
  parseInt: define(['string'], (_, text) => int64(parsedInt(text))),
  parseUint: define(
    ['string'],
    (_, text) => new TypedInt('uint64', text === '' ? 0n : orFault(parseUnsigned(text, 10, MAX_UINT64), safe('Uint'))),
  ),
  parseFloat: define(['string'], (_, text) => (text === '' ? 0 : orFault(parseFloat64(text), safe('Float')))),
  md5sum: define(['string'], (_, text) => digest('md5', text)),
  sha256Hex: define(['string'], (_, text) => digest('sha256', text)),
  hmacSHA256Hex: define(['string', 'string'], (_, message, key) =>
    createHmac('sha256', toBytes(key)).update(toBytes(message)).digest('hex'),
  ),
} as const;

export function parsedInt(text: string): bigint {
  return text === '' ? 0n : orFault(parseSigned(text, 10), safe('Int'));
}

function orFault<T extends bigint | number>(value: T | NumberFault, what: SafeText): T {
  if (typeof value !== 'string') return value;
  return fail`parse${what}: strconv.Parse${what}: ${safe(value)}`;
}

function decoded(name: SafeText, text: string, isUrl: boolean): string {
  const result = base64Decoded(text, isUrl);
  return typeof result === 'string' ? result : fail`${name}: illegal base64 data at input byte ${count(result.at)}`;
}

/** Spaces around the whole are ignored; an empty text has no items. */
function items(context: CallContext, separator: string, text: string): string[] {
  const trimmed = trimSpace(text);
  return trimmed === '' ? [] : split(context, trimmed, separator);
}

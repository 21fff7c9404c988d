// sprig's functions of texts.
import { Buffer } from 'node:buffer';
import { define, defineVariadic } from '../function.ts';
import { quoted } from '../print/quoted.ts';
import { fail } from '../safe-text.ts';
import { fromBytes, toBytes } from '../text.ts';
import { type CallContext, TypedList, TypedMap, type Value } from '../value.ts';
import {
  byteSlice,
  includesText,
  indented,
  joined,
  length,
  repeated,
  replaceAll,
  split,
  trimChars,
  trimPrefix,
  trimSuffix,
} from './go-text.ts';
import {
  isLower,
  isUpper,
  lowerRune,
  SPACE,
  titleRune,
  toLower,
  toTitle,
  toUpper,
  trimSpace,
  upperRune,
} from './runes.ts';
import { TextBuilder } from './text-builder.ts';
import { printedOf, textOf } from './text-of.ts';
import { elementsOf } from './walk.ts';
import { camelCase, connectedCase } from './words.ts';

/** At a smaller width nothing but the dots would remain. */
const MIN_WIDTH = 4;
const MIN_WIDTH_OF_BOTH = 7;
const DOTS = '...';

/** Steps for a character: mapping it, and finding word ends. */
const STEPS_OF_MAPPING = 8;
const STEPS_OF_WORDS = 30;

export const SPRIG_STRINGS = {
  hello: define([], () => 'Hello!'),
  trim: define(['string'], (_, text) => trimSpace(text)),
  upper: eachCharacter(STEPS_OF_MAPPING, (text) => toUpper(text)),
  lower: eachCharacter(STEPS_OF_MAPPING, (text) => toLower(text)),
  title: eachCharacter(STEPS_OF_MAPPING, (text) => toTitle(text)),
  untitle: eachCharacter(STEPS_OF_MAPPING, (text) => untitled(text)),
  swapcase: eachCharacter(STEPS_OF_MAPPING, (text) => swapped(text)),
  camelcase: eachCharacter(STEPS_OF_WORDS, (text) => camelCase(text)),
  snakecase: eachCharacter(STEPS_OF_WORDS, (text) => connectedCase(text, '_')),
  kebabcase: eachCharacter(STEPS_OF_WORDS, (text) => connectedCase(text, '-')),
  nospace: define(['string'], (_, text) => withoutSpaces(text)),
  initials: define(['string'], (_, text) => initials(text)),
  abbrev: define(['int', 'string'], (_, width, text) => (width < MIN_WIDTH ? text : abbreviated(text, 0n, width))),
  abbrevboth: define(['int', 'int', 'string'], (_, left, right, text) =>
    right < MIN_WIDTH || (left > 0n && right < MIN_WIDTH_OF_BOTH) ? text : abbreviated(text, left, right),
  ),
  trunc: define(['int', 'string'], (_, count, text) => truncated(text, count)),
  substr: define(['int', 'int', 'string'], (_, start, end, text) => substring(text, start, end)),
  repeat: define(['int', 'string'], (context, count, text) => repeated(context, text, count)),
  replace: define(['string', 'string', 'string'], (context, old, by, text) => replaceAll(context, text, old, by)),
  trimAll: define(['string', 'string'], (_, cutset, text) => trimChars(text, cutset)),
  trimall: define(['string', 'string'], (_, cutset, text) => trimChars(text, cutset)),
  trimPrefix: define(['string', 'string'], (_, prefix, text) => trimPrefix(text, prefix)),
  trimSuffix: define(['string', 'string'], (_, suffix, text) => trimSuffix(text, suffix)),
  contains: define(['string', 'string'], (context, part, text) => includesText(context, text, part)),
  hasPrefix: define(['string', 'string'], (_, prefix, text) => text.startsWith(prefix)),
  hasSuffix: define(['string', 'string'], (_, suffix, text) => text.endsWith(suffix)),
  wrap: define(['int', 'string'], (context, width, text) => wrapped(context, text, width, '', false)),
  wrapWith: define(['int', 'string', 'string'], (context, width, separator, text) =>
    wrapped(context, text, width, separator, true),
  ),
  indent: define(['int', 'string'], (context, spaces, text) => indented(context, spaces, text)),
  nindent: define(['int', 'string'], (context, spaces, text) => `\n${indented(context, spaces, text)}`),
  plural: define(['string', 'string', 'int'], (_, one, many, count) => (count === 1n ? one : many)),
  quote: defineVariadic([], 'interface {}', (context, values) => {
    return joined(
      context,
      present(values).map((value) => quoted(textOf(context, value))),
      ' ',
    );
  }),
  squote: defineVariadic([], 'interface {}', (context, values) => {
    return joined(
      context,
      present(values).map((value) => `'${printedOf(context, value)}'`),
      ' ',
    );
  }),
  cat: defineVariadic([], 'interface {}', (context, values) => {
    return joined(
      context,
      present(values).map((value) => printedOf(context, value)),
      ' ',
    );
  }),
  toString: define(['interface {}'], (context, value) => textOf(context, value)),
  toStrings: define(['interface {}'], (context, value) => new TypedList('[]string', textsOf(context, value))),
  join: define(['string', 'interface {}'], (context, separator, value) =>
    joined(context, textsOf(context, value), separator),
  ),
  split: define(['string', 'string'], (context, separator, text) => numbered(context, split(context, text, separator))),
  splitn: define(['string', 'int', 'string'], (context, separator, count, text) =>
    numbered(context, split(context, text, separator, Number(count))),
  ),
  splitList: define(['string', 'string'], (context, separator, text) => {
    return listOfTexts(context, split(context, text, separator));
  }),
} as const;

/** A function that looks at each character by itself. */
export function eachCharacter(steps: number, map: (text: string) => string) {
  return define(['string'], (context, text) => {
    context.charge(text.length * steps);
    return map(text);
  });
}

export function listOfTexts(context: CallContext, texts: readonly string[]): TypedList {
  context.charge(texts.length);
  return new TypedList('[]string', texts);
}

/** What `join` and its like make of a value: each element as a text, nil left out. */
export function textsOf(context: CallContext, value: Value): string[] {
  const elements = elementsOf(value);
  if (elements === undefined) return value === null || value === undefined ? [] : [textOf(context, value)];
  context.charge(elements.length);
  return present(elements).map((element) => textOf(context, element));
}

function present(values: readonly Value[]): Value[] {
  return values.filter((value) => value !== null && value !== undefined);
}

/** `_0`, `_1`, ... */
function numbered(context: CallContext, parts: readonly string[]): TypedMap {
  context.charge(4 * parts.length);
  return new TypedMap(
    'map[string]string',
    parts.map((part, at) => [`_${at}`, part] as const),
  );
}

function truncated(text: string, count: bigint): string {
  const size = BigInt(length(text));
  if (count < 0n) return size + count > 0n ? byteSlice(text, Number(size + count)) : text;
  return size > count ? byteSlice(text, 0, Number(count)) : text;
}

function substring(text: string, start: bigint, end: bigint): string {
  const size = BigInt(length(text));
  const [from, to] = start < 0n ? [0n, end] : [start, end < 0n || end > size ? size : end];
  if (to < 0n || to > size || from > to) fail`runtime error: slice bounds out of range`;
  return byteSlice(text, Number(from), Number(to));
}

/** Cut by bytes, as Go does before it adds the dots. */
function abbreviated(text: string, left: bigint, width: bigint): string {
  const size = BigInt(length(text));
  if (size <= width) return text;
  const room = width - BigInt(DOTS.length);
  let offset = left > size ? size : left;
  if (size - offset < room) offset = size - room;
  if (offset <= 4n) return byteSlice(text, 0, Number(room)) + DOTS;
  if (offset + room >= size) return DOTS + byteSlice(text, Number(size - room));
  const rest = byteSlice(text, Number(offset));
  return DOTS + (room < MIN_WIDTH ? rest : abbreviated(rest, 0n, room));
}

/** The first letter of each word in lower case. */
function untitled(text: string): string {
  let isStart = true;
  return Array.from(text.toWellFormed(), (char) => {
    if (SPACE.test(char)) {
      isStart = true;
      return char;
    }
    const mapped = isStart ? lowerRune(char) : char;
    isStart = false;
    return mapped;
  }).join('');
}

function swapped(text: string): string {
  let isStart = true;
  return Array.from(text.toWellFormed(), (char) => {
    if (isUpper(char) || /^\p{Lt}$/u.test(char)) {
      isStart = false;
      return lowerRune(char);
    }
    if (isLower(char)) {
      const mapped = isStart ? titleRune(char) : upperRune(char);
      isStart = false;
      return mapped;
    }
    isStart = SPACE.test(char);
    return char;
  }).join('');
}

const SPACES = new RegExp(SPACE, 'g');

/** Each byte counts as a Latin-1 character, as in both of these Go functions. */
function withoutSpaces(text: string): string {
  const bytes = toBytes(text).toString('latin1');
  const kept = bytes.replace(SPACES, '');
  return kept.length === bytes.length ? text : kept;
}

function initials(text: string): string {
  const chars = [...toBytes(text).toString('latin1')];
  return chars.filter((char, at) => !SPACE.test(char) && (at === 0 || SPACE.test(chars[at - 1] as string))).join('');
}

/** Lines of at most `width` bytes, broken at spaces. */
function wrapped(context: CallContext, text: string, width: bigint, separator: string, cutsWords: boolean): string {
  const bytes = toBytes(text).toString('latin1');
  const size = Math.max(1, Number(width));
  const line = toBytes(separator === '' ? '\n' : separator).toString('latin1');
  const out = new TextBuilder(context);
  let at = 0;
  while (bytes.length - at > size) {
    if (bytes[at] === ' ') {
      at += 1;
      continue;
    }
    context.charge(1);
    const space = bytes.slice(at, at + size + 1).lastIndexOf(' ');
    const next = space < 0 && !cutsWords ? bytes.indexOf(' ', at + size) : -1;
    if (space < 0 && !cutsWords && next < 0) break;
    const end = space >= 0 ? at + space : cutsWords ? at + size : next;
    out.add(bytes.slice(at, end));
    out.add(line);
    at = space < 0 && cutsWords ? end : end + 1;
  }
  out.add(bytes.slice(at));
  return fromBytes(Buffer.from(out.text(), 'latin1'));
}

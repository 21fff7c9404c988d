// JSON texts as nobody writes them, from a seed: odd spaces, equal keys, every escape, half pairs, numbers no double
// holds, bytes that are not UTF-8; and texts broken in one place.
import { Buffer } from 'node:buffer';
import type { Random } from '../plan/random.ts';

export const KEYS = ['a', 'b', '', 'data', '__proto__', 'toString', '10', '9', 'é', '\ue000', '\u{1f600}', '<', '\n'];
const NUMBERS = ['0', '-0', '1', '10', '1.10', '1e3', '-1E+07', '12345678901234567890', '1E400', '0.0', '1e-7'];
const PIECES = ['x', 'é', '\u{1f600}', '\u2028', '<', '&', '/', '\u007f', '\ue000', '\u20ac', 'long '.repeat(20)];
const ESCAPES = ['\\n', '\\"', '\\\\', '\\/', '\\b', '\\f', '\\r', '\\t', '\\u0000', '\\u001F', '\\u00e9', '\\u2029'];
const PAIRS = ['\\ud83d\\ude00', '\\uD83D\\uDE00', '\\u003c', '\\u0041', '\\uffff', '\\ufeff'];
export const HALVES = ['\\ud800', '\\udc00', '\\ud800x', '\\ud800\\n', '\\ud800\\u0041', '\\ud800\\ud800\\udc00'];
const SPACES = ['', '', '', ' ', '\n', '\t', '\r', ' \n '];
const BREAKS = [
  '',
  ',',
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ':',
  '-',
  '.',
  'e',
  '+',
  '0',
  '1',
  '\u0000',
  '\u001f',
  'u',
  'nul',
];

export function makeJson(random: Random): string {
  const text = value(random, 5);
  return random.oneIn(3) ? space(random) + text + space(random) : text;
}

/** The same with something cut out, put in or put elsewhere. */
export function makeBroken(random: Random): Buffer {
  const bytes = Buffer.from(makeJson(random));
  const at = random.below(bytes.length + 1);
  const rest = bytes.subarray(Math.min(bytes.length, at + random.below(3)));
  const put = random.oneIn(4) ? Buffer.from([random.below(256)]) : Buffer.from(random.pick(BREAKS));
  return Buffer.concat([bytes.subarray(0, at), put, rest]);
}

function value(random: Random, depth: number): string {
  const kind = random.below(depth > 0 ? 9 : 5);
  if (kind === 0) return random.pick(['true', 'false', 'null']);
  if (kind <= 2) return random.pick(NUMBERS);
  if (kind <= 4) return string(random, HALVES);
  const members = Array.from({ length: random.size(30) }, () => {
    const child = space(random) + value(random, depth - 1) + space(random);
    return kind === 5 ? child : `${space(random)}${key(random)}${space(random)}:${child}`;
  });
  if (members.length === 0) return kind === 5 ? `[${space(random)}]` : `{${space(random)}}`;
  return kind === 5 ? `[${members.join()}]` : `{${members.join()}}`;
}

/**
 * Without half pairs: two keys that differ in those are one key in UTF-8, which a test of its own shows. Without a
 * backslash: once JSON.parse of Node 26 has seen an object whose second key is a backslash, it takes the next object's
 * second key for one whenever that starts with an escape.
 */
function key(random: Random): string {
  if (random.oneIn(4)) return string(random, []).replaceAll('\\\\', '');
  const text = JSON.stringify(random.pick(KEYS));
  return random.oneIn(3)
    ? text.replace(/[a-z]/, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : text;
}

function string(random: Random, halves: readonly string[]): string {
  const kinds = [PIECES, PIECES, ESCAPES, PAIRS, ...(halves.length === 0 ? [] : [halves])];
  const pieces = Array.from({ length: random.size(30) }, () => random.pick(random.pick(kinds)));
  return `"${pieces.join('')}"`;
}

function space(random: Random): string {
  return random.pick(SPACES);
}

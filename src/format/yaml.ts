// YAML that readers of 1.1 and 1.2 parse alike: block style, every text in double quotes. ASCII control characters, and
// characters that readers refuse or fold, are escaped. Numbers keep their digits.
import { Buffer } from 'node:buffer';
import { Containers } from '../json-text/containers.ts';
import type { JsonText } from '../json-text/json-text.ts';
import { type Members, membersOf } from '../json-text/members.ts';
import {
  BACKSLASH,
  CLOSE_LIST,
  CLOSE_OBJECT,
  endOfScalar,
  endOfString,
  isOpening,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  SPACE,
  skipSpace,
} from '../json-text/scan.ts';
import type { Sink } from '../json-text/sink.ts';
import { escapedPoint, escapeLength, putPoint } from '../json-text/string.ts';
import { pointAt, pointLength } from './utf8.ts';

const LINE_FEED = 0x0a;
const INDENT = 2;
/** Readers need a longer key (over 1,024 characters) marked with `?`. An escape has up to 6 bytes. */
const LONGEST_PLAIN_KEY = 1024 / 6;

export function writeYaml({ bytes, start }: JsonText, sink: Sink): void {
  const containers = new Containers(bytes, start);
  const open: Members[] = [];
  writeStart(bytes, start, 0, containers, open, sink);
  for (let members = open.at(-1); members !== undefined; members = open.at(-1)) {
    if (!members.next()) {
      open.pop();
      continue;
    }
    indent(open.length - 1, sink);
    if (members.isObject) writeKey(bytes, members.key, open.length - 1, sink);
    else sink.byte(DASH);
    writeStart(bytes, members.value, members.number, containers, open, sink);
  }
}

const DASH = 0x2d;
const SPACES = Buffer.alloc(1024, SPACE);

function indent(depth: number, sink: Sink): void {
  for (let left = depth * INDENT; left > 0; left -= SPACES.length) sink.copy(SPACES, 0, Math.min(left, SPACES.length));
}

function writeKey(bytes: Buffer, quote: number, depth: number, sink: Sink): void {
  const isLong = endOfString(bytes, quote) - quote > LONGEST_PLAIN_KEY;
  if (isLong) sink.ascii('? ');
  writeText(bytes, quote, sink);
  if (isLong) {
    sink.byte(LINE_FEED);
    indent(depth, sink);
  }
  sink.ascii(':');
}

/** Writes a scalar or an empty collection to the end of its line; the members of any other collection are put on `open`. */
function writeStart(
  bytes: Buffer,
  at: number,
  number: number,
  containers: Containers,
  open: Members[],
  sink: Sink,
): void {
  const byte = bytes[at] as number;
  const isMember = open.length > 0;
  if (isOpening(byte) && !isEmpty(bytes, at)) {
    if (isMember) sink.byte(LINE_FEED);
    open.push(membersOf(bytes, at, number, containers));
    return;
  }
  if (isMember) sink.byte(SPACE);
  if (byte === OPEN_OBJECT) sink.ascii('{}');
  else if (byte === OPEN_LIST) sink.ascii('[]');
  else if (byte === QUOTE) writeText(bytes, at, sink);
  else writePlain(bytes, at, endOfScalar(bytes, at), sink);
  sink.byte(LINE_FEED);
}

function isEmpty(bytes: Buffer, at: number): boolean {
  const first = bytes[skipSpace(bytes, at + 1)];
  return first === CLOSE_OBJECT || first === CLOSE_LIST;
}

const POINT = 0x2e;
const PLUS = 0x2b;

/** A number or a word. Readers of 1.1 accept an exponent only after a fraction, and with a sign. */
function writePlain(bytes: Buffer, from: number, to: number, sink: Sink): void {
  const digits = bytes[from] === DASH ? from + 1 : from;
  const isNumber = (bytes[digits] as number) <= 0x39;
  const letter = isNumber ? exponentIn(bytes, digits, to) : -1;
  if (letter === -1) {
    sink.copy(bytes, from, to);
    return;
  }
  sink.copy(bytes, from, letter);
  if (!bytes.subarray(from, letter).includes(POINT)) sink.ascii('.0');
  sink.byte(bytes[letter] as number);
  const sign = bytes[letter + 1];
  if (sign !== PLUS && sign !== DASH) sink.byte(PLUS);
  sink.copy(bytes, letter + 1, to);
}

/** Index of its `e`; -1 if there is none. */
function exponentIn(bytes: Buffer, from: number, to: number): number {
  for (let at = from; at < to; at += 1) if (((bytes[at] as number) | 0x20) === 0x65) return at;
  return -1;
}

/** Bytes that need a look: escapes, DEL, and lead bytes of characters of which some are escaped. */
const SPECIAL = new Uint8Array(256);
for (const byte of [BACKSLASH, 0x7f, 0xc2, 0xe2, 0xef]) SPECIAL[byte] = 1;

/** @param quote where the text starts */
function writeText(bytes: Buffer, quote: number, sink: Sink): void {
  const end = endOfString(bytes, quote) - 1;
  let copied = quote;
  for (let at = quote + 1; at < end; ) {
    const byte = bytes[at] as number;
    if (SPECIAL[byte] === 0) {
      at += 1;
      continue;
    }
    const isEscape = byte === BACKSLASH;
    const point = isEscape ? escapedPoint(bytes, at) : pointAt(bytes, at);
    const length = isEscape ? escapeLength(bytes, at, point) : pointLength(byte);
    if (isEscape || isEscaped(point)) {
      sink.copy(bytes, copied, at);
      writePoint(point, sink);
      copied = at + length;
    }
    at += length;
  }
  sink.copy(bytes, copied, end + 1);
}

const LETTERS = new Map([
  [0x22, '\\"'],
  [0x5c, '\\\\'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
]);

const scratch = Buffer.alloc(4);

function writePoint(point: number, sink: Sink): void {
  const letter = LETTERS.get(point);
  if (letter !== undefined) sink.ascii(letter);
  else if (!isEscaped(point)) sink.copy(scratch, 0, putPoint(scratch, 0, point));
  else if (point > 0xff) sink.ascii(`\\u${point.toString(16).padStart(4, '0')}`);
  else sink.ascii(`\\x${point.toString(16).padStart(2, '0')}`);
}

/** Control characters, line breaks of YAML 1.1, the byte order mark and noncharacters are escaped. */
function isEscaped(point: number): boolean {
  if (point < 0xa0) return point < SPACE || point >= 0x7f;
  return (point | 1) === 0x2029 || point === 0xfeff || (point | 1) === 0xffff;
}

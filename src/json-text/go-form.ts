// A value as Go's encoding/json writes it, which is what the providers before us mount: no spaces, keys in the order of
// their UTF-8 bytes, numbers exactly as the store sent them, HTML's characters escaped, half a surrogate pair as U+FFFD.
import { Buffer } from 'node:buffer';
import { Containers } from './containers.ts';
import type { JsonText } from './json-text.ts';
import { hasKeysInOrder } from './key-order.ts';
import { type Members, membersOf } from './members.ts';
import {
  BACKSLASH,
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  endOfScalar,
  endOfString,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  SPACE,
  skipSpace,
} from './scan.ts';
import { Sink } from './sink.ts';
import { escapedPoint, escapeLength, putPoint } from './string.ts';

export function writeGoForm(value: Pick<JsonText, 'bytes' | 'start' | 'end'>, sink: Sink): void {
  const { bytes, start } = value;
  if (hasKeysInOrder(bytes, start)) writeInTextOrder(value, sink);
  else writeInKeyOrder(bytes, start, sink);
}

/** All but spaces and strings is copied as it stands. */
function writeInTextOrder({ bytes, start, end }: Pick<JsonText, 'bytes' | 'start' | 'end'>, sink: Sink): void {
  let copied = start;
  for (let at = start; at < end; ) {
    const byte = bytes[at] as number;
    if (byte !== QUOTE && byte > SPACE) {
      at += 1;
      continue;
    }
    sink.copy(bytes, copied, at);
    if (byte === QUOTE) writeString(bytes, at, sink);
    at = byte === QUOTE ? endOfString(bytes, at) : skipSpace(bytes, at);
    copied = at;
  }
  sink.copy(bytes, copied, end);
}

function writeInKeyOrder(bytes: Buffer, start: number, sink: Sink): void {
  const containers = new Containers(bytes, start);
  const open: Members[] = [];
  writeStart(bytes, start, 0, containers, open, sink);
  for (let members = open.at(-1); members !== undefined; members = open.at(-1)) {
    const isFirst = members.value === -1;
    if (!members.next()) {
      open.pop();
      sink.byte(members.isObject ? CLOSE_OBJECT : CLOSE_LIST);
      continue;
    }
    if (!isFirst) sink.byte(COMMA);
    if (members.isObject) {
      writeString(bytes, members.key, sink);
      sink.byte(COLON);
    }
    writeStart(bytes, members.value, members.number, containers, open, sink);
  }
}

/** A scalar whole; of an object or list the bracket, and its members wait in `open`. */
function writeStart(
  bytes: Buffer,
  at: number,
  number: number,
  containers: Containers,
  open: Members[],
  sink: Sink,
): void {
  const byte = bytes[at] as number;
  if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
    sink.byte(byte);
    open.push(membersOf(bytes, at, number, containers));
  } else if (byte === QUOTE) writeString(bytes, at, sink);
  else sink.copy(bytes, at, endOfScalar(bytes, at));
}

/** Bytes that are not simply copied: escapes, HTML's characters, and the first of U+2028 and U+2029. */
const SPECIAL = new Uint8Array(256);
for (const char of '\\<>&') SPECIAL[char.charCodeAt(0)] = 1;
SPECIAL[0xe2] = 1;

/** Escapes of one letter, by the character. Go has those of \b and \f since 1.22. */
const LETTERS = new Map([
  [0x22, 0x22],
  [0x5c, 0x5c],
  [0x08, 0x62],
  [0x0c, 0x66],
  [0x0a, 0x6e],
  [0x0d, 0x72],
  [0x09, 0x74],
]);

/** @param quote where the string starts */
export function writeString(bytes: Buffer, quote: number, sink: Sink): void {
  const end = endOfString(bytes, quote) - 1;
  let copied = quote;
  for (let at = quote + 1; at < end; ) {
    const byte = bytes[at] as number;
    if (SPECIAL[byte] === 0) {
      at += 1;
      continue;
    }
    const point = pointAt(bytes, at, byte);
    if (point === -1) {
      at += 1;
      continue;
    }
    sink.copy(bytes, copied, at);
    at += byte === BACKSLASH ? escapeLength(bytes, at, point) : byte === 0xe2 ? 3 : 1;
    copied = at;
    writePoint(point, sink);
  }
  sink.copy(bytes, copied, end + 1);
}

/** The character at `at`; -1 if it is one that only starts like U+2028. */
function pointAt(bytes: Buffer, at: number, byte: number): number {
  if (byte === BACKSLASH) return escapedPoint(bytes, at);
  if (byte !== 0xe2) return byte;
  const last = bytes[at + 2] as number;
  return bytes[at + 1] === 0x80 && (last === 0xa8 || last === 0xa9) ? 0x2000 + (last & 0x3f) : -1;
}

const scratch = Buffer.alloc(4);

function writePoint(point: number, sink: Sink): void {
  const letter = LETTERS.get(point);
  if (letter !== undefined) {
    sink.byte(BACKSLASH);
    sink.byte(letter);
  } else if (point < 0x20 || point === 0x3c || point === 0x3e || point === 0x26 || (point | 1) === 0x2029)
    writeDigits(point, sink);
  else sink.copy(scratch, 0, putPoint(scratch, 0, point));
}

const HEX = Buffer.from('0123456789abcdef');

function writeDigits(point: number, sink: Sink): void {
  sink.ascii('\\u');
  for (let shift = 12; shift >= 0; shift -= 4) sink.byte(HEX[(point >> shift) & 0xf] as number);
}

/** Stands for a text that grew beyond `mostBytes`. */
export class TooLong extends Error {}

/** What `write` writes, in one piece. @throws TooLong */
export function collect(mostBytes: number, write: (sink: Sink) => void): Buffer {
  const pieces: Buffer[] = [];
  let length = 0;
  const sink = new Sink((page) => {
    length += page.length;
    if (length > mostBytes) throw new TooLong('the text is too long');
    pieces.push(Buffer.from(page));
  });
  write(sink);
  sink.flush();
  return Buffer.concat(pieces, length);
}

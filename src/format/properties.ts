// A file that Java's `Properties` loads alike from bytes and characters: ASCII only, all else as UTF-16 escapes.
import { Buffer } from 'node:buffer';
import type { JsonText } from '../json-text/json-text.ts';
import type { Sink } from '../json-text/sink.ts';
import { fieldsOf } from './fields.ts';
import { pointAt, pointLength } from './utf8.ts';

const SPACE = 0x20;
const TILDE = 0x7e;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;

const LETTERS = new Map([
  [0x09, 0x74],
  [0x0a, 0x6e],
  [0x0c, 0x66],
  [0x0d, 0x72],
]);
/** They end a key, or begin a comment. */
const OF_KEYS = new Set([...' :=#!\\'].map((char) => char.charCodeAt(0)));
const OF_VALUES = new Set([BACKSLASH]);

/** @throws Unfit, TooLong */
export function writeProperties(data: JsonText, mostBytes: number, sink: Sink): void {
  for (const [key, text] of fieldsOf(data, mostBytes)) {
    writeEscaped(Buffer.from(key), 0, OF_KEYS, sink);
    sink.ascii('=');
    // Spaces before a value are skipped, unless the first is escaped.
    if (text[0] === SPACE) sink.ascii('\\ ');
    writeEscaped(text, text[0] === SPACE ? 1 : 0, OF_VALUES, sink);
    sink.byte(LINE_FEED);
  }
}

function writeEscaped(text: Buffer, start: number, special: ReadonlySet<number>, sink: Sink): void {
  for (let at = start; at < text.length; ) {
    const byte = text[at] as number;
    if (byte < SPACE || byte > TILDE) {
      const point = pointAt(text, at);
      writePoint(point, sink);
      at += pointLength(byte);
      continue;
    }
    if (byte === BACKSLASH || special.has(byte)) sink.byte(BACKSLASH);
    sink.byte(byte);
    at += 1;
  }
}

function writePoint(point: number, sink: Sink): void {
  const letter = LETTERS.get(point);
  if (letter !== undefined) {
    sink.byte(BACKSLASH);
    sink.byte(letter);
    return;
  }
  const text = String.fromCodePoint(point);
  for (let i = 0; i < text.length; i += 1) sink.ascii(`\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`);
}

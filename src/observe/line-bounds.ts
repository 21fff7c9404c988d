// A log line of any fact within one bound: long texts are cut and long lists counted, first a little, then as far as
// it takes. What most lines hold stays as it is.
import { Buffer } from 'node:buffer';
import type { LogFields, LogLine } from './log-line.ts';

/** A container runtime cuts longer lines into parts (CRI), which no reader of JSON puts together. */
export const LONGEST_LINE_BYTES = 16 * 1024;
/**
 * Bounds of each text and each list: the longest message of a mount fits (4 KiB), and in the end a line of any number
 * of fields that we state, each character of it escaped.
 */
const ROOM_CHARS = [4_096, 512, 64];

/** @param format escapes as well, which makes a text longer. */
export function formatWithin(line: LogLine, format: (line: LogLine) => string): string {
  let text = '';
  for (const chars of ROOM_CHARS) {
    text = format(shorten(line, chars));
    if (Buffer.byteLength(text) <= LONGEST_LINE_BYTES) break;
  }
  return text;
}

function shorten(line: LogLine, chars: number): LogLine {
  const { msg, fields } = line;
  if (isShort(line, chars)) return line;
  const shortened: Record<string, LogFields[string]> = {};
  for (const [name, value] of Object.entries(fields)) shortened[name] = shortenValue(value, chars);
  return { msg: cut(msg, chars), fields: shortened };
}

function isShort({ msg, fields }: LogLine, chars: number): boolean {
  if (msg.length > chars) return false;
  for (const name in fields) if (shortenValue(fields[name], chars) !== fields[name]) return false;
  return true;
}

function shortenValue(value: LogFields[string], chars: number): LogFields[string] {
  if (typeof value === 'string') return cut(value, chars);
  return typeof value === 'object' ? shortenList(value, chars) : value;
}

function shortenList(list: readonly string[], chars: number): readonly string[] {
  let room = chars;
  const count = list.findIndex((text) => {
    room -= text.length;
    return room < 0;
  });
  return count < 0 ? list : [...list.slice(0, count), `and ${list.length - count} more`];
}

function cut(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars)}...`;
}

// Somebody else's text on a line of ours, in an event, a log or a terminal: what moves a cursor, turns the direction
// of the text, is invisible, or is taken by a CI server for a command is escaped. Everything that leaves goes through
// here; the escapes are JSON's, so that a JSON text stays the same document.

import { INVISIBLE } from './invisible.ts';

/** Control (C0, C1), half characters; the second of `##`. */
const UNSAFE = /[\p{Cc}\p{Cs}]|(?<=#)#/gv;
/** GitHub takes a line that begins with `::` for a command; Azure and TeamCity one that has `##` anywhere. */
const LEADING_COLON = /^(\s*):/;

/** As one line. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escapeUnits).replace(INVISIBLE, escapeUnits).replace(LEADING_COLON, '$1\\u003a');
}

/** For a text whose line ends are ours: each line by itself. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

function escapeUnits(char: string): string {
  let escaped = '';
  for (let at = 0; at < char.length; at++) escaped += `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return escaped;
}

/** A longer name is cut: enough to recognise it by, and ten of them stay under 1 KiB. */
const LONGEST_NAME = 64;

/** On one line, with what a terminal could take for a command escaped. */
export function quoteName(name: string): string {
  return printable(JSON.stringify(name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}...` : name));
}

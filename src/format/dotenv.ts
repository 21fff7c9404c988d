// Assignments that a POSIX shell reads: with `. FILE` it has every byte. Between single quotes a shell takes all as it
// stands; the quote itself is written outside of them.
import type { Buffer } from 'node:buffer';
import type { JsonText } from '../json-text/json-text.ts';
import type { Sink } from '../json-text/sink.ts';
import { quoteName } from '../printable.ts';
import { fieldsOf } from './fields.ts';
import { Unfit } from './unfit.ts';

const QUOTE = 0x27;
const EQUALS = 0x3d;
const LINE_FEED = 0x0a;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Variables of the shell itself: it refuses to set them, warns, or changes them on its own. */
const KEPT_BY_SHELLS = new Set(
  [
    '_ BASHOPTS BASHPID BASH_ARGC BASH_ARGV BASH_ARGV0 BASH_COMMAND BASH_COMPAT BASH_LINENO BASH_MONOSECONDS BASH_SOURCE',
    'BASH_SUBSHELL BASH_TRAPSIG BASH_VERSINFO BASH_XTRACEFD DIRSTACK EPOCHREALTIME EPOCHSECONDS EUID FUNCNAME GROUPS',
    'HISTCMD LINENO OPTIND PPID RANDOM SECONDS SHELLOPTS SRANDOM UID',
  ].flatMap((line) => line.split(' ')),
);

/** @throws Unfit, TooLong */
export function writeDotenv(data: JsonText, mostBytes: number, sink: Sink): void {
  for (const [key, text] of fieldsOf(data, mostBytes)) {
    checkName(key);
    if (text.includes(0))
      throw new Unfit(`the value of key ${quoteName(key)} holds a NUL byte, which no shell keeps; ${MOUNT_ALONE}`);
    sink.ascii(key);
    sink.byte(EQUALS);
    writeQuoted(text, sink);
    sink.byte(LINE_FEED);
  }
}

const MOUNT_ALONE = 'mount it as a file of its own, with secretKey';

function checkName(key: string): void {
  if (!NAME.test(key))
    throw new Unfit(
      `key ${quoteName(key)} is no name in a shell (letters, digits and _, no digit first); rename it in the store, or choose another format`,
    );
  if (KEPT_BY_SHELLS.has(key))
    throw new Unfit(
      `key ${quoteName(key)} is a variable that shells set themselves; rename it in the store, or choose another format`,
    );
}

function writeQuoted(text: Buffer, sink: Sink): void {
  sink.byte(QUOTE);
  let copied = 0;
  for (let at = text.indexOf(QUOTE); at !== -1; at = text.indexOf(QUOTE, at + 1)) {
    sink.copy(text, copied, at);
    sink.ascii("'\\''");
    copied = at + 1;
  }
  sink.copy(text, copied, text.length);
  sink.byte(QUOTE);
}

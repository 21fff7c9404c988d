// Text of a pod's author, made fit for a one-line message: control and invisible characters escaped, cut
// to a sane length. Every foreign word in a refusal or warning goes through here.

import { printable } from './printable.ts';

/** Longest foreign text shown; an event has room for several problems only if each stays short. */
const LONGEST_CHARS = 80;
/** What ends or bends a quotation. */
const QUOTING = /["\\]/g;

export function quote(text: string): string {
  const shown = text.length > LONGEST_CHARS ? `${text.slice(0, LONGEST_CHARS)}...` : text;
  return printable(`"${shown.replace(QUOTING, '\\$&')}"`);
}

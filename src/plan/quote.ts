// Text of a pod's author, made fit for a one-line message: control and invisible characters escaped, cut
// to a sane length. Every foreign word in a refusal or warning goes through here.

/** Longest foreign text shown; an event has room for several mistakes only if each stays short. */
const LONGEST_CHARS = 80;
/** Control, format, surrogate and line-separating characters, and the two that end or bend a quotation. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}"\\]/gu;

export function quote(text: string): string {
  const shown = text.length > LONGEST_CHARS ? `${text.slice(0, LONGEST_CHARS)}...` : text;
  return `"${shown.replace(UNSAFE, escapeChar)}"`;
}

function escapeChar(char: string): string {
  if (char === '"' || char === '\\') return `\\${char}`;
  return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
}

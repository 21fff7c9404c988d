// Texts as Go's package strings handles them: cut and counted by bytes.
import { fail } from '../safe-text.ts';
import { byteLength, fromBytes, normalized, toBytes } from '../text.ts';
import type { CallContext } from '../value.ts';
import { isAscii } from './runes.ts';
import { Search } from './search.ts';

/** Comparisons per step. */
const CHARACTERS_OF_STEP = 64;

/** `text[start:end]` by bytes. */
export function byteSlice(text: string, start: number, end?: number): string {
  if (isAscii(text)) return text.slice(start, end);
  return fromBytes(toBytes(text).subarray(start, end));
}

export function repeated(context: CallContext, text: string, count: bigint): string {
  if (count < 0n) fail`strings: negative Repeat count`;
  if (text === '') return '';
  context.claim(Number(count) * text.length);
  return normalized(text.repeat(Number(count)));
}

/** strings.Contains */
export function includesText(context: CallContext, text: string, part: string): boolean {
  context.charge(searchSteps(text, part));
  return new Search(part).in(text) >= 0;
}

/** strings.Split, or SplitN with a limit; with an empty separator, the characters. */
export function split(context: CallContext, text: string, separator: string, limit = -1): string[] {
  if (limit === 0) return [];
  if (separator === '') return splitRunes(text, limit);
  context.charge(searchSteps(text, separator));
  const search = new Search(separator);
  const parts: string[] = [];
  let from = 0;
  for (let at = search.in(text); at >= 0 && parts.length !== limit - 1; at = search.in(text, from)) {
    parts.push(text.slice(from, at));
    from = at + separator.length;
  }
  parts.push(text.slice(from));
  return parts;
}

/** Worst case: a short separator is tried at each position. */
function searchSteps(text: string, part: string): number {
  return (text.length * Math.min(part.length, CHARACTERS_OF_STEP)) / CHARACTERS_OF_STEP + part.length;
}

function splitRunes(text: string, limit: number): string[] {
  const chars = [...text];
  if (limit < 0 || chars.length <= limit) return chars;
  return [...chars.slice(0, limit - 1), chars.slice(limit - 1).join('')];
}

/** strings.ReplaceAll; an empty `old` stands before each character and at the end. */
export function replaceAll(context: CallContext, text: string, old: string, replacement: string): string {
  if (old === '' && text === '') return replacement;
  if (old.length === 1) return replacedOne(context, text, old, replacement);
  const parts = old === '' ? ['', ...text, ''] : split(context, text, old);
  return joined(context, parts, replacement);
}

/** Without a list of parts, which may be as many as the characters. */
function replacedOne(context: CallContext, text: string, old: string, replacement: string): string {
  let count = 0;
  for (let at = text.indexOf(old); at >= 0; at = text.indexOf(old, at + 1)) count += 1;
  context.claim(text.length + count * (replacement.length - 1));
  context.charge(count);
  return normalized(text.replaceAll(old, replacement.replaceAll('$', '$$$$')));
}

/** strings.Trim: all characters of `cutset` at both ends. */
export function trimChars(text: string, cutset: string): string {
  const cut = new Set(cutset);
  const chars = [...text];
  let start = 0;
  let end = chars.length;
  while (start < end && cut.has(chars[start] as string)) start += 1;
  while (end > start && cut.has(chars[end - 1] as string)) end -= 1;
  return chars.slice(start, end).join('');
}

export function trimPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

export function trimSuffix(text: string, suffix: string): string {
  return text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text;
}

/** Spaces before each line. */
export function indented(context: CallContext, spaces: bigint, text: string): string {
  const pad = repeated(context, ' ', spaces);
  return pad + replaceAll(context, text, '\n', `\n${pad}`);
}

export function joined(context: CallContext, parts: readonly string[], separator: string): string {
  let length = separator.length * parts.length;
  for (const part of parts) length += part.length;
  context.claim(length);
  return normalized(parts.join(separator));
}

/** Number of bytes, without a copy if the text is ASCII. */
export function length(text: string): number {
  return isAscii(text) ? text.length : byteLength(text);
}

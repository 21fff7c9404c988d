// What an error says about the keys a secret does have: the one that was probably meant, else their names.
// Names only, never values; a secret's key names are what `metadata` and `subkeys` of the store show as well.
import { nearest } from '../nearest.ts';

/** More names than this help nobody find a typing mistake, and the message shares 4 KiB with other objects. */
const MOST_NAMES = 10;
/** A longer name is cut: enough to recognise it by, and ten of them stay under 1 KiB. */
const LONGEST_NAME = 64;
/** Names compared with the wanted one: 200 of 64 letters cost about a millisecond, a secret may hold 100,000. */
const MOST_COMPARED = 200;

/** Names that are looked at: a secret may hold 500,000. */
export const MOST_KEYS = 1_000;

/** `"pasword"; did you mean "password"?` or `"x"; it has "a", "b" and 3 more`. */
export function describeKeys(wanted: string, names: readonly string[], count = names.length): string {
  const quoted = quoteName(wanted);
  if (count === 0) return `${quoted}; it has no keys at all`;
  const sorted = names.toSorted();
  const near = nearest(wanted, sorted.slice(0, MOST_COMPARED));
  if (near !== undefined) return `${quoted}; did you mean ${quoteName(near)}?`;
  const shown = sorted.slice(0, MOST_NAMES).map(quoteName);
  const left = count - shown.length;
  if (left > 0) return `${quoted}; it has ${shown.join(', ')} and ${left} more`;
  const last = shown.pop();
  return `${quoted}; it has ${shown.length === 0 ? last : `${shown.join(', ')} and ${last}`}`;
}

/** On one line, with what a terminal could take for a command escaped. */
export function quoteName(name: string): string {
  const cut = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}...` : name;
  return JSON.stringify(cut).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

// What an error says about the keys a secret does have: the one that was probably meant, else their names.
// Names only, never values; a secret's key names are what `metadata` and `subkeys` of the store show as well.
import type { KeyHints, KeyNames } from '../fetch/ports.ts';
import { describeDifference } from '../invisible.ts';
import { nearest } from '../nearest.ts';
import { quoteName } from '../printable.ts';

/** More names do not help to find a typing error, and the message shares 4 KiB with other objects. */
const MOST_NAMES = 10;
/** Names compared with the wanted one; a secret may hold 100,000. */
const MOST_COMPARED = 200;
/** Names that are looked at: a secret may hold 500,000. */
const MOST_KEYS = 1_000;
/** Hints per mount: a refusal of 4 KiB shows few more, and 1,000 objects may miss their keys in one large secret. */
const MOST_HINTS = 20;

/** Hints about missing keys for one mount. The names of a secret are listed once, however many objects miss one. */
export class MountKeyHints implements KeyHints {
  readonly #names = new Map<object, { readonly sorted: readonly string[]; readonly count: number }>();
  #left = MOST_HINTS;

  /**
   * `"pasword"; did you mean "password"?` or `"x"; it has "a", "b" and 3 more`; the name alone if enough was said.
   * @param holder stands for the secret
   */
  describe(wanted: string, holder: object, list: (most: number) => KeyNames): string {
    if (this.#left-- <= 0) return quoteName(wanted);
    const { sorted, count } = this.#names.get(holder) ?? this.#list(holder, list(MOST_KEYS));
    return describeKeys(wanted, sorted, count);
  }

  #list(holder: object, { names, count }: KeyNames) {
    const listed = { sorted: names.slice(0, MOST_COMPARED).toSorted(), count };
    this.#names.set(holder, listed);
    return listed;
  }
}

function describeKeys(wanted: string, sorted: readonly string[], count: number): string {
  const quoted = quoteName(wanted);
  if (count === 0) return `${quoted}; it has no keys at all`;
  const near = nearest(wanted, sorted);
  if (near !== undefined) return `${quoted}${describeDifference(wanted, near)}; did you mean ${quoteName(near)}?`;
  const shown = sorted.slice(0, MOST_NAMES).map(quoteName);
  const left = count - shown.length;
  if (left > 0) return `${quoted}; it has ${shown.join(', ')} and ${left} more`;
  const last = shown.pop();
  return `${quoted}; it has ${shown.length === 0 ? last : `${shown.join(', ')} and ${last}`}`;
}

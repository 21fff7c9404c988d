// Characters that a reader does not see, or takes for a plain space: U+200B, U+00A0, direction marks and their like.
// Names that differ only by them print alike, so a message says which character it is and where.

/** Format and ignorable characters, spaces other than U+0020. Not the one that makes a symbol an emoji. */
export const INVISIBLE =
  /[\p{Cf}\p{Zl}\p{Zp}\u2800[\p{Zs}--\x20][\p{DI}--[\ufe0e\ufe0f]]]|(?<!\p{ExtPict})[\ufe0e\ufe0f]/gv;

const BEYOND_ASCII = /[^\0-\x7f]/u;

/** `character 5 is invisible (U+200B)`; undefined: all of it can be seen. */
export function describeInvisible(text: string): string | undefined {
  const at = text.search(INVISIBLE);
  return at === -1 ? undefined : `character ${at + 1} is invisible (${codePointAt(text, at)})`;
}

export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, '');
}

/**
 * ` (its character 5 is U+0435)`: where `word` first differs from `other`, if that need not show: letters of two
 * alphabets print alike, and so do two compositions of one letter. Else nothing.
 */
export function describeDifference(word: string, other: string): string {
  const [letters, others] = [lettersOf(word), lettersOf(other)];
  const at = letters.findIndex((letter, index) => letter !== others[index]);
  const [letter = '', otherLetter = ''] = [letters[at], others[at]];
  if (!BEYOND_ASCII.test(letter + otherLetter)) return '';
  const not = BEYOND_ASCII.test(otherLetter) ? `, not ${codePoints(otherLetter)}` : '';
  return ` (its character ${at + 1} is ${codePoints(letter)}${not})`;
}

function lettersOf(text: string): readonly string[] {
  return Array.from(new Intl.Segmenter('en').segment(text), ({ segment }) => segment);
}

function codePoints(text: string): string {
  return Array.from(text, (char) => codePointAt(char, 0)).join(' ');
}

/** As Unicode writes it, for example `U+200B`. */
export function codePointAt(text: string, at: number): string {
  return `U+${(text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

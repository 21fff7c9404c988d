// Characters that a reader does not see, or takes for a plain space: U+200B, U+00A0, direction marks and their like.
// Names that differ only by them print alike, so a message says which character it is and where.

/** Format and ignorable characters, spaces other than U+0020. Not the one that makes a symbol an emoji. */
export const INVISIBLE =
  /[\p{Cf}\p{Zl}\p{Zp}\u2800[\p{Zs}--\x20][\p{DI}--[\ufe0e\ufe0f]]]|(?<!\p{ExtPict})[\ufe0e\ufe0f]/gv;

/** `character 5 is invisible (U+200B)`; undefined: all of it can be seen. */
export function describeInvisible(text: string): string | undefined {
  const at = text.search(INVISIBLE);
  return at === -1 ? undefined : `character ${at + 1} is invisible (${codePointAt(text, at)})`;
}

export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, '');
}

/** As Unicode writes it, for example `U+200B`. */
export function codePointAt(text: string, at: number): string {
  return `U+${(text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

// Case mapping as in Go's package unicode: one character to one, whatever its neighbours.

/** unicode.IsSpace */
export const SPACE = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const SPACES_AROUND = new RegExp(`^${SPACE.source}+|(?<!${SPACE.source})${SPACE.source}+$`, 'g');
const ASCII = /^[\0-\x7f]*$/;

/** Greek letters that JavaScript takes apart, and Go maps to the one letter with the iota below. */
const IOTA_BELOW = /[\u1f80-\u1f87\u1f90-\u1f97\u1fa0-\u1fa7]/;
const IOTA_BELOW_ALONE = /[\u1fb3\u1fc3\u1ff3]/;
/** Digraphs in one character, by capital form: the title form, with only the first letter capital, follows it. */
const DIGRAPHS = /[\u01c4-\u01cc\u01f1-\u01f3]/;
/** Georgian has capitals, but no titles. */
const GEORGIAN = /[\u10d0-\u10fa\u10fd-\u10ff]/;

export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

export function isUpper(char: string): boolean {
  return /^\p{Lu}$/u.test(char);
}

export function isLower(char: string): boolean {
  return /^\p{Ll}$/u.test(char);
}

export function upperRune(char: string): string {
  const upper = char.toUpperCase();
  if (isOneRune(upper)) return upper;
  if (IOTA_BELOW.test(char)) return String.fromCharCode(char.charCodeAt(0) + 8);
  return IOTA_BELOW_ALONE.test(char) ? String.fromCharCode(char.charCodeAt(0) + 9) : char;
}

export function lowerRune(char: string): string {
  const lower = char.toLowerCase();
  return isOneRune(lower) ? lower : (lower[0] as string);
}

export function titleRune(char: string): string {
  if (GEORGIAN.test(char)) return char;
  if (!DIGRAPHS.test(char)) return upperRune(char);
  const upper = char.toUpperCase().charCodeAt(0);
  return String.fromCharCode(upper + 1);
}

/** strings.ToUpper: a byte that is no UTF-8 becomes U+FFFD. */
export function toUpper(text: string): string {
  return isAscii(text) ? text.toUpperCase() : mapRunes(text, upperRune);
}

export function toLower(text: string): string {
  return isAscii(text) ? text.toLowerCase() : mapRunes(text, lowerRune);
}

/** strings.Title: capitalises each character that follows a separator, such as a space or a hyphen. */
export function toTitle(text: string): string {
  let previous = ' ';
  return mapRunes(text, (char) => {
    const mapped = isSeparator(previous) ? titleRune(char) : char;
    previous = char;
    return mapped;
  });
}

export function mapRunes(text: string, map: (char: string) => string): string {
  return Array.from(text.toWellFormed(), map).join('');
}

export function trimSpace(text: string): string {
  return text.replace(SPACES_AROUND, '');
}

function isSeparator(char: string): boolean {
  if (char <= '\x7f') return !/[\w]/.test(char);
  return !/[\p{L}\p{Nd}]/u.test(char) && SPACE.test(char);
}

function isOneRune(text: string): boolean {
  return text.length === 1 || (text.length === 2 && (text.codePointAt(0) as number) > 0xffff);
}

// The patterns of match() and search() are I-Regexp (RFC 9485); RE2 has all that it has, and reads a text once.

/** @param isWhole all of the text must match. @returns it as RE2 writes it */
export function toRe2(pattern: string, isWhole: boolean): string {
  let written = '';
  let isInClass = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at] as string;
    if (char === '\\') {
      written += char + (pattern[at + 1] ?? '');
      at += 1;
      continue;
    }
    if (char === '[') isInClass = true;
    if (char === ']') isInClass = false;
    // Any character but the ends of a line; RE2 takes a carriage return for any.
    written += char === '.' && !isInClass ? '[^\\n\\r]' : char;
  }
  return isWhole ? `^(?:${written})$` : written;
}

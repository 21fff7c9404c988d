// The patterns of match() and search() are I-Regexp (RFC 9485). RE2 supports all of it in linear time.

/** @param isWhole whether all of the text must match. @returns the pattern in RE2's syntax */
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
    // Any character except line ends; RE2's dot would also match a carriage return.
    written += char === '.' && !isInClass ? '[^\\n\\r]' : char;
  }
  return isWhole ? `^(?:${written})$` : written;
}

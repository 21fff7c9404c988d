// What stands between `%` and the verb, and how a piece of text is brought to its width. Width and precision count
// characters, of a number too.

export interface Flags {
  readonly minus: boolean;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  /** `%+v`: with the names of fields. */
  readonly plusV: boolean;
  /** `%#v`: as Go's syntax. */
  readonly sharpV: boolean;
}

export const NO_FLAGS: Flags = {
  minus: false,
  plus: false,
  sharp: false,
  space: false,
  zero: false,
  width: undefined,
  precision: undefined,
  plusV: false,
  sharpV: false,
};

/** Zeros go to the left only. */
export function padded(text: string, flags: Flags, mayBeZeros = true): string {
  if (!flags.width) return text;
  const missing = flags.width - lengthInChars(text);
  if (missing <= 0) return text;
  if (flags.minus) return text + ' '.repeat(missing);
  return (flags.zero && mayBeZeros ? '0' : ' ').repeat(missing) + text;
}

/** A byte that is no UTF-8 counts as one. */
export function lengthInChars(text: string): number {
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    // The second half of a pair is counted with the first.
    if (code >= 0xd800 && code < 0xdc00) at += 1;
    length += 1;
  }
  return length;
}

/** The first so many characters. */
export function cut(text: string, precision: number | undefined): string {
  if (precision === undefined || text.length <= precision) return text;
  let end = 0;
  for (let count = 0; count < precision && end < text.length; count += 1) {
    const code = text.charCodeAt(end);
    end += code >= 0xd800 && code < 0xdc00 ? 2 : 1;
  }
  return text.slice(0, end);
}

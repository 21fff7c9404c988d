// Numbers by the verbs of printf.
import { type Flags, padded } from './flags.ts';
import { formatFloat } from './float.ts';
import { isPrintable, quotedChar } from './quoted.ts';

const BASES: ReadonlyMap<string, number> = new Map([
  ['d', 10],
  ['v', 10],
  ['b', 2],
  ['o', 8],
  ['O', 8],
  ['x', 16],
  ['X', 16],
]);
const MAX_CODE = 0x10ffffn;

/** @returns undefined if the verb is none for integers */
export function formatInteger(value: bigint, verb: string, flags: Flags, isSigned: boolean): string | undefined {
  if (verb === 'v' && flags.sharpV && !isSigned) return integerInBase(value, 16, 'x', { ...flags, sharp: true });
  const base = BASES.get(verb);
  if (base !== undefined) return integerInBase(value, base, verb, flags);
  switch (verb) {
    case 'c':
      return padded(String.fromCodePoint(codeOf(value)), flags);
    case 'q':
      return padded(quotedChar(codeOf(value), flags.plus), flags);
    case 'U':
      return unicode(value, flags);
  }
  return undefined;
}

/** The replacement character for what is none: also a negative number, which Go takes as a huge one. */
function codeOf(value: bigint): number {
  if (value < 0n || value > MAX_CODE || (value >= 0xd800n && value < 0xe000n)) return 0xfffd;
  return Number(value);
}

function integerInBase(value: bigint, base: number, verb: string, flags: Flags): string {
  const isNegative = value < 0n;
  const { precision, width, zero, minus, plus, space, sharp } = flags;
  if (precision === 0 && value === 0n) return ' '.repeat(width ?? 0);
  const size = (isNegative ? -value : value).toString(base);
  const sign = isNegative ? '-' : plus ? '+' : space ? ' ' : '';
  const byWidth = zero && !minus && width !== undefined ? width - sign.length : 0;
  let digits = size.padStart(precision ?? byWidth, '0');
  if (verb === 'X') digits = digits.toUpperCase();
  if (sharp && base === 2) digits = `0b${digits}`;
  if (sharp && base === 8 && !digits.startsWith('0')) digits = `0${digits}`;
  if (sharp && base === 16) digits = `${verb === 'X' ? '0X' : '0x'}${digits}`;
  if (verb === 'O') digits = `0o${digits}`;
  return padded(sign + digits, flags, false);
}

function unicode(value: bigint, flags: Flags): string {
  const code = BigInt.asUintN(64, value);
  const hex = code
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(flags.precision ?? 4, 4), '0');
  const isShown = flags.sharp && code <= MAX_CODE && isPrintable(Number(code));
  return padded(isShown ? `U+${hex} '${String.fromCodePoint(Number(code))}'` : `U+${hex}`, flags, false);
}

/** @returns undefined if the verb is none for floats */
export function formatFloatBy(value: number, verb: string, flags: Flags): string | undefined {
  switch (verb) {
    case 'v':
      return floatText(value, 'g', -1, flags);
    case 'b':
    case 'g':
    case 'G':
    case 'x':
    case 'X':
      return floatText(value, verb, -1, flags);
    case 'f':
    case 'e':
    case 'E':
      return floatText(value, verb, 6, flags);
    case 'F':
      return floatText(value, 'f', 6, flags);
  }
  return undefined;
}

function floatText(value: number, verb: string, usual: number, flags: Flags): string {
  const precision = flags.precision ?? usual;
  const text = formatFloat(value, verb, precision);
  const isSigned = text.startsWith('-') || text.startsWith('+');
  const given = isSigned ? (text[0] as string) : '+';
  const size = isSigned ? text.slice(1) : text;
  const sign = flags.space && given === '+' && !flags.plus ? ' ' : given;
  if (!Number.isFinite(value)) {
    const isBare = Number.isNaN(value) && !flags.space && !flags.plus;
    return padded(isBare ? size : sign + size, flags, false);
  }
  const digits = flags.sharp && verb !== 'b' ? withPoint(size, verb, precision) : size;
  if (!flags.plus && sign === '+') return padded(digits, flags);
  // The sign comes before the zeros.
  if (flags.zero && !flags.minus && (flags.width ?? 0) > digits.length + 1) {
    return sign + digits.padStart((flags.width as number) - 1, '0');
  }
  return padded(sign + digits, flags);
}

/** `#` keeps the point, and the zeros that `%g` would drop. */
function withPoint(size: string, verb: string, precision: number): string {
  const isHex = verb === 'x' || verb === 'X';
  const tailAt = size.search(isHex ? /[pP]/ : /[eE]/);
  const tail = tailAt === -1 ? '' : size.slice(tailAt);
  let digits = tailAt === -1 ? size : size.slice(0, tailAt);
  let missing = verb === 'g' || verb === 'G' || verb === 'x' ? (precision === -1 ? 6 : precision) : 0;
  const counted = digits.replace('.', '').replace(/^0+/, '');
  missing -= counted.length;
  if (!digits.includes('.')) {
    if (digits === '0') missing -= 1;
    digits += '.';
  }
  return digits + '0'.repeat(Math.max(missing, 0)) + tail;
}

// Numbers as Go's strconv reads and writes them.
const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** Go's integers wrap around. */
export function wrapInt64(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

export type NumberFault = 'invalid syntax' | 'value out of range';

const DIGITS: Readonly<Record<number, RegExp>> = {
  2: /^[01]+$/,
  8: /^[0-7]+$/,
  10: /^\d+$/,
  16: /^[\da-f]+$/i,
};
const PREFIXES: Readonly<Record<string, number>> = { x: 16, o: 8, b: 2 };
/** Longer numbers count as out of range: a text of a megabyte must not become a bigint. */
const MAX_DIGITS = 130;

/** @param base 0: given by the prefix, and underscores may separate digits */
export function parseUnsigned(text: string, base: number, max: bigint): bigint | NumberFault {
  let digits = text;
  let radix = base;
  if (base === 0) {
    const prefix = /^0([xob]?)/i.exec(text);
    const letter = (prefix?.[1] ?? '').toLowerCase();
    radix = letter !== '' ? (PREFIXES[letter] as number) : prefix !== null && text.length > 1 ? 8 : 10;
    if (!areUnderscoresRight(text)) return 'invalid syntax';
    digits = text.slice(letter === '' ? 0 : 2).replaceAll('_', '');
  }
  if (!DIGITS[radix]?.test(digits)) return 'invalid syntax';
  const significant = digits.replace(/^0+(?=.)/, '');
  if (significant.length > MAX_DIGITS) return 'value out of range';
  const marks: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 10: '', 16: '0x' };
  const value = BigInt(`${marks[radix]}${significant}`);
  return value > max ? 'value out of range' : value;
}

/** Each between digits, or after the prefix. */
function areUnderscoresRight(text: string): boolean {
  if (!text.includes('_')) return true;
  return !/^_|^0_[xob]|__|_$/i.test(text);
}

/** strconv.ParseInt with 64 bits. */
export function parseSigned(text: string, base: number): bigint | NumberFault {
  const isNegative = text.startsWith('-');
  const digits = isNegative || text.startsWith('+') ? text.slice(1) : text;
  const value = parseUnsigned(digits, base, isNegative ? -MIN_INT64 : MAX_INT64);
  return typeof value === 'string' || !isNegative ? value : -value;
}

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const HEXADECIMAL = /^([+-]?)0x([\da-f]*)(?:\.([\da-f]*))?p([+-]?\d+)$/i;
const NAMED = /^([+-]?)(inf|infinity|nan)$/i;

/** strconv.ParseFloat with 64 bits. */
export function parseFloat64(written: string): number | NumberFault {
  if (/(?<![\da-f])_|_(?![\da-f])/i.test(written)) return 'invalid syntax';
  const text = written.replaceAll('_', '');
  if (DECIMAL.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : 'value out of range';
  }
  const named = NAMED.exec(text);
  if (named !== null) {
    if (named[2]?.toLowerCase() === 'nan') return named[1] === '' ? Number.NaN : 'invalid syntax';
    return named[1] === '-' ? -Infinity : Infinity;
  }
  return parseHexadecimal(text);
}

function parseHexadecimal(text: string): number | NumberFault {
  const [, sign = '', whole = '', fraction = '', exponent = ''] = HEXADECIMAL.exec(text) ?? [];
  if (whole + fraction === '') return 'invalid syntax';
  // Up to 53 bits are exact; longer mantissas are rounded as integers.
  const mantissa = Number(BigInt(`0x${(whole + fraction).slice(0, 300)}`));
  const value = mantissa * 2 ** (Number(exponent) - 4 * fraction.slice(0, Math.max(0, 300 - whole.length)).length);
  if (!Number.isFinite(value)) return 'value out of range';
  return sign === '-' ? -value : value;
}

/** As encoding/json writes a float64. It has no text for what is not finite. */
export function jsonFloat(value: number): string {
  if (Object.is(value, -0)) return '-0';
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-6 || size >= 1e21)) return exponential(value, 1);
  // JavaScript's own text has the same limits.
  return String(value);
}

/** strconv.FormatFloat(value, 'g', -1, 64): how YAML and TOML have their numbers. */
export function shortestFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const exponent = Number(value.toExponential().split('e')[1]);
  return exponent < -4 || exponent >= 6 ? exponential(value, 2) : plainFloat(value);
}

/** At least so many digits in the exponent, always with its sign. */
function exponential(value: number, digits: number): string {
  const [mantissa, exponent = '0'] = value.toExponential().split('e');
  const sign = exponent.startsWith('-') ? '-' : '+';
  return `${mantissa}e${sign}${exponent.replace(/^[+-]/, '').padStart(digits, '0')}`;
}

/** strconv.FormatFloat(value, 'f', -1, 64): without an exponent. */
export function plainFloat(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value);
  if (!text.includes('e')) return text;
  const [mantissa = '', power = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(power);
  const sign = value < 0 ? '-' : '';
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  return `${sign}${digits.padEnd(exponent + 1, '0')}`;
}

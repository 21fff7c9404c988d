// Arithmetic on numbers as JSON text: compared, added and rounded without going through a double.

/** `0.DIGITS` times ten to the power of `exponent`; no digits: zero. */
interface Decimal {
  readonly isNegative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** Larger exponents are cut to this: no store has such a number, and a power of ten must stay cheap. */
const LARGEST_EXPONENT = 1e15;
/** Digits that a sum or a rounded number may have. */
const MOST_DIGITS = 400;

function parse(text: string): Decimal | undefined {
  const parts = NUMBER.exec(text);
  if (parts === null) return undefined;
  const [, sign, whole = '', fraction = '', power = '0'] = parts;
  const all = whole + fraction;
  let from = 0;
  while (from < all.length && all[from] === '0') from += 1;
  let to = all.length;
  while (to > from && all[to - 1] === '0') to -= 1;
  const exponent = Math.max(-LARGEST_EXPONENT, Math.min(LARGEST_EXPONENT, Number(power)));
  return { isNegative: sign === '-', digits: all.slice(from, to), exponent: whole.length - from + exponent };
}

export function isDecimal(text: string): boolean {
  return NUMBER.test(text);
}

/** Below 0: `a` is less. Both are numbers as JSON writes them. */
export function compareNumbers(textA: string, textB: string): number {
  if (textA === textB) return 0;
  const [a, b] = [parse(textA), parse(textB)];
  if (a === undefined || b === undefined) throw new Error('not a number of JSON');
  const [signA, signB] = [signOf(a), signOf(b)];
  if (signA !== signB) return signA - signB;
  if (a.exponent !== b.exponent && signA !== 0) return signA * (a.exponent - b.exponent);
  return a.digits === b.digits ? 0 : signA * (a.digits < b.digits ? -1 : 1);
}

function signOf({ digits, isNegative }: Decimal): number {
  if (digits === '') return 0;
  return isNegative ? -1 : 1;
}

/** `units` times ten to the power of minus `scale`. */
interface Scaled {
  readonly units: bigint;
  readonly scale: number;
}

/** @returns undefined if it has too many digits to be written out */
function toScaled(text: string): Scaled | undefined {
  const decimal = parse(text);
  if (decimal === undefined) return undefined;
  const { digits, exponent, isNegative } = decimal;
  if (digits === '') return { units: 0n, scale: 0 };
  if (digits.length > MOST_DIGITS || Math.abs(exponent) > MOST_DIGITS) return undefined;
  const scale = Math.max(0, digits.length - exponent);
  const units = BigInt(digits) * 10n ** BigInt(Math.max(0, exponent - digits.length));
  return { units: isNegative ? -units : units, scale };
}

function toText({ units, scale }: Scaled): string {
  const sign = units < 0n ? '-' : '';
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  let end = digits.length;
  while (end > whole.length && digits[end - 1] === '0') end -= 1;
  const fraction = digits.slice(whole.length, end);
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Exact. @returns undefined if it has too many digits to be written out */
export function addNumbers(texts: readonly string[]): string | undefined {
  let sum: Scaled = { units: 0n, scale: 0 };
  for (const text of texts) {
    const next = toScaled(text);
    if (next === undefined) return undefined;
    const scale = Math.max(sum.scale, next.scale);
    sum = { units: atScale(sum, scale) + atScale(next, scale), scale };
  }
  return toText(sum);
}

function atScale({ units, scale }: Scaled, wanted: number): bigint {
  return units * 10n ** BigInt(wanted - scale);
}

/** To the next whole number below or above. @returns undefined if it has too many digits to be written out */
export function roundNumber(text: string, to: 'floor' | 'ceil'): string | undefined {
  const scaled = toScaled(text);
  if (scaled === undefined) return undefined;
  const unit = 10n ** BigInt(scaled.scale);
  const rest = scaled.units % unit;
  const whole = scaled.units / unit;
  if (rest === 0n) return whole.toString();
  const isNegative = scaled.units < 0n;
  if (to === 'floor') return (isNegative ? whole - 1n : whole).toString();
  return (isNegative ? whole : whole + 1n).toString();
}

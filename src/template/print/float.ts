// A float64 as Go's strconv.FormatFloat writes it: the same digits, rounded half to even where they are cut.

interface Decimal {
  /** Without zeros in front, `0` for zero. */
  readonly digits: string;
  /** How many of them stand before the point; may be negative or more than there are. */
  readonly point: number;
}

/** @param precision -1 for as many digits as tell the number from all others, by `g` and `x` */
export function formatFloat(value: number, verb: string, precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return sign === '' ? '+Inf' : '-Inf';
  switch (verb) {
    case 'b':
      return sign + binary(size);
    case 'x':
    case 'X': {
      const text = sign + hexadecimal(size, precision);
      return verb === 'x' ? text : text.toUpperCase();
    }
    case 'e':
    case 'E':
      return sign + exponential(rounded(exact(size), precision + 1), precision, verb);
    case 'f':
      return sign + fixed(size, precision);
  }
  return sign + general(size, precision, verb === 'G' ? 'E' : 'e');
}

function general(size: number, precision: number, e: string): string {
  const isShortest = precision < 0;
  const wanted = isShortest ? 6 : precision || 1;
  const decimal = isShortest ? shortest(size) : rounded(exact(size), wanted);
  const digits = withoutTrailingZeros(decimal.digits) || '0';
  const count = digits === '0' ? 0 : digits.length;
  const threshold = !isShortest && wanted > count && count >= decimal.point ? count : wanted;
  const exponent = size === 0 ? -1 : decimal.point - 1;
  if (exponent < -4 || exponent >= threshold) {
    return exponential({ digits, point: decimal.point }, Math.max(count - 1, 0), e);
  }
  return plain({ digits, point: size === 0 ? 1 : decimal.point }, Math.max(count - decimal.point, 0));
}

function exponential({ digits, point }: Decimal, precision: number, e: string): string {
  const fraction = digits.slice(1).padEnd(precision, '0');
  const exponent = digits === '0' || /^0+$/.test(digits) ? 0 : point - 1;
  const written = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits[0]}${fraction === '' ? '' : `.${fraction}`}${e}${exponent < 0 ? '-' : '+'}${written}`;
}

function fixed(size: number, precision: number): string {
  const decimal = exact(size);
  return plain(rounded(decimal, decimal.point + precision), precision);
}

function plain({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (precision === 0) return whole;
  const fraction = point > 0 ? digits.slice(point) : '0'.repeat(Math.min(-point, precision)) + digits;
  return `${whole}.${fraction.slice(0, precision).padEnd(precision, '0')}`;
}

function shortest(size: number): Decimal {
  const [mantissa = '0', exponent] = size.toExponential().split('e');
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 };
}

/** All digits of the binary number. */
function exact(size: number): Decimal {
  if (size === 0) return { digits: '0', point: 1 };
  const { mantissa, exponent } = parts(size);
  if (exponent >= 0) {
    const digits = String(mantissa << BigInt(exponent));
    return { digits, point: digits.length };
  }
  const digits = String(mantissa * 5n ** BigInt(-exponent));
  return { digits, point: digits.length + exponent };
}

/** To so many digits; none and fewer leave zero, or one if it rounds up. */
function rounded({ digits, point }: Decimal, count: number): Decimal {
  if (count >= digits.length) return { digits, point };
  if (count < 0) return { digits: '0', point: 1 };
  const kept = digits.slice(0, count);
  const rest = digits.slice(count);
  const isTie = /^50*$/.test(rest);
  const isOdd = Number(kept.at(-1) ?? '0') % 2 === 1;
  const up = isTie ? isOdd : (rest[0] as string) >= '5';
  if (!up) return kept === '' ? { digits: '0', point: 1 } : { digits: kept, point };
  const next = String(BigInt(kept === '' ? '0' : kept) + 1n);
  // One digit more is a zero at the end.
  return { digits: next.slice(0, kept.length || 1), point: point + next.length - kept.length };
}

function parts(size: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, size);
  const bits = view.getBigUint64(0);
  const exponent = Number(bits >> 52n);
  const fraction = bits & ((1n << 52n) - 1n);
  return exponent === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: exponent - 1075 };
}

function binary(size: number): string {
  const { mantissa, exponent } = parts(size);
  return `${mantissa}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
}

function hexadecimal(size: number, precision: number): string {
  if (size === 0) return `0x0${precision > 0 ? `.${'0'.repeat(precision)}` : ''}p+00`;
  let { mantissa, exponent } = parts(size);
  const shift = 53 - mantissa.toString(2).length;
  mantissa <<= BigInt(shift);
  exponent -= shift;
  if (precision >= 0 && precision < 13) {
    const drop = BigInt(4 * (13 - precision));
    const half = 1n << (drop - 1n);
    const rest = mantissa & ((1n << drop) - 1n);
    mantissa >>= drop;
    if (rest > half || (rest === half && mantissa % 2n === 1n)) mantissa += 1n;
    mantissa <<= drop;
    if (mantissa >> 53n > 0n) {
      mantissa >>= 1n;
      exponent += 1;
    }
  }
  const all = (mantissa & ((1n << 52n) - 1n)).toString(16).padStart(13, '0');
  const fraction = precision < 0 ? withoutTrailingZeros(all) : all.slice(0, precision).padEnd(precision, '0');
  const power = exponent + 52;
  const written = String(Math.abs(power)).padStart(2, '0');
  return `0x1${fraction === '' ? '' : `.${fraction}`}p${power < 0 ? '-' : '+'}${written}`;
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}

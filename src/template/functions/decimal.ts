// Sums of floats in decimal digits, as sprig has them: 0.1 and 0.2 are 0.3.
import { fail } from '../safe-text.ts';

/** `digits` times ten to the power of `exponent`. */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** A quotient has at most so many digits after the point. */
const DIVISION_PRECISION = 16;

export function decimalOf(value: number): Decimal {
  if (!Number.isFinite(value)) fail`Cannot create a Decimal from what is not finite`;
  const [mantissa = '0', power = '0'] = value.toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

export function add(left: Decimal, right: Decimal): Decimal {
  const exponent = Math.min(left.exponent, right.exponent);
  return { digits: scaled(left, exponent) + scaled(right, exponent), exponent };
}

export function subtract(left: Decimal, right: Decimal): Decimal {
  return add(left, { digits: -right.digits, exponent: right.exponent });
}

export function multiply(left: Decimal, right: Decimal): Decimal {
  return { digits: left.digits * right.digits, exponent: left.exponent + right.exponent };
}

export function divide(left: Decimal, right: Decimal): Decimal {
  if (right.digits === 0n) fail`decimal division by 0`;
  // left / right in units of 1e-16, rounded half away from zero.
  const shift = left.exponent - right.exponent + DIVISION_PRECISION;
  const top = shift >= 0 ? left.digits * 10n ** BigInt(shift) : left.digits;
  const bottom = shift >= 0 ? right.digits : right.digits * 10n ** BigInt(-shift);
  const quotient = top / bottom;
  const rest = top % bottom;
  const isUp = 2n * abs(rest) >= abs(bottom);
  const sign = top < 0n === bottom < 0n ? 1n : -1n;
  return { digits: isUp ? quotient + sign : quotient, exponent: -DIVISION_PRECISION };
}

export function toNumber(value: Decimal): number {
  return Number(`${value.digits}e${value.exponent}`);
}

function scaled(value: Decimal, exponent: number): bigint {
  return value.digits * 10n ** BigInt(value.exponent - exponent);
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

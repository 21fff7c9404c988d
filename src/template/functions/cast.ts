// sprig's conversion to numbers: it accepts nearly anything, and the rest is zero. It uses spf13/cast, whose versions differ
// for texts such as `1.9`.
import { JsonNumber, TypedInt, type Value } from '../value.ts';
import { parseFloat64, parseSigned, wrapInt64 } from './go-number.ts';

/** As Go on amd64: what does not fit becomes the least integer. */
function truncated(value: number): bigint {
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 63) return -(2n ** 63n);
  return BigInt(Math.trunc(value));
}

export type ToInt64 = (value: Value) => bigint;

/** cast 1.10, in External Secrets: `1.9` is 1. */
export const toInt64: ToInt64 = (value) => castInt64(value, withoutFraction);
/** cast 1.7, in consul-template and Vault Secrets Operator: `1.0` is 1, `1.9` is 0. */
export const toInt64OfWhole: ToInt64 = (value) => castInt64(value, (text) => text.replace(/\.0+$/, ''));

function castInt64(value: Value, wholeOf: (text: string) => string): bigint {
  switch (typeof value) {
    case 'bigint':
      return value;
    case 'number':
      return truncated(value);
    case 'boolean':
      return value ? 1n : 0n;
    case 'string':
      return parsedInt(wholeOf(value));
  }
  if (value instanceof TypedInt) return wrapInt64(value.value);
  return value instanceof JsonNumber ? parsedInt(wholeOf(value.text)) : 0n;
}

function parsedInt(text: string): bigint {
  const value = parseSigned(text, 0);
  return typeof value === 'bigint' ? value : 0n;
}

function withoutFraction(text: string): string {
  if (!text.includes('.')) return text;
  const whole = /^([-+]?\d*)\.\d*$/.exec(text)?.[1];
  if (whole === undefined) return text;
  return /\d/.test(whole) ? whole : `${whole}0`;
}

export function toFloat64(value: Value): number {
  switch (typeof value) {
    case 'bigint':
      return Number(value);
    case 'number':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    case 'string':
      return parsedFloat(value);
  }
  if (value instanceof TypedInt) return Number(value.value);
  return value instanceof JsonNumber ? parsedFloat(value.text) : 0;
}

function parsedFloat(text: string): number {
  const value = parseFloat64(text);
  return typeof value === 'number' ? value : 0;
}

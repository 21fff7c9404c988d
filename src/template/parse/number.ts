// Go's constants of numbers. One constant has a value as each of the types that can hold it; its use decides.
import { unquoteChar } from './quoted.ts';

export interface NumberConstant {
  /** As a signed integer of 64 bits. */
  readonly int?: bigint;
  /** As an unsigned one. */
  readonly uint?: bigint;
  readonly float: number;
  /** The default type is float64 if true, else int. */
  readonly isFloat: boolean;
}

/** Limit on a constant's length: no number needs more digits, and parsing them takes time. */
const MAX_LENGTH = 1_000;
const MAX_INT = (1n << 63n) - 1n;
const MIN_INT = -(1n << 63n);
const MAX_UINT = (1n << 64n) - 1n;

const INTEGER =
  /^([+-]?)(?:0[xX]((?:_?[\da-fA-F])+)|0[oO]((?:_?[0-7])+)|0[bB]((?:_?[01])+)|(0(?:_?[0-7])*)|([1-9](?:_?\d)*))$/;
const DECIMAL = /^[+-]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;
const HEX = /^([+-]?)0[xX]((?:_?[\da-fA-F])*)\.?([\da-fA-F](?:_?[\da-fA-F])*)?[pP]([+-]?\d+(?:_\d+)*)$/;

/** @returns the error in Go's words, as a text, if the constant is refused */
export function parseChar(source: string): NumberConstant | string {
  const code = unquoteChar(source);
  if (code === 'invalid') return 'invalid syntax';
  if (code === 'malformed') return `malformed character constant: ${source}`;
  return { int: BigInt(code), uint: BigInt(code), float: code, isFloat: false };
}

/** @returns the reason as a text, if it is no number. */
export function parseNumber(source: string): NumberConstant | 'overflow' | 'syntax' {
  if (source.length > MAX_LENGTH) return 'overflow';
  const whole = parseInteger(source);
  if (whole !== undefined) {
    const int = whole >= MIN_INT && whole <= MAX_INT ? whole : undefined;
    const uint = whole >= 0n && whole <= MAX_UINT && !isSigned(source) ? whole : int === 0n ? 0n : undefined;
    if (int === undefined && uint === undefined) return 'overflow';
    return { ...integers(int, uint), float: Number(whole), isFloat: false };
  }
  const float = parseFloat64(source);
  if (float === undefined) return 'syntax';
  if (!/[.eEpP]/.test(source)) return 'overflow';
  return { ...integersOf(float), float, isFloat: true };
}

function isSigned(source: string): boolean {
  return source.startsWith('+') || source.startsWith('-');
}

function integers(int: bigint | undefined, uint: bigint | undefined): Pick<NumberConstant, 'int' | 'uint'> {
  return { ...(int === undefined ? {} : { int }), ...(uint === undefined ? {} : { uint }) };
}

function integersOf(float: number): Pick<NumberConstant, 'int' | 'uint'> {
  if (!Number.isInteger(float)) return {};
  const whole = BigInt(float);
  const int = whole >= MIN_INT && whole <= MAX_INT ? whole : undefined;
  return integers(int, whole >= 0n && whole <= MAX_UINT ? whole : undefined);
}

/** Go's syntax with a prefix for the base and with underscores, of any size. */
export function parseInteger(source: string): bigint | undefined {
  const match = INTEGER.exec(source);
  if (match === null) return undefined;
  const [, sign, hex, octal, binary, oldOctal, decimal] = match;
  const digits = (text: string) => text.replaceAll('_', '');
  const size =
    hex !== undefined
      ? BigInt(`0x${digits(hex)}`)
      : binary !== undefined
        ? BigInt(`0b${digits(binary)}`)
        : decimal !== undefined
          ? BigInt(digits(decimal))
          : BigInt(`0o${digits(octal ?? oldOctal ?? '')}`);
  return sign === '-' ? -size : size;
}

/** Undefined if it is no number, or too large. */
export function parseFloat64(source: string): number | undefined {
  if (DECIMAL.test(source)) {
    const value = Number(source.replaceAll('_', ''));
    return Number.isFinite(value) ? value : undefined;
  }
  const [whole, sign, before = '', after = '', exponent] = HEX.exec(source) ?? [];
  if (whole === undefined || before + after === '') return undefined;
  const fraction = after.replaceAll('_', '');
  const mantissa = Number(BigInt(`0x${before.replaceAll('_', '')}${fraction}`));
  const value = mantissa * 2 ** (Number(exponent?.replaceAll('_', '')) - 4 * fraction.length);
  return Number.isFinite(value) ? (sign === '-' ? -value : value) : undefined;
}

// sprig's functions of numbers. Whole numbers wrap around as Go's do.
import { define, defineVariadic } from '../function.ts';
import { fail } from '../safe-text.ts';
import { type CallContext, TypedInt, TypedList, type Value } from '../value.ts';
import { type ToInt64, toFloat64 } from './cast.ts';
import { add, type Decimal, decimalOf, divide, multiply, subtract, toNumber } from './decimal.ts';
import { parseSigned, wrapInt64 } from './go-number.ts';
import { joined } from './go-text.ts';
import { printedOf } from './text-of.ts';

/** Elements of a list that is made of numbers only. */
const STEPS_OF_ELEMENT = 4;

export const sprigNumbers = (toInt64: ToInt64) => ({
  atoi: define(['string'], (_, text) => atoi(text)),
  int: define(['interface {}'], (_, value) => toInt64(value)),
  int64: define(['interface {}'], (_, value) => int64(toInt64(value))),
  float64: define(['interface {}'], (_, value) => toFloat64(value)),
  toDecimal: define(['interface {}'], (context, value) => {
    const decimal = parseSigned(printedOf(context, value), 8);
    return int64(typeof decimal === 'bigint' ? decimal : 0n);
  }),
  add: defineVariadic([], 'interface {}', (_, values) =>
    int64(values.map(toInt64).reduce((sum, one) => sum + one, 0n)),
  ),
  add1: define(['interface {}'], (_, value) => int64(toInt64(value) + 1n)),
  sub: define(['interface {}', 'interface {}'], (_, left, right) => int64(toInt64(left) - toInt64(right))),
  div: define(['interface {}', 'interface {}'], (_, left, right) => int64(toInt64(left) / divisor(toInt64(right)))),
  mod: define(['interface {}', 'interface {}'], (_, left, right) => int64(toInt64(left) % divisor(toInt64(right)))),
  mul: defineVariadic(['interface {}'], 'interface {}', (_, first, values) =>
    int64(values.reduce((product: bigint, one) => wrapInt64(product * toInt64(one)), toInt64(first))),
  ),
  max: extreme(toInt64, (left, right) => left > right),
  biggest: extreme(toInt64, (left, right) => left > right),
  min: extreme(toInt64, (left, right) => left < right),
  maxf: defineVariadic(['interface {}'], 'interface {}', (_, first, values) =>
    Math.max(...[first, ...values].map(toFloat64)),
  ),
  minf: defineVariadic(['interface {}'], 'interface {}', (_, first, values) =>
    Math.min(...[first, ...values].map(toFloat64)),
  ),
  add1f: define(['interface {}'], (context, value) => decimals(context, value, [1n], add)),
  addf: defineVariadic([], 'interface {}', (context, values) => decimals(context, 0, values, add)),
  subf: decimal(subtract),
  mulf: decimal(multiply),
  divf: decimal(divide),
  ceil: define(['interface {}'], (_, value) => Math.ceil(toFloat64(value))),
  floor: define(['interface {}'], (_, value) => Math.floor(toFloat64(value))),
  round: defineVariadic(['interface {}', 'int'], 'float64', (_, value, places, [roundOn = 0.5]) =>
    rounded(toFloat64(value), Number(places), roundOn),
  ),
  until: define(['int'], (context, end) => ints(context, 0n, end, end < 0n ? -1n : 1n)),
  untilStep: define(['int', 'int', 'int'], (context, start, stop, step) => ints(context, start, stop, step)),
  seq: defineVariadic([], 'int', (context, numbers) => joined(context, sequence(context, numbers).map(String), ' ')),
});

export function int64(value: bigint): TypedInt {
  return new TypedInt('int64', wrapInt64(value));
}

/** strconv.Atoi without its error: the nearest integer, or 0. */
function atoi(text: string): bigint {
  const value = parseSigned(text, 10);
  if (typeof value === 'bigint') return value;
  if (value === 'invalid syntax') return 0n;
  return text.startsWith('-') ? -(2n ** 63n) : 2n ** 63n - 1n;
}

function divisor(number: bigint): bigint {
  return number === 0n ? fail`runtime error: integer divide by zero` : number;
}

function extreme(toInt64: ToInt64, isBetter: (left: bigint, right: bigint) => boolean) {
  return defineVariadic(['interface {}'], 'interface {}', (_, first, values) =>
    int64(values.map(toInt64).reduce((best, one) => (isBetter(one, best) ? one : best), toInt64(first))),
  );
}

type Operation = (left: Decimal, right: Decimal) => Decimal;

function decimal(operation: Operation) {
  return defineVariadic(['interface {}'], 'interface {}', (context, first, values) =>
    decimals(context, first, values, operation),
  );
}

function decimals(context: CallContext, first: Value, values: readonly Value[], operation: Operation): number {
  let result = decimalOf(toFloat64(first));
  for (const value of values) {
    // Digits add up: each operand may bring 300 more.
    context.charge(100);
    result = operation(result, decimalOf(toFloat64(value)));
  }
  return toNumber(result);
}

function rounded(value: number, places: number, roundOn: number): number {
  const power = Number(`1e${places}`);
  const digits = power * value;
  const fraction = digits - Math.trunc(digits);
  return (fraction >= roundOn ? Math.ceil(digits) : Math.floor(digits)) / power;
}

function ints(context: CallContext, start: bigint, stop: bigint, step: bigint): TypedList {
  return new TypedList('[]int', range(context, start, stop, step));
}

function range(context: CallContext, start: bigint, stop: bigint, step: bigint): bigint[] {
  if (start === stop || stop > start !== step > 0n || step === 0n) return [];
  const span = stop > start ? stop - start : start - stop;
  const width = step > 0n ? step : -step;
  const size = Number((span + width - 1n) / width);
  context.charge(STEPS_OF_ELEMENT * size);
  return Array.from({ length: size }, (_, at) => start + BigInt(at) * step);
}

/** The range includes its end. */
function sequence(context: CallContext, numbers: readonly bigint[]): bigint[] {
  const [first = 0n, second = 0n, third = 0n] = numbers;
  const between = (start: bigint, end: bigint, step: bigint) => {
    return range(context, start, end + (end < start ? -1n : 1n), step);
  };
  if (numbers.length === 1) return between(1n, first, first < 1n ? -1n : 1n);
  if (numbers.length === 2) return between(first, second, second < first ? -1n : 1n);
  if (numbers.length !== 3 || (third < first && second > 0n)) return [];
  return between(first, third, second);
}

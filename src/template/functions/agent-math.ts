// consul-template's arithmetic. The second argument comes first, as `subtract 1 5` is four; whole numbers are 64 bits wide,
// and one without a sign keeps to its kind beside another of it.
import { define } from '../function.ts';
import { fail, type SafeText, safe } from '../safe-text.ts';
import { TypedInt, type Value } from '../value.ts';
import { typeName } from './kinds.ts';
import { int64 } from './sprig-numbers.ts';

interface Operation {
  readonly name: SafeText;
  readonly whole: (left: bigint, right: bigint) => bigint;
  readonly float?: (left: number, right: number) => number;
}

const ANY = 'interface {}';
const UNSIGNED: ReadonlySet<string> = new Set(['uint', 'uint8', 'uint16', 'uint32', 'uint64']);

export const AGENT_MATH = {
  add: arithmetic({ name: safe('add'), whole: (left, right) => left + right, float: (left, right) => left + right }),
  subtract: arithmetic({
    name: safe('subtract'),
    whole: (left, right) => left - right,
    float: (left, right) => left - right,
  }),
  multiply: arithmetic({
    name: safe('multiply'),
    whole: (left, right) => left * right,
    float: (left, right) => left * right,
  }),
  divide: arithmetic({
    name: safe('divide'),
    whole: (left, right) => left / nonZero(right),
    float: (left, right) => left / right,
  }),
  modulo: arithmetic({ name: safe('modulo'), whole: (left, right) => left % nonZero(right) }),
  minimum: extreme(safe('minimum'), (left, right) => left < right),
  maximum: extreme(safe('maximum'), (left, right) => left > right),
} as const;

type Kind = 'signed' | 'unsigned' | 'float';

interface Operand {
  readonly kind: Kind;
  readonly value: Value;
}

function arithmetic({ name, whole, float }: Operation) {
  return define([ANY, ANY], (_, second, first) => {
    const [left, right] = operands(name, first, second, float !== undefined);
    if (float !== undefined && (left.kind === 'float' || right.kind === 'float')) {
      return float(toFloat(left), toFloat(right));
    }
    if (left.kind === 'unsigned' && right.kind === 'unsigned') {
      return new TypedInt('uint64', BigInt.asUintN(64, whole(toWhole(left), toWhole(right))));
    }
    return int64(whole(toSigned(left), toSigned(right)));
  });
}

/** The smaller or the larger of two numbers. The result keeps its own kind: float, signed or unsigned. */
function extreme(name: SafeText, isBetter: (left: number | bigint, right: number | bigint) => boolean) {
  return define([ANY, ANY], (_, second, first) => {
    const [left, right] = operands(name, first, second, true);
    return widened(isFirst(left, right, isBetter) ? left : right);
  });
}

function isFirst(left: Operand, right: Operand, isBetter: (left: number | bigint, right: number | bigint) => boolean) {
  if (left.kind === 'float' || right.kind === 'float') return isBetter(toFloat(left), toFloat(right));
  if (left.kind === 'unsigned' && right.kind === 'unsigned') return isBetter(toWhole(left), toWhole(right));
  return isBetter(toSigned(left), toSigned(right));
}

function operands(name: SafeText, first: Value, second: Value, allowsFloats: boolean): [Operand, Operand] {
  const operand = (value: Value): Operand => {
    const kind = kindOfNumber(value);
    if (kind === undefined || (kind === 'float' && !allowsFloats)) {
      return fail`${name}: unknown type for a value of type ${typeName(value)}`;
    }
    return { kind, value };
  };
  return [operand(first), operand(second)];
}

function kindOfNumber(value: Value): Kind | undefined {
  if (typeof value === 'number') return 'float';
  if (typeof value === 'bigint') return 'signed';
  if (!(value instanceof TypedInt)) return undefined;
  return UNSIGNED.has(value.type) ? 'unsigned' : 'signed';
}

function toWhole({ value }: Operand): bigint {
  return value instanceof TypedInt ? value.value : (value as bigint);
}

function toSigned(operand: Operand): bigint {
  return BigInt.asIntN(64, toWhole(operand));
}

function toFloat(operand: Operand): number {
  return operand.kind === 'float' ? (operand.value as number) : Number(toWhole(operand));
}

function widened(operand: Operand): Value {
  if (operand.kind === 'float') return operand.value;
  return operand.kind === 'unsigned' ? new TypedInt('uint64', toWhole(operand)) : int64(toWhole(operand));
}

function nonZero(value: bigint): bigint {
  return value === 0n ? fail`runtime error: integer divide by zero` : value;
}

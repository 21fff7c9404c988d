// eq, ne, lt, le, gt, ge: as in Go, within basic kinds only, and integers also across signedness.
import { define, defineVariadic } from '../function.ts';
import { isNilCollection } from '../nil.ts';
import { fail } from '../safe-text.ts';
import { compareTexts } from '../text.ts';
import { FunctionValue, JsonNumber, NilPointer, Struct, TypedInt, typeOf, type Value } from '../value.ts';

type Kind = 'bool' | 'int' | 'uint' | 'float' | 'string' | undefined;
type Basic = boolean | bigint | number | string;

function kindOf(value: Value): Kind {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float';
    case 'string':
      return 'string';
  }
  if (value instanceof JsonNumber) return 'string';
  if (value instanceof TypedInt) return value.type.startsWith('u') ? 'uint' : 'int';
  return undefined;
}

/** A value of a basic kind, unwrapped. */
function bare(value: Value): Basic {
  if (value instanceof TypedInt) return value.value;
  if (value instanceof JsonNumber) return value.text;
  return value as Basic;
}

function isNil(value: Value): boolean {
  return value === undefined || value === null || value instanceof NilPointer || isNilCollection(value);
}

function areIntegers(a: Kind, b: Kind): boolean {
  return (a === 'int' || a === 'uint') && (b === 'int' || b === 'uint');
}

function areEqual(a: Value, b: Value): boolean {
  const [kindA, kindB] = [kindOf(a), kindOf(b)];
  if (kindA !== kindB && !areIntegers(kindA, kindB)) {
    if (a === null || b === null) return false;
    return fail`incompatible types for comparison: ${typeOf(a)} and ${typeOf(b)}`;
  }
  if (kindA !== undefined) return bare(a) === bare(b);
  if (a !== null && b !== null && familyOf(a) !== familyOf(b)) {
    fail`non-comparable types ${typeOf(a)}, ${typeOf(b)}`;
  }
  if (isNil(a) || isNil(b)) return isNil(a) && isNil(b);
  // Pointers are compared by identity.
  return b instanceof Struct ? a === b : fail`non-comparable type ${typeOf(b)}`;
}

function familyOf(value: Value): string {
  if (value instanceof Map) return 'map';
  if (value instanceof Struct || value instanceof NilPointer) return 'pointer';
  return value instanceof FunctionValue ? 'function' : 'slice';
}

function isLess(a: Value, b: Value): boolean {
  const [kindA, kindB] = [kindOf(a), kindOf(b)];
  if (kindA === undefined || kindB === undefined) return fail`invalid type for comparison`;
  if (kindA !== kindB && !areIntegers(kindA, kindB)) {
    return fail`incompatible types for comparison: ${typeOf(a)} and ${typeOf(b)}`;
  }
  if (kindA === 'bool') return fail`invalid type for comparison`;
  const [left, right] = [bare(a), bare(b)];
  return typeof left === 'string' ? compareTexts(left, right as string) < 0 : left < right;
}

/** `gt` is the negation of this, and `ge` that of `lt`: with NaN both are true, as in Go. */
function isLessOrEqual(a: Value, b: Value): boolean {
  return isLess(a, b) || areEqual(a, b);
}

export const eq = defineVariadic(['interface {}'], 'interface {}', (_, first, others) => {
  if (others.length === 0) return fail`missing argument for comparison`;
  return others.some((other) => areEqual(first, other));
});
export const ne = define(['interface {}', 'interface {}'], (_, a, b) => !areEqual(a, b));
export const lt = define(['interface {}', 'interface {}'], (_, a, b) => isLess(a, b));
export const le = define(['interface {}', 'interface {}'], (_, a, b) => isLessOrEqual(a, b));
export const gt = define(['interface {}', 'interface {}'], (_, a, b) => !isLessOrEqual(a, b));
export const ge = define(['interface {}', 'interface {}'], (_, a, b) => !isLess(a, b));

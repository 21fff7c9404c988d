// A value's kind as Go's reflection has it, and deep equality.
import { isNilCollection } from '../nil.ts';
import { type SafeText, safe } from '../safe-text.ts';
import { compareTexts } from '../text.ts';
import {
  type CallContext,
  FunctionValue,
  JsonNumber,
  NilPointer,
  Struct,
  TypedInt,
  TypedList,
  typeOf,
  type Value,
} from '../value.ts';
import { descend } from './walk.ts';

/** reflect.Kind, by its name. */
export function kindOf(value: Value): SafeText {
  return safe(nameOfKind(value));
}

function nameOfKind(value: Value): string {
  if (value === null || value === undefined) return 'invalid';
  if (value instanceof Map) return 'map';
  if (value instanceof TypedList && value.type.startsWith('<-chan')) return 'chan';
  if (Array.isArray(value) || value instanceof Uint8Array) return 'slice';
  if (value instanceof JsonNumber) return 'string';
  if (value instanceof Struct) return value.type.startsWith('*') ? 'ptr' : 'struct';
  if (value instanceof NilPointer) return 'ptr';
  if (value instanceof FunctionValue) return 'func';
  return typeOf(value);
}

/** `%T`, which is `<nil>` for a missing value. */
export function typeName(value: Value): SafeText {
  return value === null || value === undefined ? safe('<nil>') : typeOf(value);
}

/** reflect.DeepEqual: types count, and so does the order of lists. */
export function deepEqual(context: CallContext, left: Value, right: Value, depth = 0): boolean {
  descend(context, depth);
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (typeOf(left) !== typeOf(right) || isNilCollection(left) !== isNilCollection(right)) return false;
  if (left instanceof TypedInt) return left.value === (right as TypedInt).value;
  if (left instanceof JsonNumber) return left.text === (right as JsonNumber).text;
  if (left instanceof Uint8Array) return compareBytes(left, right as Uint8Array);
  if (left instanceof Map) return equalMaps(context, left, right as Map<string, Value>, depth);
  if (left instanceof Struct) return equalMaps(context, left.fields, (right as Struct).fields, depth);
  if (!Array.isArray(left)) return left instanceof NilPointer;
  const others = right as readonly Value[];
  return left.length === others.length && left.every((item, at) => deepEqual(context, item, others[at], depth + 1));
}

function equalMaps(
  context: CallContext,
  left: ReadonlyMap<string, Value>,
  right: ReadonlyMap<string, Value>,
  depth: number,
): boolean {
  if (left.size !== right.size) return false;
  for (const [key, value] of left) {
    if (!right.has(key) || !deepEqual(context, value, right.get(key), depth + 1)) return false;
  }
  return true;
}

function compareBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

/** sort.Strings, charged for its time. */
export function sortTexts(context: CallContext, texts: readonly string[]): string[] {
  context.charge(texts.length * Math.ceil(Math.log2(texts.length + 2)));
  return [...texts].sort(compareTexts);
}

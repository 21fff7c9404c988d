// len, index and slice. Errors leave the index out, as it may be a secret's number.
import { access, define, defineVariadic } from '../function.ts';
import { count, fail, type SafeText, safe } from '../safe-text.ts';
import { byteLength, fromBytes, toBytes } from '../text.ts';
import {
  type CallContext,
  JsonNumber,
  NilPointer,
  TypedInt,
  TypedList,
  TypedMap,
  typeOf,
  type Value,
} from '../value.ts';
import { zeroOf } from '../zero.ts';

/** Characters per step if a text's bytes are needed. */
const CHARS_PER_STEP = 8;

export const len = define(['interface {}'], (_, value) => {
  if (typeof value === 'string') return BigInt(byteLength(value));
  if (value instanceof JsonNumber) return BigInt(value.text.length);
  if (value instanceof Map) return BigInt(value.size);
  if (Array.isArray(value) || value instanceof Uint8Array) return BigInt(value.length);
  if (value === null || value instanceof NilPointer) return fail`len of nil pointer`;
  return fail`len of type ${pointedType(value)}`;
});

export const index = access(
  defineVariadic(['interface {}'], 'interface {}', (context, item, keys) => {
    if (item === null) return fail`index of untyped nil`;
    let found: Value = item;
    for (const key of keys) {
      context.charge(1);
      found = elementOf(context, found, key);
    }
    return found;
  }),
);

function elementOf(context: CallContext, item: Value, key: Value): Value {
  if (item === null || item === undefined || item instanceof NilPointer) return fail`index of nil pointer`;
  if (item instanceof Map) {
    if (key === null) return fail`value is nil; should be of type string`;
    if (typeof key !== 'string') return fail`value has type ${typeOf(key)}; should be string`;
    const value = item.get(key);
    return value === undefined
      ? zeroOf(safe(item instanceof TypedMap ? item.type.replace(/^map\[(?:string|interface \{\})\]/, '') : ''))
      : value;
  }
  if (Array.isArray(item)) return item[indexOf(key, item.length, 1)];
  if (item instanceof Uint8Array) return byte(item, key);
  if (typeof item === 'string') return byte(bytesOf(context, item), key);
  if (item instanceof JsonNumber) return byte(toBytes(item.text), key);
  return fail`can't index item of type ${pointedType(item)}`;
}

function byte(bytes: Uint8Array, key: Value): Value {
  return new TypedInt('uint8', BigInt(bytes[indexOf(key, bytes.length, 1)] as number));
}

/** @param beyond 1 if the end itself is out of range */
function indexOf(key: Value, length: number, beyond: 0 | 1): number {
  if (key === null || key === undefined) return fail`cannot index slice/array with nil`;
  const whole = typeof key === 'bigint' ? key : key instanceof TypedInt ? key.value : undefined;
  if (whole === undefined) return fail`cannot index slice/array with type ${typeOf(key)}`;
  if (whole < 0n || whole > BigInt(length - beyond)) return fail`index out of range`;
  return Number(whole);
}

/** Go has the bytes at hand; here the whole text is converted, which takes time and memory. */
function bytesOf(context: CallContext, text: string): Uint8Array {
  context.charge(text.length / CHARS_PER_STEP);
  return toBytes(text);
}

export const slice = defineVariadic(['interface {}'], 'interface {}', (context, item, bounds) => {
  if (item === null) return fail`slice of untyped nil`;
  if (item instanceof NilPointer) return fail`slice of nil pointer`;
  if (bounds.length > 3) return fail`too many slice indexes: ${count(bounds.length)}`;
  const isText = typeof item === 'string' || item instanceof JsonNumber;
  if (isText && bounds.length === 3) return fail`cannot 3-index slice a string`;
  if (isText) {
    const text = typeof item === 'string' ? item : item.text;
    const bytes = bytesOf(context, text);
    const part = fromBytes(bytes.subarray(...range(bounds, bytes.length)));
    return typeof item === 'string' ? part : new JsonNumber(part);
  }
  if (item instanceof Uint8Array) return item.subarray(...range(bounds, item.length));
  if (!Array.isArray(item)) return fail`can't slice item of type ${pointedType(item)}`;
  const part = item.slice(...range(bounds, item.length));
  return item instanceof TypedList ? new TypedList(item.type, part) : part;
});

function range(bounds: readonly Value[], length: number): [start: number, end: number] {
  const [start = 0, end = length, limit = length] = bounds.map((bound) => indexOf(bound, length, 0));
  if (start > end || end > limit) return fail`invalid slice index`;
  return [start, end];
}

/** The type that a pointer points to. */
function pointedType(value: Value): SafeText {
  const type = typeOf(value);
  return type.startsWith('*') ? safe(type.slice(1)) : type;
}

// Truth for `if`, `with`, `and`, `or` and `not`: anything but the zero value of its type.
import { JsonNumber, NilPointer, TypedInt, type Value } from './value.ts';

export function isTrue(value: Value): boolean {
  if (typeof value === 'object' && value !== null) {
    if (Array.isArray(value) || value instanceof Uint8Array) return value.length > 0;
    if (value instanceof Map) return value.size > 0;
    if (value instanceof JsonNumber) return value.text !== '';
    if (value instanceof TypedInt) return value.value !== 0n;
    return !(value instanceof NilPointer);
  }
  // NaN differs from itself, and is true in Go.
  return typeof value === 'number' ? value !== 0 : Boolean(value);
}

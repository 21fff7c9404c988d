// What `if`, `with`, `and`, `or` and `not` take for true: what is not the zero of its type.
import { JsonNumber, NilPointer, TypedInt, type Value } from './value.ts';

export function isTrue(value: Value): boolean {
  if (typeof value === 'object' && value !== null) {
    if (Array.isArray(value) || value instanceof Uint8Array) return value.length > 0;
    if (value instanceof Map) return value.size > 0;
    if (value instanceof JsonNumber) return value.text !== '';
    if (value instanceof TypedInt) return value.value !== 0n;
    return !(value instanceof NilPointer);
  }
  // What is no number compares with itself as different, and is true in Go.
  return typeof value === 'number' ? value !== 0 : Boolean(value);
}

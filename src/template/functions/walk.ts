// Limits on walking a value: a map may contain itself, and lists may share elements.
import { fail } from '../safe-text.ts';
import { type CallContext, JsonNumber, TypedInt, type Value } from '../value.ts';

/** A class's data nests a few levels; what Go refuses as a cycle ends here. */
export const MAX_DEPTH = 500;

/** Charges a step per element, and stops endless values. */
export function descend(context: CallContext, depth: number): void {
  context.charge(1);
  if (depth > MAX_DEPTH) fail`the value nests too deeply, or holds itself`;
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** What reflection calls a slice: elements of bytes are integers. */
export function elementsOf(value: Value): readonly Value[] | undefined {
  if (Array.isArray(value)) return value;
  return value instanceof Uint8Array ? Array.from(value, (byte) => new TypedInt('uint8', BigInt(byte))) : undefined;
}

/** Unset for sprig: the zero value of its type. */
export function isEmpty(value: Value): boolean {
  if (value === null || value === undefined) return true;
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return !value;
    case 'number':
      return value === 0;
  }
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0;
  if (value instanceof Map) return value.size === 0;
  if (value instanceof JsonNumber) return value.text === '';
  return value instanceof TypedInt && value.value === 0n;
}

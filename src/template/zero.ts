// Go's zero of a type.
import { type IntType, NilPointer, TypedInt, TypedList, TypedMap, type Value } from './value.ts';

const INTEGERS: ReadonlySet<string> = new Set([
  'int8',
  'int16',
  'int32',
  'int64',
  'uint',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
]);

export function zeroOf(type: string): Value {
  switch (type) {
    case 'string':
      return '';
    case 'int':
      return 0n;
    case 'float64':
      return 0;
    case 'bool':
      return false;
    case '[]interface {}':
      return [];
    case 'map[string]interface {}':
      return new Map();
  }
  if (INTEGERS.has(type)) return new TypedInt(type as IntType, 0n);
  if (type.startsWith('*')) return new NilPointer(type);
  if (type.startsWith('[]')) return new TypedList(type);
  if (type.startsWith('map[')) return new TypedMap(type);
  return null;
}

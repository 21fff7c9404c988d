// Slices and maps of Go's that are nil: they have nothing in them, and are `null` in JSON.
import { TypedList, type Value } from './value.ts';

export class NilList extends TypedList {
  readonly isNil = true;
}

/** A map[string]interface {}. What would add to it fails. */
export class NilMap extends Map<string, Value> {
  readonly isNil = true;
}

export function isNilCollection(value: Value): value is NilList | NilMap {
  return value instanceof NilList || value instanceof NilMap;
}

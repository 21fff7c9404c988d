// gjson's modifiers; undefined if the result is nothing.
import { STEPS_PER_KEY } from '../../json-text/tree-reader.ts';
import type { Steps } from '../steps.ts';
import { isList, isMap, parseValue, toJson, type Value } from '../value.ts';
import type { Modifier } from './path.ts';

const UNCHANGED = (value: Value) => value;

export const MODIFY: Readonly<Record<Modifier, (value: Value, steps: Steps) => Value | undefined>> = {
  this: UNCHANGED,
  // A value that reaches this is valid.
  valid: UNCHANGED,
  keys: (value) => {
    if (isMap(value)) return [...value.keys()];
    return isList(value) ? value.map(() => null) : [null];
  },
  values: (value) => {
    if (isMap(value)) return [...value.values()];
    return isList(value) ? value : [value];
  },
  reverse: (value) => {
    if (isMap(value)) return new Map([...value].reverse());
    return isList(value) ? value.toReversed() : value;
  },
  flatten: (value) => (isList(value) ? value.flat() : value),
  fromstr: (value, steps) => {
    if (typeof value === 'string') return parseValue(value, steps);
    return value === null ? undefined : value;
  },
  tostr: (value, steps) => toJson(value, steps),
};

/** Steps that a modifier of this value may take. */
export function sizeOf(value: Value): number {
  if (isMap(value)) return value.size * STEPS_PER_KEY;
  if (!isList(value)) return 1;
  return value.reduce((size: number, item) => size + (isList(item) ? 1 + item.length : 1), 0);
}

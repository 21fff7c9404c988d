// The functions and the struct of oracle/language/main.go once more: what a case may use of them, both sides have.
import { define, defineVariadic, type FunctionLibrary, libraryOf } from '../../../src/template/function.ts';
import { sprint } from '../../../src/template/print/printf.ts';
import { fail } from '../../../src/template/safe-text.ts';
import { toBytes } from '../../../src/template/text.ts';
import { FunctionValue, NilPointer, Struct, TypedInt, TypedList, type Value } from '../../../src/template/value.ts';

const ROCKET = '*main.Rocket';

export function rocket(name: string): Struct {
  const fields = new Map<string, Value>([
    ['Name', name],
    ['Any', null],
  ]);
  return new Struct(
    ROCKET,
    fields,
    new Map([
      ['Launch', define([], () => `${name} launched`)],
      [
        'Add',
        defineVariadic(['int', 'string'], 'interface {}', (context, a, text, more) =>
          sprint(context, [name, a, text, BigInt(more.length), more]),
        ),
      ],
      ['Fail', define(['string'], () => fail`refused`)],
      ['None', define([], () => new NilPointer(ROCKET))],
    ]),
  );
}

export const FUNCTIONS: FunctionLibrary = libraryOf({
  upper: define(['string'], (_, text) => text.toWellFormed().toUpperCase()),
  join: define(['[]string', 'string'], (_, items, separator) => (items ?? []).join(separator)),
  list: defineVariadic([], 'interface {}', (_, items) => items),
  strings: defineVariadic([], 'string', (_, items) => new TypedList('[]string', items)),
  dict: defineVariadic([], 'interface {}', (_, items) => {
    const made = new Map<string, Value>();
    for (let at = 0; at + 1 < items.length; at += 2) {
      const key = items[at];
      if (typeof key !== 'string') return fail`no string`;
      made.set(key, items[at + 1]);
    }
    return made;
  }),
  int64: define(['int'], (_, value) => new TypedInt('int64', value)),
  uint8: define(['int'], (_, value) => new TypedInt('uint8', BigInt.asUintN(8, value))),
  half: define(['float64'], (_, value) => value / 2),
  is: define(['bool'], (_, value) => value),
  map: define(['map[string]interface {}'], (_, value) => BigInt(value?.size ?? 0)),
  none: define([], () => null),
  refuse: define(['interface {}'], () => fail`refused`),
  rocket: define(['string'], (_, name) => rocket(name)),
  nothing: define([], () => new NilPointer(ROCKET)),
  // Go's own fails at the nil pointer.
  of: define([ROCKET], (_, one) => (one === null ? fail`nil` : one.fields.get('Name'))),
  adder: define(
    ['int'],
    (_, by) =>
      new FunctionValue(
        'func(...int) int',
        defineVariadic([], 'int', (__, values) => BigInt(values.length) + by),
      ),
  ),
  bytes: define(['string'], (_, text) => new Uint8Array(toBytes(text))),
});

// The functions and the struct of oracle/language/main.go once more: what a case may use of them, both sides have.
import { define, defineVariadic, type FunctionLibrary, libraryOf } from '../../../src/template/function.ts';
import { sprint } from '../../../src/template/print/printf.ts';
import { fail } from '../../../src/template/safe-text.ts';
import { toBytes } from '../../../src/template/text.ts';
import {
  FunctionValue,
  NilPointer,
  Struct,
  type TemplateFunction,
  TypedInt,
  TypedList,
  TypedMap,
  type Value,
} from '../../../src/template/value.ts';

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

const FLOATS: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['-Inf', Number.NEGATIVE_INFINITY],
]);

/** Go's own answers 0 if it is none. */
function parsed(text: string): number {
  const value = Number(text);
  return Number.isNaN(value) || !/^[-+]?[\d.]/.test(text) ? 0 : value;
}

function typedMap(element: string, value: Value): TemplateFunction {
  return define([], () => new TypedMap(`map[string]${element}`, [['a', value]]));
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
  float: define(['string'], (_, text) => FLOATS.get(text) ?? parsed(text)),
  ints: typedMap('int', 1n),
  floats: typedMap('float64', 1.5),
  bools: typedMap('bool', true),
  longs: typedMap('uint64', new TypedInt('uint64', 1n)),
  lists: typedMap('[]interface {}', [1n]),
  texts: typedMap('[]string', new TypedList('[]string', ['x'])),
  maps: typedMap('map[string]interface {}', new Map()),
  nested: typedMap('map[string]string', new TypedMap('map[string]string')),
  bytes: define(['string'], (_, text) => new Uint8Array(toBytes(text))),
});

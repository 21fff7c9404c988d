// sprig's functions of lists. Each has a form that begins with `must`: there they differ in how Go reports the error, not
// in what the user sees.
import { define, defineVariadic } from '../function.ts';
import { NilList } from '../nil.ts';
import { fail, type SafeText, safe } from '../safe-text.ts';
import { type CallContext, TypedList, type Value } from '../value.ts';
import type { ToInt64 } from './cast.ts';
import { deepEqual, kindOf, sortTexts } from './kinds.ts';
import { listOfTexts, textsOf } from './sprig-strings.ts';
import { textOf } from './text-of.ts';
import { elementsOf, isEmpty } from './walk.ts';

const ANY = 'interface {}';

export const sprigLists = (toInt64: ToInt64) => ({
  list: defineVariadic([], ANY, (_, values) => values),
  tuple: defineVariadic([], ANY, (_, values) => values),
  ...both(
    'first',
    define([ANY], (context, list) => elements(context, list, 'find first on')[0] ?? null),
  ),
  ...both(
    'last',
    define([ANY], (context, list) => elements(context, list, 'find last on').at(-1) ?? null),
  ),
  ...both(
    'rest',
    define([ANY], (context, list) => orNil(elements(context, list, 'find rest on'), (all) => all.slice(1))),
  ),
  ...both(
    'initial',
    define([ANY], (context, list) => orNil(elements(context, list, 'find initial on'), (all) => all.slice(0, -1))),
  ),
  ...both('append', define([ANY, ANY], push)),
  ...both('push', define([ANY, ANY], push)),
  ...both(
    'prepend',
    define([ANY, ANY], (context, list, value) => [value, ...elements(context, list, 'prepend on')]),
  ),
  ...both(
    'reverse',
    define([ANY], (context, list) => elements(context, list, 'find reverse on').toReversed()),
  ),
  ...both(
    'compact',
    define([ANY], (context, list) => {
      return elements(context, list, 'compact on').filter((item) => !isEmpty(item));
    }),
  ),
  ...both(
    'uniq',
    define([ANY], (context, list) => {
      const found: Value[] = [];
      for (const item of elements(context, list, 'find uniq on')) if (!includes(context, found, item)) found.push(item);
      return found;
    }),
  ),
  ...both(
    'without',
    defineVariadic([ANY], ANY, (context, list, omitted) => {
      return elements(context, list, 'find without on').filter((item) => !includes(context, omitted, item));
    }),
  ),
  ...both(
    'has',
    define([ANY, ANY], (context, needle, list) => {
      return list !== null && includes(context, elements(context, list, 'find has on'), needle);
    }),
  ),
  ...both(
    'slice',
    defineVariadic([ANY], ANY, (context, list, indices) => slice(context, list, indices.map(toInt64))),
  ),
  ...both('chunk', define(['int', ANY], chunks)),
  concat: defineVariadic([], ANY, (context, lists) => {
    const all = lists.flatMap((list) => {
      return [...(elementsOfSlice(context, list) ?? fail`Cannot concat type ${kindOf(list)} as list`)];
    });
    return orNil(all, () => all);
  }),
  sortAlpha: define([ANY], (context, list) => {
    if (elementsOf(list) === undefined) return listOfTexts(context, [textOf(context, list)]);
    return listOfTexts(context, sortTexts(context, textsOf(context, list)));
  }),
});

function both<const N extends string, F>(name: N, call: F) {
  const must = `must${name.charAt(0).toUpperCase()}${name.slice(1)}` as `must${Capitalize<N>}`;
  return { [name]: call, [must]: call } as { [K in N | `must${Capitalize<N>}`]: F };
}

/** Go makes a nil slice of an empty input. */
function orNil(all: readonly Value[], map: (all: readonly Value[]) => readonly Value[]): Value {
  return all.length === 0 ? new NilList('[]interface {}') : map(all);
}

function push(context: CallContext, list: Value, value: Value): Value {
  return [...elements(context, list, 'push on'), value];
}

/** @param what a constant of this file */
function elements(context: CallContext, list: Value, what: string): readonly Value[] {
  return elementsOfSlice(context, list) ?? cannot(safe(what), list);
}

function cannot(what: SafeText, list: Value): never {
  return fail`Cannot ${what} type ${kindOf(list)}`;
}

function elementsOfSlice(context: CallContext, list: Value): readonly Value[] | undefined {
  if (list === null) fail`runtime error: invalid memory address or nil pointer dereference`;
  const found = elementsOf(list);
  // The result is a plain list, without a type of its own.
  if (found !== undefined) context.charge(found.length);
  return found === undefined || kindOf(list) !== 'slice' ? undefined : Array.from(found);
}

function includes(context: CallContext, list: readonly Value[], needle: Value): boolean {
  return list.some((item) => deepEqual(context, needle, item));
}

function slice(context: CallContext, list: Value, indices: readonly bigint[]): Value {
  if (list === null) fail`runtime error: invalid memory address or nil pointer dereference`;
  const found = elementsOf(list);
  if (found === undefined) return fail`list should be type of slice or array but ${kindOf(list)}`;
  if (found.length === 0) return null;
  const start = indices[0] ?? 0n;
  const end = indices[1] ?? BigInt(found.length);
  if (start < 0n || start > end || end > found.length) fail`reflect.Value.Slice: slice index out of bounds`;
  context.charge(Number(end - start));
  if (list instanceof Uint8Array) return list.subarray(Number(start), Number(end));
  const part = found.slice(Number(start), Number(end));
  return list instanceof TypedList ? new TypedList(list.type, part) : part;
}

function chunks(context: CallContext, size: bigint, list: Value): Value {
  const all = elementsOfSlice(context, list) ?? fail`Cannot chunk type ${kindOf(list)}`;
  const width = Number(size);
  const count = Math.floor((all.length - 1) / width) + 1;
  if (!Number.isFinite(count) || count < 0 || (width < 0 && count > 0))
    fail`runtime error: makeslice: len out of range`;
  const parts = Array.from({ length: count }, (_, at) => all.slice(at * width, (at + 1) * width));
  return new TypedList('[][]interface {}', parts);
}

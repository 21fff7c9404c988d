// consul-template's functions of lists and maps.
import { define, defineVariadic } from '../function.ts';
import { count, fail } from '../safe-text.ts';
import { type CallContext, JsonNumber, TemplateCall, TypedInt, TypedList, typeOf, type Value } from '../value.ts';
import { parsedInt } from './agent-strings.ts';
import { includesText } from './go-text.ts';
import { sortedEntries } from './json-write.ts';
import { typeName } from './kinds.ts';
import { mergeInto } from './merge.ts';
import { int64 } from './sprig-numbers.ts';

const ANY = 'interface {}';
const MAP = 'map[string]interface {}';
const LIST = '[]interface {}';
/** A number of a loop takes some bytes. */
const STEPS_OF_ELEMENT = 4;
type Members = Map<string, Value>;
type Items = readonly Value[];

export const AGENT_LISTS = {
  contains: define([ANY, ANY], (context, needle, container) => isIn(context, container, needle)),
  in: define([ANY, ANY], (context, container, needle) => isIn(context, container, needle)),
  containsAll: some((items, isFound) => items.every(isFound)),
  containsAny: some((items, isFound) => items.some(isFound)),
  containsNone: some((items, isFound) => !items.some(isFound)),
  containsNotAll: some((items, isFound) => !items.every(isFound)),
  loop: defineVariadic([], ANY, (context, ends) => {
    if (ends.length < 1 || ends.length > 2) {
      return fail`loop: wrong number of arguments, expected 1 or 2, but got ${count(ends.length)}`;
    }
    const [start, end] = ends.length === 1 ? [0n, loopEnd(ends[0])] : [loopEnd(ends[0]), loopEnd(ends[1])];
    return numbers(context, start, end);
  }),
  mergeMap: {
    ...define([MAP, MAP], (context, target, source) => merged(context, target, source, false)),
    // Go's version also takes merge settings, which templates cannot make.
    rest: 'func(*mergo.Config)',
  },
  mergeMapWithOverride: define([MAP, MAP], (context, target, source) => merged(context, target, source, true)),
  explodeMap: define([MAP], (context, map) => {
    const tree: Members = new Map();
    for (const [path, value] of sortedEntries(map ?? new Map())) plant(context, tree, path, value);
    return tree;
  }),
  executeTemplate: defineVariadic(['string'], ANY, (_, name, data) => {
    if (data.length < 2) return new TemplateCall(name, data[0] ?? null);
    return fail`executeTemplate: wrong number of arguments, expected 1 or 2, but got ${count(data.length + 1)}`;
  }),
} as const;

function some(judge: (items: Items, isFound: (item: Value) => boolean) => boolean) {
  return define([LIST, ANY], (context, items, container) =>
    judge(items ?? [], (item) => isIn(context, container, item)),
  );
}

/** Part of a text, or an element of a list. */
function isIn(context: CallContext, container: Value, needle: Value): boolean {
  if (typeof container === 'string' || container instanceof JsonNumber) {
    if (needle === null) return noType();
    return typeOf(container) === typeOf(needle) && includesText(context, textIn(container), textIn(needle));
  }
  if (!Array.isArray(container) || isChannel(container)) return false;
  context.charge(container.length);
  return container.some((item: Value) => item !== null && item !== undefined && isSame(item, needle));
}

/** Texts of one type, whole numbers with a sign, or floats. */
function isSame(item: Value, needle: Value): boolean {
  if (needle === null) return noType();
  const [left, right] = [signed(item), signed(needle)];
  if (left !== undefined || right !== undefined) return left === right;
  if (typeof item === 'number') return item === needle;
  const isText = typeof item === 'string' || item instanceof JsonNumber;
  return isText && typeOf(item) === typeOf(needle) && textIn(item) === textIn(needle);
}

function noType(): never {
  return fail`reflect: call of reflect.Value.Type on zero Value`;
}

function textIn(value: Value): string {
  return value instanceof JsonNumber ? value.text : String(value);
}

function signed(value: Value): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return value instanceof TypedInt && value.type.startsWith('int') ? value.value : undefined;
}

function isChannel(list: Items): boolean {
  return list instanceof TypedList && list.type.startsWith('<-chan');
}

function loopEnd(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (value instanceof TypedInt) return BigInt.asIntN(64, value.value);
  return typeof value === 'string' ? parsedInt(value) : fail`loop: bad argument type: ${typeName(value)}`;
}

function numbers(context: CallContext, start: bigint, end: bigint): Value {
  const size = end > start ? Number(end - start) : 0;
  context.charge(STEPS_OF_ELEMENT * size);
  return new TypedList(
    '<-chan int64',
    Array.from({ length: size }, (_, at) => int64(start + BigInt(at))),
  );
}

function merged(context: CallContext, target: Members | null, source: Members | null, overwrites: boolean): Members {
  const result: Members = target ?? new Map();
  if (source !== null && source !== result) mergeInto(context, result, source, overwrites);
  return result;
}

/** `a/b` becomes `b` in the map `a`. */
function plant(context: CallContext, tree: Members, path: string, value: Value): void {
  const parts = path.split('/');
  context.charge(STEPS_OF_ELEMENT * parts.length);
  let map = tree;
  for (const part of parts.slice(0, -1)) {
    const known = map.get(part);
    if (known !== undefined && !(known instanceof Map))
      fail`explodeMap: not a map: a part of a key already has a value`;
    const next: Members = known instanceof Map ? known : new Map();
    map.set(part, next);
    map = next;
  }
  const last = parts.at(-1) as string;
  if (last !== '') map.set(last, value);
}

// sprig's functions of maps. Go gives keys in any order; here they are sorted.
import { define, defineVariadic } from '../function.ts';
import { isNilCollection, NilMap } from '../nil.ts';
import { fail, type SafeText, safe } from '../safe-text.ts';
import { type CallContext, Struct, TypedList, TypedMap, typeOf, type Value } from '../value.ts';
import { sortedEntries } from './json-write.ts';
import { sortTexts } from './kinds.ts';
import { mergeInto } from './merge.ts';
import { listOfTexts } from './sprig-strings.ts';
import { textOf } from './text-of.ts';
import { descend } from './walk.ts';

const ANY = 'interface {}';
const MAP = 'map[string]interface {}';
/** A list of one takes a hundred bytes. */
const STEPS_OF_COPY = 8;
type Members = Map<string, Value>;

const merge = defineVariadic([MAP], MAP, (context, target, sources) => merged(context, target, sources, false));
const mergeOverwrite = defineVariadic([MAP], MAP, (context, target, sources) => merged(context, target, sources, true));
const deepCopy = define([ANY], (context, value) => {
  return value === null ? fail`reflect: call of reflect.Value.Type on zero Value` : copied(context, value, 0);
});

export const SPRIG_MAPS = {
  dict: defineVariadic([], ANY, (context, parts) => {
    const members: Members = new Map();
    for (let at = 0; at < parts.length; at += 2) {
      members.set(textOf(context, parts[at]), at + 1 < parts.length ? parts[at + 1] : '');
    }
    return members;
  }),
  get: define([MAP, 'string'], (_, map, key) => (map?.has(key) ? map.get(key) : '')),
  set: define([MAP, 'string', ANY], (_, map, key, value) => {
    if (map === null || map instanceof NilMap) return fail`assignment to entry in nil map`;
    return map.set(key, value);
  }),
  unset: define([MAP, 'string'], (_, map, key) => {
    map?.delete(key);
    return map ?? new NilMap();
  }),
  hasKey: define([MAP, 'string'], (_, map, key) => map?.has(key) ?? false),
  keys: defineVariadic([], MAP, (context, maps) =>
    listOfTexts(
      context,
      maps.flatMap((map) => sortTexts(context, [...(map?.keys() ?? [])])),
    ),
  ),
  values: define([MAP], (context, map) => {
    context.charge(map?.size ?? 0);
    return sortedEntries(map ?? new Map()).map(([, value]) => value);
  }),
  pluck: defineVariadic(['string'], MAP, (_, key, maps) =>
    maps.filter((map) => map?.has(key)).map((map) => map?.get(key)),
  ),
  pick: defineVariadic([MAP], 'string', (context, map, keys) => filtered(context, map, (key) => keys.includes(key))),
  omit: defineVariadic([MAP], 'string', (context, map, keys) => filtered(context, map, (key) => !keys.includes(key))),
  merge,
  mustMerge: merge,
  mergeOverwrite,
  mustMergeOverwrite: mergeOverwrite,
  deepCopy,
  mustDeepCopy: deepCopy,
  dig: defineVariadic([], ANY, (_, parts) => dug(parts)),
} as const;

function filtered(context: CallContext, map: Members | null, isKept: (key: string) => boolean): Members {
  context.charge(map?.size ?? 0);
  return new Map([...(map ?? [])].filter(([key]) => isKept(key)));
}

function merged(
  context: CallContext,
  target: Members | null,
  sources: readonly (Members | null)[],
  overwrites: boolean,
): Members {
  const result: Members = target === null || target instanceof NilMap ? new Map() : target;
  for (const source of sources)
    if (source !== null && source !== result) mergeInto(context, result, source, overwrites);
  return result;
}

function copied(context: CallContext, value: Value, depth: number): Value {
  descend(context, depth);
  context.charge(STEPS_OF_COPY);
  if (isNilCollection(value)) return value;
  if (value instanceof Map) {
    const entries = [...value].map(([key, member]) => [key, copied(context, member, depth + 1)] as const);
    return value instanceof TypedMap ? new TypedMap(value.type, entries) : new Map(entries);
  }
  if (Array.isArray(value)) {
    const items = Array.from(value, (item) => copied(context, item, depth + 1));
    return value instanceof TypedList ? new TypedList(value.type, items) : items;
  }
  if (value instanceof Uint8Array) return value.slice();
  if (!(value instanceof Struct) || value.fields.size === 0) return value;
  const fields = [...value.fields].map(([name, field]) => [name, copied(context, field, depth + 1)] as const);
  return new Struct(value.type, new Map(fields), value.methods);
}

/** The value at a path of keys, or the default. */
function dug(parts: readonly Value[]): Value {
  if (parts.length < 3) fail`dig needs at least three arguments`;
  let map = asMap(parts.at(-1));
  const keys = parts.slice(0, -2).map(asText);
  for (const [at, key] of keys.entries()) {
    if (!map.has(key)) return parts.at(-2);
    if (at === keys.length - 1) return map.get(key);
    map = asMap(map.get(key));
  }
  return fail`dig needs at least three arguments`;
}

function asMap(value: Value): Members {
  if (value instanceof Map && !(value instanceof TypedMap)) return value;
  return cannotConvert(value, safe(MAP));
}

function asText(value: Value): string {
  return typeof value === 'string' ? value : cannotConvert(value, safe('string'));
}

function cannotConvert(value: Value, type: SafeText): never {
  const from = value === null || value === undefined ? safe('nil') : typeOf(value);
  return fail`interface conversion: interface {} is ${from}, not ${type}`;
}

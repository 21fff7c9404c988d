// `scratch`: what a template keeps for later in the same render.
import { define } from '../function.ts';
import { fail } from '../safe-text.ts';
import { Struct, type TemplateFunction, type Value } from '../value.ts';
import { renderOf } from './agent-lookups.ts';
import { sortedEntries } from './json-write.ts';

const ANY = 'interface {}';

export const AGENT_SCRATCH = {
  scratch: define([], (context) => scratchOf(renderOf(context).scratch)),
} as const;

function scratchOf(kept: Map<string, Value>): Struct {
  const methods: Record<string, TemplateFunction> = {
    Key: define(['string'], (_, key) => kept.has(key)),
    Get: define(['string'], (_, key) => kept.get(key) ?? null),
    Set: define(['string', ANY], (_, key, value) => {
      kept.set(key, value);
      return '';
    }),
    SetX: define(['string', ANY], (_, key, value) => {
      if (!kept.has(key)) kept.set(key, value);
      return '';
    }),
    MapSet: define(['string', 'string', ANY], (_, key, member, value) => {
      mapAt(kept, key).set(member, value);
      return '';
    }),
    MapSetX: define(['string', 'string', ANY], (_, key, member, value) => {
      const map = mapAt(kept, key);
      if (!map.has(member)) map.set(member, value);
      return '';
    }),
    MapValues: define(['string'], (context, key) => {
      const map = kept.get(key);
      if (!(map instanceof Map)) return [];
      context.charge(map.size);
      return sortedEntries(map).map(([, value]) => value);
    }),
  };
  return new Struct('*template.Scratch', new Map(), new Map(Object.entries(methods)));
}

function mapAt(kept: Map<string, Value>, key: string): Map<string, Value> {
  const known = kept.get(key);
  if (known instanceof Map) return known;
  if (kept.has(key)) return fail`what is kept under this name is not a map`;
  const map = new Map<string, Value>();
  kept.set(key, map);
  return map;
}

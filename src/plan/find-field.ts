// `find`: those secrets of a folder, and of the folders in it, that have a name or labels.
import { quote } from '../quote.ts';
import { isNull, kindOf, type YamlMap } from '../yaml/node.ts';
import type { Entry } from './entry.ts';
import type { PatternBudget } from './pattern-budget.ts';
import type { Wanted } from './plan.ts';
import { mapOf, refuseOthers, textIn, valueIn } from './sub-fields.ts';
import { readFolder, TREE_FIELDS, type TreeFields } from './tree-field.ts';

const FIELDS = ['name', 'tags', ...TREE_FIELDS];
const FORM = 'write a map with name, an expression, or tags';
export const MOST_TAGS = 20;
const NOTHING: Wanted = Object.freeze({ name: undefined, tags: [] });

export function readFind(entry: Entry, patterns: PatternBudget): TreeFields & { readonly wanted: Wanted } {
  const map = mapOf(entry, 'find', FORM);
  if (map === undefined || map === 'all') return { ...readFolder(undefined, 'find', entry), wanted: NOTHING };
  refuseOthers(map, FIELDS, 'find', entry);
  const name = textIn(map, 'name', 'find', entry);
  const problem = name === undefined ? undefined : patterns.findProblem(name);
  if (problem !== undefined)
    entry.reportAt(valueIn(map, 'name')?.at ?? map.at, `name: ${quote(name ?? '')} ${problem}`);
  if (name === '')
    entry.reportAt(valueIn(map, 'name')?.at ?? map.at, 'find: name is empty; write an expression, or leave name out');
  if (valueIn(map, 'name') === undefined && valueIn(map, 'tags') === undefined)
    entry.reportAt(map.at, 'find has neither name nor tags; write one, or tree: all for all secrets');
  const wanted = Object.freeze({ name, tags: Object.freeze(readTags(map, entry)) });
  return { ...readFolder(map, 'find', entry), wanted };
}

function readTags(map: YamlMap, entry: Entry): readonly (readonly [name: string, value: string])[] {
  const tags = valueIn(map, 'tags');
  if (tags === undefined) return [];
  if (tags.kind !== 'map' || tags.fields.size === 0 || tags.fields.size > MOST_TAGS) {
    const what = tags.kind === 'map' ? `a map of ${tags.fields.size}` : kindOf(tags);
    entry.reportAt(tags.at, `find: tags is ${what}; write a map of 1 to ${MOST_TAGS} names and values`);
    return [];
  }
  for (const { key, at } of tags.duplicates) entry.reportAt(at, `${quote(key)} is given twice; remove one`);
  return [...tags.fields].flatMap(([name, { value }]) => {
    if (value.kind === 'scalar' && !isNull(value)) return [[name, value.text] as const];
    entry.reportAt(value.at, `find: tag ${quote(name)} is ${kindOf(value)}; write a text`);
    return [];
  });
}

// `rewrite` of External Secrets as the renaming of keys in a class.
import { listAt, mapAt } from '../../manifest/nodes.ts';
import { quote } from '../../quote.ts';
import { parsePattern } from '../../re2.ts';
import type { YamlMap } from '../../yaml/node.ts';
import type { NotMapped } from '../movable.ts';
import type { Renaming } from '../store-value.ts';

/** Limit above any real number of rewrites. */
const MOST_STEPS = 100;

export function readRewrites(item: YamlMap): readonly Renaming[] | NotMapped {
  const renames: Renaming[] = [];
  const steps = listAt(item, 'rewrite')?.items ?? [];
  if (steps.length > MOST_STEPS) return { kind: 'field', why: `rewrite: more than ${MOST_STEPS} steps` };
  for (const step of steps) {
    const regexp = mapAt(step, 'regexp');
    if (regexp === undefined)
      return { kind: 'field', why: 'rewrite: a class renames by regexp only, not by transform or merge' };
    const [from, target] = [rawText(regexp, 'source'), rawText(regexp, 'target')];
    const to = toReplacement(target);
    if (from === '' || typeof parsePattern(from) === 'string' || to === undefined) {
      const why = `rewrite: a class cannot rename by ${quote(from)} and ${quote(target)}`;
      return { kind: 'field', why };
    }
    renames.push({ from, to });
  }
  return renames;
}

function rawText(map: YamlMap, name: string): string {
  const value = map.fields.get(name)?.value;
  return value?.kind === 'scalar' ? value.text : '';
}

/** The name of a key after them. */
export function renamed(key: string, renames: readonly Renaming[]): string {
  let name = key;
  for (const { from, to } of renames) {
    const pattern = parsePattern(from);
    if (typeof pattern !== 'string') name = pattern.replace(name, to);
  }
  return name;
}

/** Go's `$1`, `${1}`, `$name` and `$$`; undefined if a class would read it as something else. */
function toReplacement(target: string): string | undefined {
  let isOdd = false;
  const to = target.replace(
    /\$(?:\$|(\w+)|\{(\w+)\})?(\d?)/g,
    (_whole: string, bare?: string, braced?: string, digit = '') => {
      const name = bare ?? braced;
      if (name === undefined) return `$$${digit}`;
      if (!/^\d+$/.test(name)) return `$<${name}>${digit}`;
      if (digit !== '' || !/^[1-9]\d?$/.test(name)) isOdd = true;
      return `$${name}`;
    },
  );
  return isOdd ? undefined : to;
}

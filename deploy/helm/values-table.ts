// The table of values in the chart's README, from values.yaml: a comment is what stands in the last column. A map
// whose entries have no comments is one value, as `resources` is.
import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml';

export interface Value {
  /** `image.tag` */
  readonly path: string;
  readonly default: unknown;
  readonly comment: string;
}

/** In the order of the file. */
export function readValues(yaml: string): readonly Value[] {
  const { contents } = parseDocument(yaml);
  if (!isMap(contents)) throw new Error('the values are no map');
  return contents.items.flatMap((pair) => toValues(pair, '', contents));
}

export function valuesTable(yaml: string): string {
  const rows = readValues(yaml).map(({ path, default: value, comment }) => {
    if (comment === '') throw new Error(`the value ${path} has no comment`);
    return `| \`${path}\` | ${escapePipes(comment)} | \`${escapePipes(JSON.stringify(value))}\` |`;
  });
  return ['| value | | default |', '| --- | --- | --- |', ...rows].join('\n');
}

function toValues(pair: Pair, above: string, map: YAMLMap): readonly Value[] {
  const path = above + String(pair.key);
  if (isMap(pair.value) && pair.value.items.some((inner) => commentOf(inner, pair.value as YAMLMap) !== '')) {
    const inside = pair.value;
    return inside.items.flatMap((inner) => toValues(inner, `${path}.`, inside));
  }
  const value = (pair.value as { toJSON(): unknown }).toJSON();
  return [{ path, default: value, comment: commentOf(pair, map) }];
}

/** The comment above a key. Above a map's first key it belongs to the map; of several paragraphs the last counts. */
function commentOf(pair: Pair, map: YAMLMap): string {
  const own = isScalar(pair.key) ? pair.key.commentBefore : undefined;
  const text = own ?? (map.items[0] === pair ? map.commentBefore : undefined) ?? '';
  return (text.split(/\n\s*\n/).at(-1) ?? '').replace(/\s*\n\s*/g, ' ').trim();
}

function escapePipes(text: string): string {
  return text.replaceAll('|', '\\|');
}

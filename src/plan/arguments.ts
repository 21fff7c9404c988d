// `secretArgs` to the JSON body of a request: numbers as they were written, keys sorted, so that equal
// arguments make equal bodies. Written as text, never as an object, so a key such as __proto__ is data.

import type { YamlMap, YamlNode } from '../yaml/node.ts';
import type { Place } from '../yaml/position.ts';
import { scalarJson } from '../yaml/scalar.ts';

/** @param say told of each argument that cannot be sent; the body is then of no use. */
export function toBody(args: YamlMap, say: (at: Place, text: string) => void): string {
  return mapJson(args, say);
}

/** Recurses as deep as the YAML is nested, which yaml-convert.ts has bounded. */
function toJson(node: YamlNode, say: (at: Place, text: string) => void): string {
  if (node.kind === 'map') return mapJson(node, say);
  if (node.kind === 'list') return `[${node.items.map((item) => toJson(item, say)).join(',')}]`;
  const json = scalarJson(node);
  if (json === undefined)
    say(node.at, 'secretArgs holds a number that JSON cannot write (.nan or .inf), put it in quotes');
  return json ?? 'null';
}

function mapJson(map: YamlMap, say: (at: Place, text: string) => void): string {
  for (const { at } of map.repeats) say(at, 'secretArgs has the same field twice, remove one');
  const fields = [...map.fields].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, { value }]) => `${JSON.stringify(key)}:${toJson(value, say)}`).join(',')}}`;
}

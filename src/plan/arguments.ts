// `secretArgs` to the JSON body of a request: numbers as they were written, keys sorted, so that equal
// arguments make equal bodies. Written as text, never as an object, so a key such as __proto__ is data.

import type { YamlMap, YamlNode } from '../yaml/node.ts';
import type { Position } from '../yaml/position.ts';
import { scalarJson } from '../yaml/scalar.ts';

/** @param report called for each argument that cannot be sent; the body is then of no use. */
export function toBody(args: YamlMap, report: (at: Position, text: string) => void): string {
  return mapJson(args, report);
}

/** Recurses as deep as the YAML is nested, which yaml/convert.ts has bounded. */
function toJson(node: YamlNode, report: (at: Position, text: string) => void): string {
  if (node.kind === 'map') return mapJson(node, report);
  if (node.kind === 'list') return `[${node.items.map((item) => toJson(item, report)).join(',')}]`;
  const json = scalarJson(node);
  if (json === undefined)
    report(node.at, 'secretArgs holds a number that JSON cannot write (.nan or .inf); put it in quotes');
  return json ?? 'null';
}

function mapJson(map: YamlMap, report: (at: Position, text: string) => void): string {
  for (const { at } of map.duplicates) report(at, 'secretArgs has the same field twice; remove one');
  const fields = [...map.fields].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, { value }]) => `${JSON.stringify(key)}:${toJson(value, report)}`).join(',')}}`;
}

// What a node of a manifest says, to be written anew.
import type { Value } from '../yaml/emit.ts';
import type { YamlNode } from '../yaml/node.ts';
import { scalarJson } from '../yaml/scalar.ts';

/** Recurses as deep as the document is nested, which its reader has bounded. */
export function plainValue(node: YamlNode): Value {
  if (node.kind === 'list') return node.items.map(plainValue);
  if (node.kind === 'map')
    return Object.fromEntries([...node.fields].map(([name, { value }]) => [name, plainValue(value)]));
  const json = scalarJson(node);
  return json === undefined ? node.text : JSON.parse(json);
}

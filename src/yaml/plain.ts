// A document's nodes as the values they mean, so that two texts can be compared by what they say.
import type { Value } from './emit.ts';
import { isNull, type YamlNode } from './node.ts';
import { scalarJson } from './scalar.ts';

/** Expands aliases; the parser has bounded the result. */
export function toValue(node: YamlNode): Value {
  if (node.kind === 'list') return node.items.map(toValue);
  if (node.kind === 'map') {
    const entries = [...node.fields].map(([name, { value }]) => [name, toValue(value)] as const);
    return Object.fromEntries(entries);
  }
  if (isNull(node)) return null;
  return JSON.parse(scalarJson(node) ?? JSON.stringify(node.text));
}

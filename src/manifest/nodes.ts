// Reads a manifest's nodes without errors: absent, null and another type all count as absent.

import { isNull, type YamlField, type YamlList, type YamlMap, type YamlNode, type YamlScalar } from '../yaml/node.ts';
import { scalarJson } from '../yaml/scalar.ts';

/** Booleans to the API server, which follows YAML 1.1 here; texts to all other readers. */
const YAML_1_1_BOOLEAN = /^(yes|no|on|off)$/i;

/** To the API server. */
export function isText(node: YamlNode): node is YamlScalar {
  if (node.kind !== 'scalar') return false;
  if (node.isPlain && YAML_1_1_BOOLEAN.test(node.text)) return false;
  return scalarJson(node)?.startsWith('"') ?? false;
}

export function fieldOf(node: YamlNode | undefined, name: string): YamlField | undefined {
  const field = node?.kind === 'map' ? node.fields.get(name) : undefined;
  return field === undefined || isNull(field.value) ? undefined : field;
}

export function mapAt(node: YamlNode | undefined, ...path: readonly string[]): YamlMap | undefined {
  const found = nodeAt(node, path);
  return found?.kind === 'map' ? found : undefined;
}

export function listAt(node: YamlNode | undefined, ...path: readonly string[]): YamlList | undefined {
  const found = nodeAt(node, path);
  return found?.kind === 'list' ? found : undefined;
}

/** The maps in a list. */
export function mapsAt(node: YamlNode | undefined, ...path: readonly string[]): readonly YamlMap[] {
  return (listAt(node, ...path)?.items ?? []).filter((item) => item.kind === 'map');
}

/** The text of a scalar, trimmed as the driver does; undefined if it is empty. */
export function textAt(node: YamlNode | undefined, ...path: readonly string[]): string | undefined {
  const found = nodeAt(node, path);
  return (found?.kind === 'scalar' && found.text.trim()) || undefined;
}

function nodeAt(node: YamlNode | undefined, path: readonly string[]): YamlNode | undefined {
  let found = node;
  for (const name of path) found = fieldOf(found, name)?.value;
  return found;
}

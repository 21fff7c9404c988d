// Checks a class against the driver's CRD, as the API server does: types, and, as kubectl's strict validation, unknown and
// duplicate fields. Adds nothing at a position where another rule has reported.

import { fieldOf, isText } from '../manifest/nodes.ts';
import type { Resource } from '../manifest/resources.ts';
import { didYouMean } from '../plan/suggest.ts';
import { quote } from '../quote.ts';
import { isNull, kindOf, type YamlMap, type YamlNode } from '../yaml/node.ts';
import { CLASS_SCHEMAS, type Schema } from './driver-crd.ts';

const STRING: Schema = { type: 'string' };
const STRINGS: Schema = { type: 'object', additionalProperties: STRING };
/** The fields of `metadata` that the API server checks, and those that people write; others are allowed. */
const METADATA: Readonly<Record<string, Schema>> = {
  name: STRING,
  namespace: STRING,
  labels: STRINGS,
  annotations: STRINGS,
};

/** @param version of its apiVersion; any other than the driver's is reported elsewhere. */
export function checkSchema(resource: Resource, version: string): void {
  const schema = Object.hasOwn(CLASS_SCHEMAS, version) ? CLASS_SCHEMAS[version] : undefined;
  if (schema === undefined) return;
  checkNode(resource.map, schema, '', resource);
  const metadata = fieldOf(resource.map, 'metadata')?.value;
  for (const [name, one] of Object.entries(METADATA)) {
    const field = fieldOf(metadata, name);
    if (field !== undefined) checkNode(field.value, one, `metadata.${name}`, resource);
  }
}

/** @param path for messages; empty for the class itself. */
function checkNode(node: YamlNode, schema: Schema, path: string, resource: Resource): void {
  if (schema.type === 'string') {
    if (!isText(node)) reportNoText(node, path, resource);
  } else if (schema.type === 'array') {
    if (node.kind !== 'list')
      resource.reportUnlessKnown('class-form', node.at, `${path} is ${kindOf(node)}; write a list`);
    else if (schema.items !== undefined)
      for (const [index, item] of node.items.entries()) checkNode(item, schema.items, `${path}[${index}]`, resource);
  } else if (node.kind !== 'map')
    resource.reportUnlessKnown('class-form', node.at, `${path} is ${kindOf(node)}; write a map of fields`);
  else checkFields(node, schema, path, resource);
}

function reportNoText(node: YamlNode, path: string, resource: Resource): void {
  const isScalar = node.kind === 'scalar';
  const what = isScalar && !isNull(node) ? 'a number or boolean' : kindOf(node);
  const fix = isScalar ? 'put it in quotes' : 'write one text';
  resource.reportUnlessKnown('class-form', node.at, `${path} is ${what}, not a text; ${fix}`);
}

/** Null is as absent: the API server drops it. */
function checkFields(
  map: YamlMap,
  { properties, additionalProperties }: Schema,
  path: string,
  resource: Resource,
): void {
  for (const { key, at } of map.duplicates)
    resource.reportUnlessKnown('class-form', at, `${quote(key)} is given twice; remove one`);
  for (const [name, { at, value }] of map.fields) {
    const known = properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    const inner = [path, quote(name).slice(1, -1)].filter(Boolean).join('.');
    if (known !== undefined && !isNull(value)) checkNode(value, known, inner, resource);
    if (known === undefined && properties !== undefined)
      resource.reportUnlessKnown(
        'class-form',
        at,
        `${path || 'a class'} has no field ${quote(name)}${fixOf(name, properties)}`,
      );
  }
}

function fixOf(name: string, properties: Readonly<Record<string, Schema>>): string {
  const ofSpec = properties['spec']?.properties;
  if (ofSpec !== undefined && Object.hasOwn(ofSpec, name)) return '; move it below spec';
  return didYouMean(name, Object.keys(properties)) || '; remove it';
}

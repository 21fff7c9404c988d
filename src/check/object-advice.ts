// Objects that are valid but hardly intended: rules for single objects of a class.

import { fieldOf, textAt } from '../manifest/nodes.ts';
import type { Resource } from '../manifest/resources.ts';
import type { Rule } from '../manifest/rules.ts';
import { effectOf } from '../plan/methods.ts';
import { FIELDS, type FieldText, FOLDER_KINDS, type SourceKind } from '../plan/object-table.ts';
import { OBJECTS_BOUNDS } from '../plan/objects-bounds.ts';
import { Problems } from '../plan/problems.ts';
import { splitPath, toMethod } from '../plan/read.ts';
import { quote } from '../quote.ts';
import { isNull, type YamlNode } from '../yaml/node.ts';
import { readYaml } from '../yaml/parse.ts';
import { findPlaceholder } from './placeholder.ts';

/** Paths whose answers differ each time, with a new credential or a time that decreases, as the engines name them. */
export const MAKES_NEW =
  /(^|\/)(creds|static-creds?|sts)\/|(^|\/)oidc\/token\/|^totp\/code\/|\/(roleset|static-account|impersonated-account)\/[^/]+\/token$|(^|\/)token\/lookup-self$/;
/** A secret of KV version 2 may have any name, and changes only when it is written. */
const OF_KV = /(^|\/)data\//;

/** An object of a class with the places of its fields. */
export interface ObjectNode {
  readonly name: string;
  readonly node: YamlNode;
}

/** What reports at a place within a text. */
type Within = Pick<Resource, 'reportWithin'>;

/** @param text the scalar that holds the list. */
export function adviseObjects(text: YamlNode, objects: readonly ObjectNode[], resource: Within): void {
  for (const { name, node } of objects) {
    adviseFields(text, name, node, resource);
    const path = textAt(node, 'secretPath');
    if (path === undefined || textAt(node, 'secretKey') !== undefined || sourceKindOf(node) !== 'value') continue;
    const method = toMethod(textAt(node, 'method'));
    const isWrite = method !== undefined && effectOf(method) === 'write';
    if (!isWrite && (!MAKES_NEW.test(path) || OF_KV.test(path))) continue;
    const at = fieldOf(node, 'secretPath')?.at ?? node.at;
    const why = 'without secretKey the file is the whole answer, and each answer of this path is another';
    resource.reportWithin('churn', text, at, `object ${quote(name)}: ${why}; name the key to write`);
  }
}

/** A field that has no effect beside the others, or was never filled in. */
function adviseFields(text: YamlNode, name: string, node: YamlNode, resource: Within): void {
  const report = (rule: Rule, field: string, what: string) => {
    const at = (node.kind === 'map' ? node.fields.get(field)?.at : undefined) ?? node.at;
    resource.reportWithin(rule, text, at, `object ${quote(name)}: ${what}`);
  };
  for (const field of ['objectName', 'secretPath', 'secretKey']) {
    const placeholder = findPlaceholder(textAt(node, field) ?? '');
    if (placeholder !== undefined) report('placeholder', field, `${field}: ${placeholder}`);
  }
  const hasKey = textAt(node, 'secretKey') !== undefined;
  if (!hasKey && sourceKindOf(node) === 'value' && node.kind === 'map' && node.fields.has('secretKey'))
    report(
      'no-effect',
      'secretKey',
      'secretKey is empty and the file the whole answer; write the key or remove the field',
    );
  if (!hasKey && sourceKindOf(node) === 'value' && textAt(node, 'encoding') !== undefined)
    report('no-effect', 'encoding', 'encoding is not looked at without secretKey; name the key or remove it');
  if (fieldOf(node, 'secretArgs') !== undefined && toMethod(textAt(node, 'method')) === 'GET')
    report(
      'no-effect',
      'secretArgs',
      'stores do not read secretArgs of a GET; write method: POST or a query in secretPath',
    );
}

/** The kind of source, by the field that makes it one; a value otherwise. */
export function sourceKindOf(node: YamlNode): SourceKind {
  for (const [name, { makes }] of Object.entries<FieldText>(FIELDS))
    if (makes !== undefined && hasText(fieldOf(node, name)?.value)) return makes;
  return 'value';
}

export function isFolder(node: YamlNode): boolean {
  return FOLDER_KINDS.has(sourceKindOf(node));
}

function hasText(value: YamlNode | undefined): boolean {
  return value !== undefined && !isNull(value) && !(value.kind === 'scalar' && value.text === '');
}

/** The objects that have a name; none if the text is no list. */
export function listObjects(text: YamlNode): readonly ObjectNode[] {
  const root = text.kind === 'scalar' ? readYaml(text.text, OBJECTS_BOUNDS, new Problems()) : undefined;
  if (root?.kind !== 'list') return [];
  return root.items.flatMap((node) => {
    const name = textAt(node, 'objectName');
    return name === undefined ? [] : [{ name, node }];
  });
}

/** Without its query; undefined if it is not a path. */
export function pathOf({ node }: ObjectNode): string | undefined {
  const path = splitPath(textAt(node, 'secretPath') ?? '');
  return typeof path === 'string' ? undefined : path.path;
}

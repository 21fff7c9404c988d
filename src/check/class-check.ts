// One SecretProviderClass: its form, then what the daemon's own parser says of its parameters, then the rules that
// look at objects and Secrets. A class of another provider is left alone.

import { fieldOf, mapAt, mapsAt, textAt } from '../manifest/nodes.ts';
import type { Resource } from '../manifest/resources.ts';
import { nearest } from '../nearest.ts';
import { isKnownParameter } from '../plan/parameter-source.ts';
import type { ParsedParameters } from '../plan/parse-plan.ts';
import { didYouMean } from '../plan/suggest.ts';
import { quote } from '../quote.ts';
import type { YamlMap, YamlNode } from '../yaml/node.ts';
import type { Position } from '../yaml/position.ts';
import { checkParameters } from './class-parameters.ts';
import { checkSchema } from './class-schema.ts';
import { CLASS_SCHEMAS } from './driver-crd.ts';
import { checkLabels } from './labels.ts';
import { isNamespaceName, isResourceName } from './names.ts';
import { adviseObjects, listObjects } from './object-advice.ts';
import { checkSecretObjects } from './secret-objects.ts';

const GROUP = 'secrets-store.csi.x-k8s.io/';
const KIND = 'SecretProviderClass';
/** `spec.provider`: the names of the sockets that the daemon serves if it is not told otherwise. */
const PROVIDERS = ['vault', 'openbao'];
/** What the driver takes for one (v1.6.0, pluginNameRe). */
const PROVIDER_NAME = /^[\w-]{1,30}$/;
/** Parameters that classes of other providers have too. */
const SHARED_PARAMETERS = ['objects', 'audience'];
const SPEC_FIELDS = ['provider', 'parameters', 'secretObjects'];

export interface CheckedClass {
  readonly resource: Resource;
  /** Undefined if its parameters cannot be read. */
  readonly parsed: ParsedParameters | undefined;
  /** The scalar with its list of objects. */
  readonly objects: YamlNode | undefined;
}

export function isClass(resource: Resource): boolean {
  return resource.kind === KIND && isOfGroup(resource);
}

/** A misspelt group or kind makes it a class to its author only: no other tool would report it. */
export function checkKind(resource: Resource): void {
  const { kind, map } = resource;
  if (kind === KIND && !isOfGroup(resource)) {
    const at = map.fields.get('apiVersion')?.value.at ?? map.at;
    resource.report('class-form', at, `not the apiVersion of a class; write ${GROUP}v1`);
  } else if (kind !== KIND && isOfGroup(resource) && nearest(kind, [KIND]) !== undefined) {
    const at = map.fields.get('kind')?.value.at ?? map.at;
    resource.report('class-form', at, `unknown kind ${quote(kind)}${didYouMean(kind, [KIND])}`);
  }
}

function isOfGroup({ map }: Resource): boolean {
  return (textAt(map, 'apiVersion') ?? '').startsWith(GROUP);
}

/** @returns undefined if the class is another provider's. */
export function checkClass(resource: Resource): CheckedClass | undefined {
  const spec = fieldOf(resource.map, 'spec')?.value;
  if (isAnothers(spec)) return undefined;
  const checked = checkSpec(spec, resource);
  for (const holder of [mapAt(resource.map, 'metadata'), ...mapsAt(spec, 'secretObjects')])
    checkLabels(holder, resource);
  checkSchema(resource, versionOf(resource));
  return checked;
}

function checkSpec(spec: YamlNode | undefined, resource: Resource): CheckedClass {
  checkVersion(resource);
  checkNames(resource);
  if (spec?.kind !== 'map') {
    const at = resource.map.fields.get('spec')?.at ?? resource.map.at;
    resource.report('class-form', at, 'spec is missing; write provider and parameters below it');
    return { resource, parsed: undefined, objects: undefined };
  }
  checkFields(spec, resource);
  checkProvider(spec, resource);
  const parsed = checkParameters(spec, resource);
  const objects = fieldOf(mapAt(spec, 'parameters'), 'objects')?.value;
  const list = objects === undefined ? [] : listObjects(objects);
  if (objects !== undefined) adviseObjects(objects, list, resource);
  checkSecretObjects(spec, list, resource);
  return { resource, parsed, objects };
}

function versionOf({ map }: Resource): string {
  return (textAt(map, 'apiVersion') ?? '').slice(GROUP.length);
}

function checkVersion(resource: Resource): void {
  const version = versionOf(resource);
  if (Object.hasOwn(CLASS_SCHEMAS, version)) return;
  const at = fieldOf(resource.map, 'apiVersion')?.value.at ?? resource.map.at;
  resource.report('class-form', at, `the driver serves no version ${quote(version)}; write ${GROUP}v1`);
}

function checkNames(resource: Resource): void {
  const { map, name, namespace } = resource;
  const report = (at: Position, text: string) => resource.report('class-form', at, text);
  const at = (field: string) => fieldOf(mapAt(map, 'metadata'), field)?.value.at ?? map.at;
  const fix = 'use lower-case letters, digits';
  if (name === '') report(map.at, 'metadata.name is missing; write the name');
  else if (!isResourceName(name))
    report(at('name'), `the API server takes no name ${quote(name)}; ${fix}, "-" and "."`);
  if (namespace !== undefined && !isNamespaceName(namespace))
    report(at('namespace'), `the API server takes no namespace ${quote(namespace)}; ${fix} and "-"`);
}

/** A socket may have any name, so our classes are recognised by their parameters. */
function isAnothers(spec: YamlNode | undefined): boolean {
  const provider = textAt(spec, 'provider');
  if (provider === undefined || PROVIDERS.includes(provider) || nearest(provider, PROVIDERS) !== undefined)
    return false;
  const names = [...(mapAt(spec, 'parameters')?.fields.keys() ?? [])];
  return !names.some((name) => isKnownParameter(name) && !SHARED_PARAMETERS.includes(name));
}

function checkFields(spec: YamlMap, resource: Resource): void {
  for (const { key, at } of spec.duplicates)
    resource.report('class-form', at, `${quote(key)} is given twice; remove one`);
  for (const [field, { at }] of spec.fields) {
    if (SPEC_FIELDS.includes(field)) continue;
    const fix = isKnownParameter(field) ? '; move it below parameters' : didYouMean(field, SPEC_FIELDS);
    resource.report('class-form', at, `spec has no field ${quote(field)}${fix || '; remove it'}`);
  }
}

function checkProvider(spec: YamlMap, resource: Resource): void {
  const provider = textAt(spec, 'provider');
  const at = spec.fields.get('provider')?.value.at ?? spec.at;
  if (provider === undefined) resource.report('class-form', at, 'provider is missing; write "vault" or "openbao"');
  else if (isPadded(spec, provider))
    resource.report('class-form', at, `provider has a space before or after it; write ${quote(provider)}`);
  else if (!PROVIDERS.includes(provider) && nearest(provider, PROVIDERS) !== undefined)
    resource.report('class-form', at, `unknown provider ${quote(provider)}${didYouMean(provider, PROVIDERS)}`);
  else if (!PROVIDER_NAME.test(provider))
    resource.report(
      'class-form',
      at,
      `the driver takes no provider ${quote(provider)}; use at most 30 letters, digits, "-" and "_"`,
    );
}

/** The driver looks for a socket of that very name. */
function isPadded(spec: YamlMap, provider: string): boolean {
  const value = fieldOf(spec, 'provider')?.value;
  return value?.kind === 'scalar' && value.text !== provider;
}

// `secretObjects`: which files the driver copies into Secrets, checked as the driver (v1.6.0, pkg/util/secretutil)
// does when the pod is up, which is when its author would hear of it.

import { VOLUME } from '../file-path.ts';
import { fieldOf, listAt, mapAt, textAt } from '../manifest/nodes.ts';
import type { Resource } from '../manifest/resources.ts';
import type { Rule } from '../manifest/rules.ts';
import { didYouMean } from '../plan/suggest.ts';
import { quote } from '../quote.ts';
import { kindOf, type YamlMap, type YamlNode } from '../yaml/node.ts';
import { goBoolean } from '../yaml/scalar.ts';
import { isResourceName } from './names.ts';
import { isFolder, type ObjectNode } from './object-advice.ts';

const FIELDS = ['secretName', 'type', 'labels', 'annotations', 'data'];
const TRACKING = /^(app\.kubernetes\.io\/instance$|argocd\.argoproj\.io\/)/;
const DATA_FIELDS = ['objectName', 'key'];
/** The types that Kubernetes knows, with the keys that the API server wants, one of each list; any other is taken as it is. */
const TYPES: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  ['Opaque', []],
  ['kubernetes.io/basic-auth', [['username', 'password']]],
  ['bootstrap.kubernetes.io/token', []],
  ['kubernetes.io/dockerconfigjson', [['.dockerconfigjson']]],
  ['kubernetes.io/dockercfg', [['.dockercfg']]],
  ['kubernetes.io/ssh-auth', [['ssh-privatekey']]],
  ['kubernetes.io/service-account-token', []],
  ['kubernetes.io/tls', [['tls.crt'], ['tls.key']]],
]);
/** An annotation that the API server wants of a type. */
const ACCOUNT_TYPE = 'kubernetes.io/service-account-token';
const ACCOUNT_ANNOTATION = 'kubernetes.io/service-account.name';
/** As the API server takes the keys of a Secret. */
const KEY = /^(?!\.$|\.\.)[-._a-zA-Z0-9]{1,253}$/;

/** @param objects of the class; empty if they could not be read. */
export function checkSecretObjects(spec: YamlMap, objects: readonly ObjectNode[], resource: Resource): void {
  const field = fieldOf(spec, 'secretObjects');
  if (field === undefined) return;
  if (field.value.kind !== 'list') {
    resource.report('sync-form', field.value.at, `secretObjects is ${kindOf(field.value)}; write a list`);
    return;
  }
  const names = new Set<string>();
  for (const item of field.value.items) new Entry(item, objects, resource).check(names);
}

class Entry {
  readonly #node: YamlNode;
  readonly #objects: readonly ObjectNode[];
  readonly #resource: Resource;

  constructor(node: YamlNode, objects: readonly ObjectNode[], resource: Resource) {
    this.#node = node;
    this.#objects = objects;
    this.#resource = resource;
  }

  check(names: Set<string>): void {
    if (!this.#checkFields(this.#node, FIELDS)) return;
    this.#checkTracking();
    const name = textAt(this.#node, 'secretName');
    if (name === undefined)
      this.#report('sync-form', 'secretName', 'secretName is missing; write the name of the Secret');
    else if (!isResourceName(name))
      this.#report('sync-form', 'secretName', 'secretName is not a name; use lower-case letters, digits, "-" and "."');
    else if (names.has(name))
      this.#report(
        'sync-twice',
        'secretName',
        `${quote(name)} is written by an entry above; put all keys in one entry`,
      );
    else names.add(name);
    const keys = this.#checkData();
    if (keys !== undefined) this.#checkType(keys);
  }

  /** Argo CD tracks objects by them, and removes a Secret that is not in its repository. */
  #checkTracking(): void {
    for (const field of ['labels', 'annotations'])
      for (const [name, { at }] of mapAt(this.#node, field)?.fields ?? []) {
        if (!TRACKING.test(name)) continue;
        this.#resource.report(
          'sync-tracked',
          at,
          `Argo CD would take the Secret for its own by ${quote(name)}; remove it`,
        );
      }
  }

  #checkType(keys: ReadonlySet<string>): void {
    const type = textAt(this.#node, 'type');
    if (type === undefined) {
      this.#report('sync-form', 'type', 'type is missing; write Opaque or another type of Secret');
      return;
    }
    const wanted = TYPES.get(type);
    const near = wanted === undefined ? didYouMean(type, TYPES.keys()) : '';
    if (near !== '') this.#report('sync-type', 'type', `nothing in Kubernetes knows the type ${quote(type)}${near}`);
    const missing = wanted?.filter((oneOf) => !oneOf.some((key) => keys.has(key))) ?? [];
    const named = missing.map((oneOf) => oneOf.join(' or ')).join(' and ');
    if (missing.length > 0)
      this.#report('sync-form', 'type', `a Secret of type ${type} needs the key ${named}; add it to data`);
    if (type === ACCOUNT_TYPE && textAt(this.#node, 'annotations', ACCOUNT_ANNOTATION) === undefined)
      this.#report('sync-form', 'type', `a Secret of type ${type} needs the annotation ${ACCOUNT_ANNOTATION}; add it`);
  }

  /** @returns the keys; undefined if `data` is missing or empty. */
  #checkData(): ReadonlySet<string> | undefined {
    const data = listAt(this.#node, 'data');
    if (data === undefined || data.items.length === 0) {
      this.#report('sync-form', 'data', 'data is missing; write a list of objectName and key');
      return undefined;
    }
    const keys = new Set<string>();
    for (const item of data.items) if (this.#checkFields(item, DATA_FIELDS)) this.#checkPair(item, keys);
    return keys;
  }

  #checkPair(pair: YamlNode, keys: Set<string>): void {
    const report = (rule: Rule, field: string, text: string) => {
      this.#resource.report(rule, fieldOf(pair, field)?.value.at ?? pair.at, text);
    };
    const key = textAt(pair, 'key');
    if (key === undefined) report('sync-form', 'key', 'key is missing; write the key within the Secret');
    else if (!KEY.test(key))
      report('sync-form', 'key', 'key is not one; use letters, digits, "-", "_" and ".", no two dots at its start');
    else if (keys.has(key))
      report('sync-twice', 'key', `key ${quote(key)} is written twice and the later one is used; remove one`);
    if (key !== undefined) keys.add(key);
    this.#checkObject(textAt(pair, 'objectName'), report);
  }

  #checkObject(name: string | undefined, report: (rule: Rule, field: string, text: string) => void): void {
    if (name === undefined) {
      report('sync-form', 'objectName', 'objectName is missing; write the objectName of an object');
      return;
    }
    const object = this.#objects.find((one) => one.name === name) ?? this.#objects.find((one) => holds(one, name));
    if (object !== undefined && isOptional(object))
      report(
        'sync-optional',
        'objectName',
        `object ${quote(name)} is optional: while it is absent no key of this Secret is written`,
      );
    if (object !== undefined && isFolder(object.node)) this.#checkInFolder(object.name, name, report);
    if (object !== undefined || this.#objects.length === 0) return;
    const names = this.#objects.map((one) => one.name);
    const near = didYouMean(name, names) || '; write one of objects';
    report('sync-object', 'objectName', `no object is named ${quote(name)}${near}`);
  }

  /** Only the store knows the files in it. */
  #checkInFolder(folder: string, name: string, report: (rule: Rule, field: string, text: string) => void): void {
    if (name === folder)
      report('sync-object', 'objectName', `object ${quote(name)} is a folder; write one of its files, ${pathIn(name)}`);
    else if (name.includes('/'))
      report(
        'sync-folder',
        'objectName',
        `${quote(name)} is in a folder: the driver syncs it, its separate sync controller does not; with that, give the object the objectName "."`,
      );
  }

  /** @returns whether it is a map at all. */
  #checkFields(node: YamlNode, known: readonly string[]): node is YamlMap {
    if (node.kind !== 'map') {
      this.#resource.report('sync-form', node.at, `${kindOf(node)}, not a map of fields; write ${known.join(', ')}`);
      return false;
    }
    for (const { key, at } of node.duplicates)
      this.#resource.report('sync-form', at, `${quote(key)} is given twice; remove one`);
    for (const [field, { at }] of node.fields)
      if (!known.includes(field))
        this.#resource.report(
          'sync-form',
          at,
          `unknown field ${quote(field)}${didYouMean(field, known) || '; remove it'}`,
        );
    return true;
  }

  #report(rule: Rule, field: string, text: string): void {
    this.#resource.report(rule, fieldOf(this.#node, field)?.value.at ?? this.#node.at, text);
  }
}

/** It may have no file. */
function isOptional({ node }: ObjectNode): boolean {
  const value = fieldOf(node, 'optional')?.value;
  const hasDefault = fieldOf(node, 'default')?.value.kind === 'scalar';
  return value?.kind === 'scalar' && goBoolean(value) === true && !hasDefault;
}

/** It is the folder of a file of this name. */
function holds({ name, node }: ObjectNode, path: string): boolean {
  return isFolder(node) && (name === VOLUME ? !path.includes('/') : path.startsWith(`${name}/`));
}

function pathIn(folder: string): string {
  return folder === VOLUME ? 'as the key is called' : `for example ${quote(`${folder}/password`)}`;
}

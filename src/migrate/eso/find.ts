// ExternalSecrets whose values are objects of a class: by `data`, or all keys of one path by `dataFrom`.
import { fieldOf, mapAt, mapsAt, textAt } from '../../manifest/nodes.ts';
import { quote } from '../../quote.ts';
import type { YamlField, YamlMap } from '../../yaml/node.ts';
import { connectionOf } from '../connection.ts';
import type { Input } from '../input.ts';
import { ALL_KEYS, exactly } from '../key-filter.ts';
import { labelsOfSynced } from '../labels.ts';
import { type AllKeys, keyOfPath, type Movable, type MovableValue, type Obstacle } from '../movable.ts';
import { cleanPath } from '../paths.ts';
import type { Setup } from '../setup.ts';
import { PLAIN } from '../store-value.ts';
import { remoteValue } from './remote-ref.ts';
import { buildPath, type EsoStore, isStore, missingStore, readStore } from './store.ts';

const GROUP = 'external-secrets.io/';

export function isExternalSecret(input: Input): boolean {
  return isOfGroup(input) && (isStore(input) || input.kind === 'ExternalSecret');
}

export function findExternalSecrets(inputs: readonly Input[], setup: Setup): readonly Movable[] {
  const ours = inputs.filter(isExternalSecret);
  const stores = ours.filter(isStore).map(readStore);
  return ours.filter(({ kind }) => kind === 'ExternalSecret').map((input) => new Reader(input, stores, setup).read());
}

function isOfGroup({ map }: Input): boolean {
  return (textAt(map, 'apiVersion') ?? '').startsWith(GROUP);
}

class Reader {
  readonly #input: Input;
  readonly #spec: YamlMap | undefined;
  readonly #stores: readonly EsoStore[];
  readonly #setup: Setup;
  readonly #obstacles: Obstacle[] = [];
  readonly #notes: (() => void)[] = [];

  constructor(input: Input, stores: readonly EsoStore[], setup: Setup) {
    this.#input = input;
    this.#spec = mapAt(input.map, 'spec');
    this.#stores = stores;
    this.#setup = setup;
  }

  read(): Movable {
    const store = this.#findStore() ?? missingStore(this.#input, connectionOf(this.#setup));
    this.#obstacles.push(...store.obstacles);
    const target = mapAt(this.#spec, 'target');
    this.#readSpec();
    this.#readTarget(target);
    const template = mapAt(target, 'template');
    const found = this.#readDataFrom(store);
    const names =
      found && this.#setup.known.get(keyOfPath({ namespace: store.connection.namespace, path: found.path }));
    const data = this.#readData(store);
    const values = new Map([...namedValues(found, names), ...data]);
    const filter = { include: [], exclude: [...data.keys()].map(exactly) };
    const all = names === undefined && found !== undefined ? { ...found, filter } : undefined;
    if (values.size === 0 && all === undefined && this.#obstacles.length === 0)
      this.#refuse(fieldOf(this.#input.map, 'spec'), 'field', 'it names no key');
    // Without a template the Secret has those of the ExternalSecret.
    const metadata = mapAt(template ?? this.#input.map, 'metadata');
    return {
      input: this.#input,
      of: 'Secret',
      name: textAt(target, 'name') ?? this.#input.name,
      connection: store.connection,
      secret: { type: textAt(template, 'type') ?? 'Opaque', labels: labelsOfSynced(metadata) },
      values,
      all,
      obstacles: this.#obstacles,
      reportRest: () => {
        for (const note of this.#notes) note();
      },
    };
  }

  #findStore(): EsoStore | undefined {
    const reference = mapAt(this.#spec, 'secretStoreRef');
    const name = textAt(reference, 'name');
    const kind = textAt(reference, 'kind') ?? 'SecretStore';
    const found = this.#stores.find(
      ({ input }) =>
        input.kind === kind &&
        input.name === name &&
        (kind === 'ClusterSecretStore' || input.mayShareNamespace(this.#input)),
    );
    const field = fieldOf(this.#spec, 'secretStoreRef');
    if (found === undefined)
      this.#refuse(field, 'store', `${kind} ${quote(name ?? '')} is not in the input; give its manifest too`);
    else this.#map(field, `secretStoreRef: the connection of ${kind} ${found.input.name}`);
    return found;
  }

  #readSpec(): void {
    for (const [name, field] of this.#spec?.fields ?? []) {
      const text = field.value.kind === 'scalar' ? field.value.text : '';
      if (name === 'refreshInterval') this.#differ(field, 'refreshInterval: the driver polls, all classes alike');
      else if (name === 'refreshPolicy' && text !== 'Periodic')
        this.#refuse(field, 'field', `refreshPolicy ${quote(text)}: a mounted secret follows the store`);
      else if (name === 'refreshPolicy') this.#map(field, 'refreshPolicy: the driver polls');
      else if (!['secretStoreRef', 'target', 'data', 'dataFrom'].includes(name))
        this.#refuse(field, 'field', `${quote(name)} has no place in a class`);
    }
  }

  #readTarget(target: YamlMap | undefined): void {
    for (const [name, field] of target?.fields ?? []) {
      const text = field.value.kind === 'scalar' ? field.value.text : '';
      if (name === 'name') this.#map(field, 'target.name: the name by which pods take it');
      else if (name === 'creationPolicy' && text !== 'Owner')
        this.#refuse(
          field,
          'field',
          `creationPolicy ${quote(text)}: the driver makes the Secret and removes it with the last pod`,
        );
      else if (name === 'creationPolicy' || name === 'deletionPolicy' || name === 'immutable')
        this.#differ(field, `${name}: a synced Secret is there while a pod mounts the class, and follows the store`);
      else if (name === 'template') this.#readTemplate(mapAt(target, 'template'));
      else this.#refuse(field, 'field', `target.${name} has no place in a class`);
    }
  }

  #readTemplate(template: YamlMap | undefined): void {
    for (const [name, field] of template?.fields ?? []) {
      if (name === 'type') this.#map(field, 'template.type: the type of the synced Secret');
      else if (name === 'engineVersion' || name === 'mergePolicy')
        this.#map(field, `template.${name}: says nothing without templates`);
      else if (name === 'metadata' && !hasBraces(field)) this.#map(field, 'template.metadata: of the synced Secret');
      else this.#refuse(field, 'field', `template.${name}: a class has no templates; keep the result in the store`);
    }
  }

  #readData(store: EsoStore): ReadonlyMap<string, MovableValue> {
    const values = new Map<string, MovableValue>();
    for (const item of mapsAt(this.#spec, 'data')) {
      const key = textAt(item, 'secretKey') ?? '';
      const sourceRef = fieldOf(item, 'sourceRef');
      if (sourceRef !== undefined)
        this.#refuse(sourceRef, 'store', `${key}: a store of its own; make an ExternalSecret of it`);
      const found = remoteValue(mapAt(item, 'remoteRef'), store);
      if ('kind' in found) this.#obstacles.push({ ...found, at: item.at, why: `${key}: ${found.why}` });
      else values.set(key, { at: item.at, ...found });
    }
    return values;
  }

  #readDataFrom(store: EsoStore): AllKeys | undefined {
    const items = mapsAt(this.#spec, 'dataFrom');
    const [item, another] = items;
    if (item === undefined) return undefined;
    const extract = mapAt(item, 'extract');
    const version = textAt(extract, 'version');
    const path = cleanPath(buildPath(store, textAt(extract, 'key') ?? ''));
    const known = ['key', 'version', 'conversionStrategy', 'decodingStrategy', 'metadataPolicy'];
    const odd = [...(extract?.fields ?? [])].find(
      ([name, { value }]) =>
        !known.includes(name) ||
        (name !== 'key' && name !== 'version' && value.kind === 'scalar' && !['Default', 'None'].includes(value.text)),
    );
    if (another !== undefined || extract === undefined || item.fields.size > 1 || odd !== undefined) {
      const field = fieldOf(this.#spec, 'dataFrom');
      this.#refuse(field, 'field', 'dataFrom: a class takes all keys of one path; name the others in data');
      return undefined;
    }
    if (path === undefined || (version !== undefined && (!/^\d{1,15}$/.test(version) || store.version === 'v1'))) {
      this.#refuse(fieldOf(item, 'extract'), 'path', 'a class and its policy cannot name this path or version');
      return undefined;
    }
    this.#map(fieldOf(item, 'extract'), `extract: all keys of ${quote(path)}`);
    return { path: version === undefined ? path : `${path}?version=${version}`, at: item.at, filter: ALL_KEYS };
  }

  #refuse(field: YamlField | undefined, kind: Obstacle['kind'], why: string): void {
    this.#obstacles.push({ kind, at: field?.at ?? this.#input.map.at, why });
  }

  #map(field: YamlField | undefined, text: string): void {
    if (field !== undefined) this.#notes.push(() => this.#input.report('mapped', field.at, text));
  }

  #differ(field: YamlField, text: string): void {
    this.#notes.push(() => this.#input.report('differs', field.at, text));
  }
}

/** Those of a whole path, as the store named them. */
function namedValues(all: AllKeys | undefined, names: readonly string[] = []): readonly [string, MovableValue][] {
  if (all === undefined) return [];
  return names.map((key) => [key, { at: all.at, value: { ...PLAIN, path: all.path, key }, warnings: [] }]);
}

/** A template, in a label or annotation. */
function hasBraces({ value }: YamlField): boolean {
  if (value.kind === 'scalar') return value.text.includes('{{');
  const inner =
    value.kind === 'list' ? value.items.map((item) => ({ at: item.at, value: item })) : [...value.fields.values()];
  return inner.some(hasBraces);
}

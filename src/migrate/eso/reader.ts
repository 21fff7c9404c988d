// One ExternalSecret: its store, its keys, and what becomes of each of its fields.
import { fieldOf, mapAt, mapsAt, textAt } from '../../manifest/nodes.ts';
import { quote } from '../../quote.ts';
import type { YamlField, YamlMap } from '../../yaml/node.ts';
import { connectionOf } from '../connection.ts';
import type { Input } from '../input.ts';
import { labelsOfSynced } from '../labels.ts';
import { type AllKeys, keyOfPath, type Movable, type MovableValue, type NotMapped, type Obstacle } from '../movable.ts';
import { valueOfKey } from '../move.ts';
import type { Setup } from '../setup.ts';
import { PLAIN } from '../store-value.ts';
import { readExtract } from './data-from.ts';
import { type Generator, readGenerated } from './generator.ts';
import { remoteValue } from './remote-ref.ts';
import { renamed } from './rewrite.ts';
import { type EsoStore, missingStore } from './store.ts';
import { templateValue } from './template-value.ts';
import { readTemplates, type TemplateText } from './templates.ts';

export interface Surroundings {
  readonly stores: readonly EsoStore[];
  readonly generators: readonly Generator[];
  /** ConfigMaps and Secrets. */
  readonly texts: readonly Input[];
  readonly setup: Setup;
}

type Keys = Pick<Movable, 'values' | 'all' | 'unnamed'>;

export class ExternalSecretReader {
  readonly #input: Input;
  readonly #spec: YamlMap | undefined;
  readonly #around: Surroundings;
  readonly #obstacles: Obstacle[] = [];
  readonly #notes: (() => void)[] = [];

  constructor(input: Input, around: Surroundings) {
    this.#input = input;
    this.#spec = mapAt(input.map, 'spec');
    this.#around = around;
  }

  read(): Movable {
    const generated = mapsAt(this.#spec, 'dataFrom').map((item) =>
      readGenerated(item, this.#around.generators, this.#input),
    );
    const store = this.#findStore(generated) ?? missingStore(this.#input, connectionOf(this.#around.setup));
    this.#obstacles.push(...store.obstacles);
    const target = mapAt(this.#spec, 'target');
    this.#readSpec();
    const texts = this.#readTarget(target);
    const template = mapAt(target, 'template');
    const from = this.#readDataFrom(store, generated);
    const source = { ...from, values: new Map([...from.values, ...this.#readData(store)]) };
    if (source.values.size === 0 && source.all === undefined && this.#obstacles.length === 0)
      this.#refuse(fieldOf(this.#input.map, 'spec'), 'field', 'it names no key');
    const keys = texts.length === 0 ? source : this.#rendered(texts, source, textAt(template, 'mergePolicy'));
    // Without a template the Secret has those of the ExternalSecret.
    const metadata = mapAt(template ?? this.#input.map, 'metadata');
    return {
      input: this.#input,
      of: 'Secret',
      name: textAt(target, 'name') ?? this.#input.name,
      connection: store.connection,
      secret: { type: textAt(template, 'type') ?? 'Opaque', labels: labelsOfSynced(metadata) },
      ...keys,
      obstacles: this.#obstacles,
      reportRest: () => {
        for (const note of this.#notes) note();
      },
    };
  }

  /** That of secretStoreRef, or of the generator if there is no other source. */
  #findStore(generated: readonly ReturnType<typeof readGenerated>[]): EsoStore | undefined {
    const made = generated.find((one) => one !== undefined && 'generator' in one);
    const ofGenerator = made !== undefined && 'generator' in made ? made.generator.store : undefined;
    const field = fieldOf(this.#spec, 'secretStoreRef');
    const needsNone = mapsAt(this.#spec, 'data').length === 0 && !generated.includes(undefined);
    if (ofGenerator !== undefined && (field === undefined || needsNone)) {
      this.#map(field, 'secretStoreRef: nothing is read by it');
      return ofGenerator;
    }
    const reference = mapAt(this.#spec, 'secretStoreRef');
    const name = textAt(reference, 'name');
    const kind = textAt(reference, 'kind') ?? 'SecretStore';
    const found = this.#around.stores.find(
      ({ input }) =>
        input.kind === kind &&
        input.name === name &&
        (kind === 'ClusterSecretStore' || input.mayShareNamespace(this.#input)),
    );
    if (found === undefined) {
      this.#refuse(field, 'store', `${kind} ${quote(name ?? '')} is not in the input; give its manifest too`);
      return undefined;
    }
    this.#map(field, `secretStoreRef: the connection of ${kind} ${found.input.name}`);
    if (ofGenerator !== undefined && JSON.stringify(ofGenerator.connection) !== JSON.stringify(found.connection))
      this.#refuse(field, 'store', 'the store and the generator have different connections; make two ExternalSecrets');
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

  #readTarget(target: YamlMap | undefined): readonly TemplateText[] {
    let texts: readonly TemplateText[] = [];
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
      else if (name === 'template') texts = this.#readTemplate(mapAt(target, 'template'));
      else this.#refuse(field, 'field', `target.${name} has no place in a class`);
    }
    return texts;
  }

  #readTemplate(template: YamlMap | undefined): readonly TemplateText[] {
    for (const [name, field] of template?.fields ?? []) {
      const text = field.value.kind === 'scalar' ? field.value.text : '';
      if (name === 'type') this.#map(field, 'template.type: the type of the synced Secret');
      else if (name === 'engineVersion' && text !== 'v2')
        this.#refuse(field, 'field', `template.engineVersion ${quote(text)}: a class has the templates of v2`);
      else if (name === 'engineVersion') this.#map(field, 'template.engineVersion: templateSyntax sprig');
      else if (name === 'mergePolicy') this.#map(field, 'template.mergePolicy: which keys there are');
      else if (name === 'metadata' && !hasBraces(field)) this.#map(field, 'template.metadata: of the synced Secret');
      else if (name === 'data' || name === 'templateFrom')
        this.#map(field, `template.${name}: a template of each key that it makes`);
      else if (name === 'metadata')
        this.#refuse(field, 'field', 'template.metadata: labels of a class are fixed texts');
      else this.#refuse(field, 'field', `template.${name} has no place in a class`);
    }
    const found = readTemplates(template, this.#input, this.#around.texts);
    this.#obstacles.push(...found.obstacles);
    return found.texts;
  }

  #readData(store: EsoStore): ReadonlyMap<string, MovableValue> {
    const values = new Map<string, MovableValue>();
    for (const item of mapsAt(this.#spec, 'data')) {
      const key = textAt(item, 'secretKey') ?? '';
      const sourceRef = fieldOf(item, 'sourceRef');
      if (sourceRef !== undefined)
        this.#refuse(sourceRef, 'store', `${key}: a store of its own; make an ExternalSecret of it`);
      const found = remoteValue(mapAt(item, 'remoteRef'), store);
      if ('kind' in found) this.#refuseAs({ ...found, why: `${key}: ${found.why}` }, item);
      else values.set(key, { at: item.at, ...found });
    }
    return values;
  }

  /** The keys of one path need no names; those of several do, as the later ones come over the earlier. */
  #readDataFrom(store: EsoStore, generated: readonly ReturnType<typeof readGenerated>[]): Keys {
    const items = mapsAt(this.#spec, 'dataFrom');
    const found = items.flatMap((item, index): AllKeys[] => {
      const made = generated[index];
      const all = made === undefined ? readExtract(item, store) : 'generator' in made ? made.all : made;
      if ('kind' in all) {
        this.#refuseAs(all, item);
        return [];
      }
      const field = { at: all.at, value: item };
      this.#map(field, `${made === undefined ? 'extract' : 'generatorRef'}: all keys of ${quote(all.path)}`);
      if (made !== undefined) this.#differ(field, 'what the generator makes is a lease of each pod, and lives with it');
      return [all];
    });
    const { namespace } = store.connection;
    const named = found.map((all) => this.#named(all, namespace));
    if (named.every((values) => values !== undefined)) return { values: new Map(named.flat()), all: undefined };
    const [only] = found;
    if (found.length === 1) return { values: new Map(), all: only };
    const unnamed = found.map(({ path }) => ({ namespace, path }));
    this.#refuse(
      fieldOf(this.#spec, 'dataFrom'),
      'all-keys',
      'keys of several secrets need their names, to see which come over which; list them in data, or take --resolve',
    );
    return { values: new Map(), all: only, unnamed };
  }

  /** As the store named them; undefined if it was not asked. */
  #named(all: AllKeys, namespace: string | undefined): readonly [string, MovableValue][] | undefined {
    const { at, renames, ...read } = all;
    const names = this.#around.setup.known.get(keyOfPath({ namespace, path: all.path }));
    return names?.map((key) => [renamed(key, renames), { at, value: { ...PLAIN, ...read, key }, warnings: [] }]);
  }

  #rendered(texts: readonly TemplateText[], source: Keys, mergePolicy: string | undefined): Keys {
    const isMerged = mergePolicy === 'Merge';
    const values = new Map(isMerged ? source.values : []);
    const data = {
      names: [...source.values.keys()],
      find: (key: string) => valueOfKey(source, key),
      hasMore: source.all !== undefined,
    };
    for (const { key, text, at, warnings } of texts) {
      const value = templateValue(text, data);
      if ('kind' in value) this.#obstacles.push({ ...value, at, why: `${key}: ${value.why}` });
      else values.set(key, { at, value, warnings });
    }
    const needsNames = this.#obstacles.some(({ kind }) => kind === 'all-keys');
    return { ...source, values, all: isMerged || needsNames ? source.all : undefined };
  }

  #refuse(field: YamlField | undefined, kind: Obstacle['kind'], why: string): void {
    this.#obstacles.push({ kind, at: field?.at ?? this.#input.map.at, why });
  }

  #refuseAs(reason: NotMapped, { at }: YamlMap): void {
    this.#obstacles.push({ ...reason, at });
  }

  #map(field: YamlField | undefined, text: string): void {
    if (field !== undefined) this.#notes.push(() => this.#input.report('mapped', field.at, text));
  }

  #differ(field: YamlField, text: string): void {
    this.#notes.push(() => this.#input.report('differs', field.at, text));
  }
}

/** A template, in a label or annotation. */
function hasBraces({ value }: YamlField): boolean {
  if (value.kind === 'scalar') return value.text.includes('{{');
  const inner =
    value.kind === 'list' ? value.items.map((item) => ({ at: item.at, value: item })) : [...value.fields.values()];
  return inner.some(hasBraces);
}

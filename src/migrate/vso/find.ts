// Secrets of Vault Secrets Operator whose keys are objects of a class.
import { fieldOf, mapAt, textAt } from '../../manifest/nodes.ts';
import type { YamlMap, YamlNode } from '../../yaml/node.ts';
import type { Position } from '../../yaml/position.ts';
import { endsOf, type FieldTable } from '../fields.ts';
import type { Input } from '../input.ts';
import { exactly, isTaken, type KeyFilter } from '../key-filter.ts';
import { labelsOfSynced } from '../labels.ts';
import { keyOfPath, type Movable, type MovableValue, type Obstacle, type StoreRequest } from '../movable.ts';
import type { Setup } from '../setup.ts';
import { type NamedRead, PLAIN } from '../store-value.ts';
import { type Access, readAccess } from './auth.ts';
import { FIELD_TABLES } from './field-tables.ts';
import { issuedKeys, MADE_KEYS } from './issued-keys.ts';
import { Resources } from './resources.ts';
import { type Source, sourceOf } from './source.ts';
import { TemplateSet } from './template-set.ts';
import { type KeyTemplate, readTransformation, type Transformation } from './transformation.ts';

const OF_EACH = FIELD_TABLES['each secret'];
const KINDS: Readonly<Record<string, FieldTable>> = {
  VaultStaticSecret: { ...OF_EACH, ...FIELD_TABLES.VaultStaticSecret },
  VaultDynamicSecret: { ...OF_EACH, ...FIELD_TABLES.VaultDynamicSecret },
  VaultPKISecret: { ...OF_EACH, ...FIELD_TABLES.VaultPKISecret },
};
const ELSEWHERE: Readonly<Record<string, string>> = {
  HCPAuth: 'HCP Vault Secrets is another service than Vault, which nothing here asks',
  HCPVaultSecretsApp: 'HCP Vault Secrets is another service than Vault, which nothing here asks',
  CSISecrets: "a class of the operator's own driver; write the objects into a SecretProviderClass by hand",
};
/** The key that the operator adds: the store's whole answer. */
const RAW = '_raw';

export function findVsoSecrets(inputs: readonly Input[], setup: Setup): readonly Movable[] {
  const resources = new Resources(inputs);
  for (const input of resources.ofKinds(Object.keys(ELSEWHERE)))
    input.report('field', input.map.at, ELSEWHERE[input.kind] ?? '');
  return resources.ofKinds(Object.keys(KINDS)).map((input) => new Reader(input, resources, setup).read());
}

class Reader {
  readonly #input: Input;
  readonly #spec: YamlMap | undefined;
  readonly #resources: Resources;
  readonly #setup: Setup;
  readonly #obstacles: Obstacle[] = [];

  constructor(input: Input, resources: Resources, setup: Setup) {
    this.#input = input;
    this.#spec = mapAt(input.map, 'spec');
    this.#resources = resources;
    this.#setup = setup;
  }

  read(): Movable {
    const input = this.#input;
    const destination = mapAt(this.#spec, 'destination');
    const own = mapAt(destination, 'transformation');
    const access = readAccess(this.#resources, input, this.#spec);
    const transformation = readTransformation(this.#resources, input, own);
    const ends = [
      endsOf(this.#spec, KINDS[input.kind] ?? {}, input),
      endsOf(destination, FIELD_TABLES.destination, input, 'destination.'),
    ];
    this.#obstacles.push(...[access, transformation, ...ends].flatMap(({ obstacles }) => obstacles));
    this.#checkNamespace(access);
    this.#checkDestination(destination);
    const source = this.#source();
    const { values, all } = source === undefined ? NOTHING : this.#readKeys(source, transformation, access);
    return {
      input,
      of: 'Secret',
      name: textAt(destination, 'name') ?? '',
      connection: access.connection,
      secret: { type: textAt(destination, 'type') ?? 'Opaque', labels: labelsOfSynced(destination) },
      values,
      all,
      isLeased: this.#isLeased(),
      obstacles: this.#obstacles,
      reportRest: () => {
        for (const { report } of [...ends, access, transformation]) report();
      },
    };
  }

  #source(): Source | undefined {
    const found = sourceOf(this.#input.kind, this.#spec);
    if (!('kind' in found)) return found;
    this.#refuse(fieldOf(this.#spec, 'path')?.at ?? this.#input.map.at, found.why, found.kind);
    return undefined;
  }

  /** Static credentials are not leased per pod. */
  #isLeased(): boolean {
    const { kind } = this.#input;
    return (
      kind === 'VaultPKISecret' || (kind === 'VaultDynamicSecret' && textAt(this.#spec, 'allowStaticCreds') !== 'true')
    );
  }

  #checkNamespace({ namespace, connection }: Access): void {
    if (inRoot(namespace) === inRoot(connection.namespace)) return;
    const at = fieldOf(this.#spec, 'namespace')?.at ?? this.#input.map.at;
    this.#refuse(at, 'a login in another namespace than that of the secret has no place in a class', 'store');
  }

  #checkDestination(destination: YamlMap | undefined): void {
    if (textAt(destination, 'create') === 'true') return;
    const at = fieldOf(destination, 'create')?.at ?? destination?.at ?? this.#input.map.at;
    this.#refuse(
      at,
      'destination.create is not true: it fills a Secret that something else made; remove that, and write create: true',
    );
  }

  /** Keys by name in their order of precedence: what templates make, what the operator makes, what the secret has. */
  #readKeys(source: Source, transformation: Transformation, { connection }: Access): Pick<Movable, 'values' | 'all'> {
    const { filter, templates, excludesRaw } = transformation;
    const at = fieldOf(this.#spec, 'path')?.at ?? fieldOf(this.#spec, 'role')?.at ?? this.#input.map.at;
    const { path, request } = source;
    const made = new Map<string, MovableValue>([
      ...this.#readTemplates(templates, source),
      ...(excludesRaw ? [] : [[RAW, rawValue(source, at)] as const]),
    ]);
    const isTls = textAt(this.#spec, 'destination', 'type') === 'kubernetes.io/tls' && templates.length === 0;
    const issued = source.engine === 'pki' ? issuedKeys(source, filter, isTls, at) : [];
    for (const [key, value] of issued) if (!made.has(key)) made.set(key, value);
    const isKv = source.engine === 'kv-v1' || source.engine === 'kv-v2';
    const known = isKv ? this.#setup.known.get(keyOfPath({ namespace: connection.namespace, path })) : undefined;
    const names = known?.filter((key) => isTaken(key, filter)) ?? namedBy(filter);
    const isNone = filter.exclude.some((pattern) => EVERYTHING.test(pattern));
    if (names === undefined && !isNone) {
      const apart = new Set([RAW, ...(source.engine === 'pki' ? MADE_KEYS : [])]);
      const named = [...made.keys()].filter((key) => !apart.has(key)).map(exactly);
      const rest = { ...filter, exclude: [...filter.exclude, ...named] };
      return { values: made, all: { path, encoding: undefined, ...request, at, renames: [], filter: rest } };
    }
    const others = (names ?? []).filter((key) => !made.has(key));
    if (others.length === 0 && made.size === 0) this.#refuse(at, 'it takes no key');
    const plain = others.map((key) => [key, plainValue(path, key, request, at)] as const);
    return { values: new Map([...plain, ...made]), all: undefined };
  }

  #readTemplates(templates: readonly KeyTemplate[], source: Source): readonly (readonly [string, MovableValue])[] {
    const metadata = mapAt(this.#input.map, 'metadata');
    const set = new TemplateSet(templates, {
      labels: textsAt(metadata, 'labels'),
      annotations: textsAt(metadata, 'annotations'),
      hasMetadata: source.metadataPath !== undefined,
    });
    const values = templates.flatMap((template) => {
      const { key, at } = template;
      if (key === RAW) this.#refuse(at, `the operator takes no template for ${RAW}`);
      const found = key === undefined ? undefined : set.standalone(template);
      if (key === undefined || found === undefined) return [];
      const { path, metadataPath } = source;
      const { method, args, ...lease } = source.request;
      const request = { ...(method === undefined ? {} : { method }), ...(args === undefined ? {} : { args }) };
      const reads: NamedRead[] = [{ name: 'Secrets', path, key: undefined, encoding: undefined, ...request }];
      if (found.readsMetadata && metadataPath !== undefined)
        reads.push({ name: 'Metadata', path: metadataPath, key: undefined, encoding: undefined });
      const value = { ...lease, syntax: 'sprig', template: found.text, reads, errorOnMissingKey: false } as const;
      const warnings = found.hasFrozen
        ? ['its labels and annotations stand in the template as the manifest has them']
        : [];
      return [[key, { at, value, warnings }] as const];
    });
    this.#obstacles.push(...set.obstacles);
    return values;
  }

  #refuse(at: Position, why: string, kind: Obstacle['kind'] = 'field'): void {
    this.#obstacles.push({ kind, at, why });
  }
}

/** Patterns that exclude every key: only templates make keys then, and `keys` would fail the mount. */
const EVERYTHING = /^\^?\.[*+]?\$?$/;
const NOTHING = { values: new Map<string, MovableValue>(), all: undefined };

/** Leading and trailing slashes do not count, as for the store. */
function inRoot(namespace: string | undefined): string {
  return (namespace ?? '').split('/').filter(Boolean).join('/');
}

/** The key names, if each expression matches just one key. */
function namedBy({ include, exclude }: KeyFilter): readonly string[] | undefined {
  const names = include.map((pattern) => /^\^([\w-]+)\$$/.exec(pattern)?.[1]);
  if (names.length === 0 || names.includes(undefined)) return undefined;
  return names.filter((name) => name !== undefined).filter((name) => isTaken(name, { include, exclude }));
}

function plainValue(path: string, key: string, request: StoreRequest, at: Position): MovableValue {
  return { at, value: { ...PLAIN, ...request, path, key }, warnings: [] };
}

/** The raw answer includes KV version 2's metadata, so a template is needed. */
function rawValue({ path, request, engine }: Source, at: Position): MovableValue {
  if (engine !== 'kv-v2')
    return { at, value: { ...PLAIN, ...request, path, key: undefined, format: 'json' }, warnings: [] };
  const template = `{{ with secret ${JSON.stringify(path)} }}{{ .Data | toJSON }}{{ end }}`;
  const rights = [{ path: path.replace(/\?.*$/, ''), capability: 'read' }] as const;
  return { at, value: { syntax: 'agent', template, rights }, warnings: [] };
}

function textsAt(metadata: YamlNode | undefined, field: string): ReadonlyMap<string, string> {
  return new Map(
    [...(mapAt(metadata, field)?.fields ?? [])].map(([name, { value }]) => [
      name,
      value.kind === 'scalar' ? value.text : '',
    ]),
  );
}

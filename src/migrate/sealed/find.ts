// SealedSecrets whose values are opened with the controller's own key: they go into the store, and their keys are objects
// of a class. No value leaves this process but to the store.
import { fieldOf, mapAt, textAt } from '../../manifest/nodes.ts';
import { quote } from '../../quote.ts';
import { Secret } from '../../secret.ts';
import type { YamlField, YamlMap } from '../../yaml/node.ts';
import type { Position } from '../../yaml/position.ts';
import { connectionOf } from '../connection.ts';
import { endsOf } from '../fields.ts';
import type { Input } from '../input.ts';
import { labelsOfSynced } from '../labels.ts';
import type { Movable, MovableValue, Obstacle } from '../movable.ts';
import { cleanPath, isKey } from '../paths.ts';
import type { Setup } from '../setup.ts';
import { type NamedRead, PLAIN } from '../store-value.ts';
import { CLUSTER_WIDE, isOfSealedSecrets, NAMESPACE_WIDE, SEALED_TABLES } from './field-tables.ts';
import { readsOf } from './template-reads.ts';
import { labelOf, type Scope, unseal } from './unseal.ts';

export function isSealedSecret({ kind, map }: Input): boolean {
  return kind === 'SealedSecret' && (textAt(map, 'apiVersion') ?? '').startsWith('bitnami.com/');
}

export function findSealedSecrets(inputs: readonly Input[], setup: Setup): readonly Movable[] {
  return inputs.filter(isSealedSecret).map((input) => new Reader(input, setup).read());
}

/** How the store keeps a value: as text if it is any. */
interface Kept {
  readonly at: Position;
  readonly text: string;
  readonly encoding: 'base64' | undefined;
}

class Reader {
  readonly #input: Input;
  readonly #setup: Setup;
  readonly #spec: YamlMap | undefined;
  readonly #template: YamlMap | undefined;
  readonly #namespace: string;
  readonly #path: string;
  readonly #obstacles: Obstacle[] = [];

  constructor(input: Input, setup: Setup) {
    this.#input = input;
    this.#setup = setup;
    this.#spec = mapAt(input.map, 'spec');
    this.#template = mapAt(this.#spec, 'template');
    this.#namespace = input.namespace ?? setup.namespace;
    this.#path = `${setup.sealed.mount}/data/${this.#namespace}/${input.name}`;
  }

  read(): Movable {
    const input = this.#input;
    const metadata = mapAt(this.#template, 'metadata');
    const ends = [
      endsOf(this.#spec, SEALED_TABLES.spec, input),
      endsOf(this.#template, SEALED_TABLES['spec.template'], input, 'template.'),
      ...[mapAt(input.map, 'metadata'), metadata].map((one) => endsOf(ofOurs(one), SEALED_TABLES.annotations, input)),
    ];
    this.#obstacles.push(...ends.flatMap(({ obstacles }) => obstacles));
    if (cleanPath(this.#path) !== this.#path)
      this.#refuse(input.map.at, `a class and its policy cannot name the path ${quote(this.#path)}`, 'path');
    const kept = this.#open();
    const data = Object.fromEntries([...kept].map(([key, { text }]) => [key, text]));
    return {
      input,
      of: 'Secret',
      name: input.name,
      connection: connectionOf(this.#setup),
      secret: { type: textAt(this.#template, 'type') ?? 'Opaque', labels: labelsOfSynced(metadata) },
      values: new Map([...this.#values(kept), ...this.#templates(kept)]),
      all: undefined,
      obstacles: this.#obstacles,
      write: { path: this.#path, data: new Secret(data) },
      reportRest: () => {
        for (const { report } of ends) report();
      },
    };
  }

  #open(): ReadonlyMap<string, Kept> {
    const fields = [...(mapAt(this.#spec, 'encryptedData')?.fields ?? [])];
    const at = fieldOf(this.#spec, 'encryptedData')?.at ?? this.#input.map.at;
    if (fields.length === 0) this.#refuse(at, 'it has no encryptedData');
    if (this.#setup.sealed.keys.length > 0) return new Map(fields.flatMap((field) => this.#openOne(field)));
    const names = fields.map(([name]) => quote(name)).join(', ');
    this.#refuse(at, `give the controller's key (--sealing-key); then ${names} would go to ${quote(this.#path)}`);
    return new Map();
  }

  #openOne([key, { at, value }]: readonly [string, YamlField]): readonly (readonly [string, Kept])[] {
    const label = labelOf(this.#scope, this.#namespace, this.#input.name);
    const opened = value.kind === 'scalar' ? unseal(value.text, label, this.#setup.sealed.keys) : undefined;
    if (!isKey(key)) this.#refuse(at, `a class cannot name the key ${quote(key)}`, 'path');
    if (opened !== undefined) return [[key, { at, ...keptAs(opened) }]];
    const owner = quote(`${this.#namespace}/${this.#input.name}`);
    this.#refuse(at, `${key}: no key opens it as sealed for ${owner} (${this.#scope})`);
    return [];
  }

  get #scope(): Scope {
    const isSet = (name: string) => textAt(this.#input.map, 'metadata', 'annotations', name) === 'true';
    if (isSet(CLUSTER_WIDE)) return 'cluster-wide';
    return isSet(NAMESPACE_WIDE) ? 'namespace-wide' : 'strict';
  }

  #values(kept: ReadonlyMap<string, Kept>): readonly (readonly [string, MovableValue])[] {
    const isWritten = this.#setup.sealed.isWritten;
    const warnings = isWritten ? [] : ['it is not in the store yet; --write-store puts it there'];
    return [...kept].map(([key, { at, encoding }]) => {
      return [key, { at, value: { ...PLAIN, path: this.#path, key, encoding }, warnings }];
    });
  }

  /** Over the values as text, by their keys. */
  #templates(kept: ReadonlyMap<string, Kept>): readonly (readonly [string, MovableValue])[] {
    if (kept.size === 0) return [];
    return [...(mapAt(this.#template, 'data')?.fields ?? [])].flatMap(([key, { at, value: node }]) => {
      const template = node.kind === 'scalar' ? node.text : '';
      const names = readsOf(key, template, [...kept.keys()]);
      if (typeof names === 'string') {
        this.#refuse(at, `the template ${quote(key)}: ${names}`, 'secret-template');
        return [];
      }
      const reads = names.map((name): NamedRead => {
        return { name, path: this.#path, key: name, encoding: kept.get(name)?.encoding };
      });
      const value = { syntax: 'sprig', template, reads, errorOnMissingKey: false } as const;
      return [[key, { at, value, warnings: [] }] as const];
    });
  }

  #refuse(at: Position, why: string, kind: Obstacle['kind'] = 'sealed'): void {
    this.#obstacles.push({ kind, at, why });
  }
}

/** Annotations of the controller's. */
function ofOurs(metadata: YamlMap | undefined): YamlMap | undefined {
  const annotations = mapAt(metadata, 'annotations');
  if (annotations === undefined) return undefined;
  return { ...annotations, fields: new Map([...annotations.fields].filter(([name]) => isOfSealedSecrets(name))) };
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function keptAs(bytes: Buffer): Pick<Kept, 'text' | 'encoding'> {
  try {
    return { text: UTF_8.decode(bytes), encoding: undefined };
  } catch {
    return { text: bytes.toString('base64'), encoding: 'base64' };
  }
}

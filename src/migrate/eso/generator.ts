// A VaultDynamicSecret, the generator of External Secrets that asks a store: the keys of its answer.
import { fieldOf, mapAt, textAt } from '../../manifest/nodes.ts';
import { quote } from '../../quote.ts';
import { isList, type Value } from '../../yaml/emit.ts';
import type { YamlMap } from '../../yaml/node.ts';
import { toValue } from '../../yaml/plain.ts';
import type { Input } from '../input.ts';
import type { AllKeys, NotMapped } from '../movable.ts';
import { cleanPath } from '../paths.ts';
import { readRewrites } from './rewrite.ts';
import { type EsoStore, readProvider } from './store.ts';

const KIND = 'VaultDynamicSecret';
const GROUP = 'generators.external-secrets.io/';
const FIELDS = ['provider', 'path', 'method', 'parameters', 'resultType'];
const DROPPED = ['controllerClass', 'retrySettings'];

export interface Generator {
  readonly input: Input;
  readonly store: EsoStore;
  readonly read: Omit<AllKeys, 'at' | 'renames'> | NotMapped;
}

export function isGenerator({ kind, map }: Input): boolean {
  return kind === KIND && (textAt(map, 'apiVersion') ?? '').startsWith(GROUP);
}

/** Reports each field of its provider. */
export function readGenerator(input: Input): Generator {
  const spec = mapAt(input.map, 'spec');
  return { input, store: readProvider(input, mapAt(spec, 'provider')), read: readSpec(spec, input) };
}

function readSpec(spec: YamlMap | undefined, input: Input): Generator['read'] {
  for (const [name, { at }] of spec?.fields ?? []) {
    if (DROPPED.includes(name)) input.report('differs', at, `${name} is left out; the provider decides`);
    else if (!FIELDS.includes(name)) return refused(`${quote(name)} of the generator has no place in a class`);
  }
  const result = textAt(spec, 'resultType') ?? 'Data';
  if (result !== 'Data')
    return refused(`resultType ${quote(result)}: a class takes the data of an answer, not what is around it`);
  const method = textAt(spec, 'method') ?? 'GET';
  if (method === 'LIST' || method === 'DELETE') return refused(`method ${method}: a class makes no files of it`);
  const path = cleanPath(textAt(spec, 'path') ?? '');
  if (path === undefined) return { kind: 'path', why: 'a class and its policy cannot name the path of the generator' };
  if (method === 'GET') return { path, encoding: undefined };
  const parameters = fieldOf(spec, 'parameters')?.value;
  const args = parameters === undefined ? {} : toValue(parameters);
  if (!isMap(args)) return refused('parameters of the generator are no map');
  return { path, encoding: undefined, method: 'PUT', ...(Object.keys(args).length === 0 ? {} : { args }) };
}

function isMap(value: Value): value is { readonly [name: string]: Value } {
  return typeof value === 'object' && value !== null && !isList(value);
}

export interface Generated {
  readonly generator: Generator;
  readonly all: AllKeys;
}

/** Reads an item of `dataFrom` with `sourceRef.generatorRef`; undefined if it has none. */
export function readGenerated(
  item: YamlMap,
  generators: readonly Generator[],
  near: Input,
): Generated | NotMapped | undefined {
  const reference = mapAt(item, 'sourceRef', 'generatorRef');
  if (reference === undefined) return undefined;
  const [kind = '', name = ''] = [textAt(reference, 'kind'), textAt(reference, 'name')];
  if (kind !== KIND) return refused(`a generator of kind ${quote(kind)}: what it makes is in no store`);
  const generator = generators.find(({ input }) => input.name === name && input.mayShareNamespace(near));
  if (generator === undefined)
    return { kind: 'store', why: `${KIND} ${quote(name)} is not in the input; give its manifest too` };
  const renames = readRewrites(item);
  if ('kind' in renames) return renames;
  if ('kind' in generator.read) return generator.read;
  return { generator, all: { ...generator.read, at: item.at, renames } };
}

function refused(why: string): NotMapped {
  return { kind: 'field', why };
}

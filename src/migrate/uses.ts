// Who takes a Secret or a ConfigMap, and how: a pod as files, a pod as variables, or something else that wants the
// object itself.
import { fieldOf, listAt, mapAt, mapsAt, textAt } from '../manifest/nodes.ts';
import type { Path } from '../yaml/change.ts';
import type { YamlMap, YamlNode } from '../yaml/node.ts';
import type { Position } from '../yaml/position.ts';
import { goInteger } from '../yaml/scalar.ts';
import { DEFAULT_MODE } from './class-object.ts';
import type { Input } from './input.ts';

export type ObjectKind = 'Secret' | 'ConfigMap';

/** A pod, or the template of one. */
export interface Pod {
  readonly input: Input;
  readonly path: Path;
  readonly spec: YamlMap;
  readonly account: string;
}

interface UseBase {
  readonly of: ObjectKind;
  readonly name: string;
  readonly at: Position;
}

export interface FilesUse extends UseBase {
  readonly how: 'files';
  readonly pod: Pod;
  readonly volume: string;
  /** To the field of the volume that names the source. */
  readonly path: Path;
  readonly mode: number;
  /** Undefined: every key under its own name. */
  readonly items: readonly FileItem[] | undefined;
  /** The pod starts without the Secret, if there is none. */
  readonly isOptional: boolean;
}

export interface FileItem {
  readonly key: string;
  readonly path: string;
  readonly mode: number | undefined;
}

export interface VariableUse extends UseBase {
  readonly how: 'variable';
  readonly pod: Pod;
  readonly container: Path;
  /** To the field that names the object: `secretKeyRef`, `configMapRef`. */
  readonly path: Path;
  /** Undefined: all of them. */
  readonly key: string | undefined;
}

interface UseElsewhere<How> extends UseBase {
  readonly how: How;
  readonly input: Input;
  /** Path of fields to it. */
  readonly where: string;
}

/** A use by anything but a pod, or by a volume that has other sources too. */
export type OtherUse = UseElsewhere<'other'> | UseElsewhere<'mixed'>;

export type Use = FilesUse | VariableUse | OtherUse;

const CONTAINERS = ['containers', 'initContainers', 'ephemeralContainers'];
const SECRET_NAME = /secretName$/i;
const SECRET_REF = /secret(?:Key)?(?:Ref|Selector)?$/i;
const CONFIG_MAP_NAME = /configMapName$/i;
const CONFIG_MAP_REF = /configMap(?:Key)?(?:Ref|Selector)?$/i;

export function findUses(input: Input): readonly Use[] {
  return [...usesIn(input, input.map, input.path)];
}

/** Recurses as deep as the document is nested, which its reader has bounded. */
function* usesIn(input: Input, node: YamlNode, path: Path): Generator<Use> {
  if (node.kind === 'list')
    for (const [index, item] of node.items.entries()) yield* usesIn(input, item, [...path, index]);
  if (node.kind !== 'map') return;
  const isPod = listAt(node, 'containers') !== undefined;
  if (isPod) yield* usesOfPod({ input, path, spec: node, account: accountOf(node) });
  for (const [name, { value }] of node.fields) {
    // Volumes and containers are handled above.
    if (isPod && (name === 'volumes' || CONTAINERS.includes(name))) {
      yield* othersInPod(input, name, value, [...path, name]);
      continue;
    }
    yield* otherUse(input, name, value, [...path, name]);
    yield* usesIn(input, value, [...path, name]);
  }
}

export function accountOf(spec: YamlMap): string {
  return textAt(spec, 'serviceAccountName') ?? textAt(spec, 'serviceAccount') ?? 'default';
}

function* usesOfPod(pod: Pod): Generator<Use> {
  for (const [index, volume] of (listAt(pod.spec, 'volumes')?.items ?? []).entries()) {
    const name = textAt(volume, 'name') ?? '';
    const path = [...pod.path, 'volumes', index];
    const secret = textAt(volume, 'secret', 'secretName');
    const configMap = textAt(volume, 'configMap', 'name');
    if (secret !== undefined) yield filesUse(pod, name, 'Secret', secret, volume, [...path, 'secret']);
    if (configMap !== undefined) yield filesUse(pod, name, 'ConfigMap', configMap, volume, [...path, 'configMap']);
    yield* projectedUses(pod, name, volume, [...path, 'projected']);
  }
  for (const field of CONTAINERS)
    for (const [index, container] of (listAt(pod.spec, field)?.items ?? []).entries())
      yield* variableUses(pod, container, [...pod.path, field, index]);
}

function filesUse(pod: Pod, volume: string, of: ObjectKind, name: string, holder: YamlNode, path: Path): FilesUse {
  const field = String(path.at(-1));
  const source = mapAt(holder, field);
  const at = fieldOf(holder, field)?.at ?? holder.at;
  return {
    how: 'files',
    of,
    name,
    at,
    pod,
    volume,
    path,
    mode: modeAt(source, 'defaultMode') ?? DEFAULT_MODE,
    items: itemsOf(source),
    isOptional: isOptional(source),
  };
}

function isOptional(source: YamlMap | undefined): boolean {
  return textAt(source, 'optional') === 'true';
}

function itemsOf(source: YamlMap | undefined): readonly FileItem[] | undefined {
  if (listAt(source, 'items') === undefined) return undefined;
  return mapsAt(source, 'items').map((item) => {
    const key = textAt(item, 'key') ?? '';
    return { key, path: textAt(item, 'path') ?? key, mode: modeAt(item, 'mode') };
  });
}

/** The driver's volume cannot be part of a projected one, so a source can move only if it is the volume's only one. */
function* projectedUses(pod: Pod, volume: string, holder: YamlNode, path: Path): Generator<Use> {
  const projected = mapAt(holder, 'projected');
  const sources = mapsAt(projected, 'sources');
  for (const source of sources)
    for (const [of, field] of [
      ['Secret', 'secret'],
      ['ConfigMap', 'configMap'],
    ] as const) {
      const name = textAt(source, field, 'name');
      if (name === undefined) continue;
      const at = fieldOf(source, field)?.at ?? source.at;
      if (sources.length > 1) yield { how: 'mixed', of, name, at, input: pod.input, where: path.join('.') };
      else {
        const mode = modeAt(projected, 'defaultMode') ?? DEFAULT_MODE;
        const from = mapAt(source, field);
        const use = { of, name, at, pod, volume, path, mode, items: itemsOf(from), isOptional: isOptional(from) };
        yield { how: 'files', ...use };
      }
    }
}

function* variableUses(pod: Pod, container: YamlNode, path: Path): Generator<VariableUse> {
  for (const [index, variable] of (listAt(container, 'env')?.items ?? []).entries())
    for (const [of, field] of [
      ['Secret', 'secretKeyRef'],
      ['ConfigMap', 'configMapKeyRef'],
    ] as const) {
      const name = textAt(variable, 'valueFrom', field, 'name');
      const at = fieldOf(mapAt(variable, 'valueFrom'), field)?.at ?? variable.at;
      const key = textAt(variable, 'valueFrom', field, 'key') ?? '';
      const way = [...path, 'env', index, 'valueFrom', field];
      if (name !== undefined) yield { how: 'variable', of, name, at, pod, container: path, path: way, key };
    }
  for (const [index, all] of (listAt(container, 'envFrom')?.items ?? []).entries())
    for (const [of, field] of [
      ['Secret', 'secretRef'],
      ['ConfigMap', 'configMapRef'],
    ] as const) {
      const name = textAt(all, field, 'name');
      const at = fieldOf(all, field)?.at ?? all.at;
      const way = [...path, 'envFrom', index, field];
      if (name !== undefined) yield { how: 'variable', of, name, at, pod, container: path, path: way, key: undefined };
    }
}

/** Volumes of other drivers, which take a Secret for their own login. */
function* othersInPod(input: Input, field: string, list: YamlNode, path: Path): Generator<Use> {
  if (field !== 'volumes' || list.kind !== 'list') return;
  for (const [index, volume] of list.items.entries())
    for (const [name, { value }] of volume.kind === 'map' ? volume.fields : [])
      if (!['secret', 'configMap', 'projected'].includes(name)) yield* usesIn(input, value, [...path, index, name]);
}

function* otherUse(input: Input, name: string, value: YamlNode, path: Path): Generator<OtherUse> {
  const where = path.filter((step) => typeof step === 'string').join('.');
  const use = (of: ObjectKind, named: string | undefined, at: Position): OtherUse[] =>
    named === undefined ? [] : [{ how: 'other', of, name: named, at, input, where }];
  if (value.kind === 'scalar') {
    if (SECRET_NAME.test(name) || SECRET_REF.test(name)) yield* use('Secret', value.text, value.at);
    if (CONFIG_MAP_NAME.test(name) || CONFIG_MAP_REF.test(name)) yield* use('ConfigMap', value.text, value.at);
  } else if (value.kind === 'map') {
    if (SECRET_REF.test(name)) yield* use('Secret', textAt(value, 'name'), value.at);
    if (CONFIG_MAP_REF.test(name)) yield* use('ConfigMap', textAt(value, 'name'), value.at);
  } else if (name === 'imagePullSecrets' || name === 'secrets')
    for (const item of value.items) yield* use('Secret', textAt(item, 'name'), item.at);
}

function modeAt(node: YamlNode | undefined, field: string): number | undefined {
  const value = fieldOf(node, field)?.value;
  const mode = value?.kind === 'scalar' ? goInteger(value.text) : undefined;
  return mode === undefined ? undefined : Number(mode);
}

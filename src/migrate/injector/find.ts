// Annotations of the Vault Agent injector wherever they stand: in pods, which can move, and where it reads none.
import { listAt, mapAt } from '../../manifest/nodes.ts';
import { quote } from '../../quote.ts';
import type { Path } from '../../yaml/change.ts';
import type { YamlMap, YamlNode } from '../../yaml/node.ts';
import type { Input } from '../input.ts';
import type { Setup } from '../setup.ts';
import { accountOf } from '../uses.ts';
import { PREFIX } from './annotation-table.ts';
import { type InjectedPod, readInjectedPod } from './injected-pod.ts';

/** What can move; anything else is reported. */
export function findInjectedPods(inputs: readonly Input[], setup: Setup): readonly InjectedPod[] {
  return inputs.flatMap((input) => [...podsIn(input, input.map, input.path, setup)]);
}

/** Recurses as deep as the document is nested, which its reader has bounded. */
function* podsIn(input: Input, node: YamlNode, path: Path, setup: Setup): Generator<InjectedPod> {
  if (node.kind === 'list')
    for (const [index, item] of node.items.entries()) yield* podsIn(input, item, [...path, index], setup);
  if (node.kind !== 'map') return;
  const spec = mapAt(node, 'spec');
  const metadata = mapAt(node, 'metadata');
  const isPod = listAt(spec, 'containers') !== undefined;
  if (spec !== undefined && metadata !== undefined && isPod && hasOurs(metadata)) {
    const pod = { input, path: [...path, 'spec'], spec, account: accountOf(spec) };
    const found = readInjectedPod(pod, { map: metadata, path: [...path, 'metadata'] }, setup);
    if (found !== undefined) yield found;
  }
  for (const [name, { value }] of node.fields) {
    if (isPod && name === 'metadata') continue;
    if (value.kind === 'map') reportOutside(input, value, [...path, name]);
    yield* podsIn(input, value, [...path, name], setup);
  }
}

function hasOurs(metadata: YamlMap): boolean {
  return firstOf(mapAt(metadata, 'annotations')) !== undefined;
}

function firstOf(annotations: YamlMap | undefined) {
  return [...(annotations?.fields ?? [])].find(([name]) => name.startsWith(PREFIX))?.[1];
}

/** @param path to a map that may be one of annotations. */
function reportOutside(input: Input, map: YamlMap, path: Path): void {
  const first = firstOf(map);
  if (first === undefined) return;
  const [owner, holder] = [path.at(-3), path.at(-2)];
  const where = quote(path.join('.'));
  const isOfResource = holder === 'metadata' && path.length === input.path.length + 2;
  if (input.kind === '')
    input.report('template', first.at, `${where}: values; migrate what "helm template" makes of them`);
  else if (isOfResource && input.kind !== 'Pod') {
    const why = `the injector reads annotations of pods, and none of a ${quote(input.kind)}; they are left`;
    input.report('differs', first.at, why);
  } else if (isOfResource || (holder === 'metadata' && owner === 'template')) {
    const why = 'the annotations of a part of a pod; migrate what "kustomize build" makes of it';
    input.report('template', first.at, why);
  } else {
    const why = 'another controller makes the pod; give it a volume of the driver there';
    input.report('form', first.at, `${where}: ${why}`);
  }
}

// What kustomize has yet to put together: a manifest that is only a part of one says neither the account of its pod nor
// all that the pod takes.
import { basename } from 'node:path';
import { listAt, textAt } from '../manifest/nodes.ts';
import type { Input } from './input.ts';
import type { Pod } from './uses.ts';

/** Fields by which the result takes other Secrets, or has another name or namespace, than its files say. */
const CHANGES = [
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'replacements',
  'transformers',
  'namePrefix',
  'nameSuffix',
  'namespace',
  'helmCharts',
];
const FILE = /^kustomization(?:\.ya?ml)?$/i;

export function reportKustomizations(inputs: readonly Input[]): void {
  for (const input of inputs.filter(isKustomization)) {
    const [name, field] = [...input.map.fields].find(([one]) => CHANGES.includes(one)) ?? [];
    if (field === undefined) continue;
    const why = `${name}: the result is not what the files say; migrate what "kustomize build" makes of it`;
    input.report('template', field.at, why);
  }
}

function isKustomization({ kind, map, place }: Input): boolean {
  const version = textAt(map, 'apiVersion');
  if (kind === '') return FILE.test(basename(place.document.file));
  return kind === 'Kustomization' && (version === undefined || version.startsWith('kustomize.config.k8s.io/'));
}

/** A container without an image is none that the API server takes: kustomize merges it into another one. */
export function isPatch({ spec }: Pod): boolean {
  return ['containers', 'initContainers'].some((field) =>
    (listAt(spec, field)?.items ?? []).some((container) => textAt(container, 'image') === undefined),
  );
}

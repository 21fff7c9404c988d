// Volumes of the driver wherever a pod's template stands: in a Pod, a Deployment, a CronJob or a resource this code
// has never heard of. They are known by their form.
import { quote } from '../plan/quote.ts';
import { didYouMean } from '../plan/suggest.ts';
import type { YamlMap, YamlNode } from '../plan/yaml-node.ts';
import { fieldOf, mapAt, textAt } from './nodes.ts';
import type { Resource } from './resources.ts';

const DRIVER = 'secrets-store.csi.k8s.io';

/** @param classes all of the input, also of other providers. */
export function checkPodVolumes(resource: Resource, classes: readonly Resource[]): void {
  for (const csi of findVolumes(resource.map)) {
    checkReadOnly(csi, resource);
    checkClassName(csi, resource, classes);
  }
}

/** Recurses as deep as the document is nested, which documents.ts has bounded. */
function* findVolumes(node: YamlNode): Generator<YamlMap> {
  if (node.kind === 'list') for (const item of node.items) yield* findVolumes(item);
  if (node.kind !== 'map') return;
  const csi = mapAt(node, 'csi');
  if (csi !== undefined && textAt(csi, 'driver') === DRIVER) yield csi;
  for (const { value } of node.fields.values()) yield* findVolumes(value);
}

function checkReadOnly(csi: YamlMap, resource: Resource): void {
  if (textAt(csi, 'readOnly') === 'true') return;
  const at = csi.fields.get('readOnly')?.value.at ?? csi.at;
  resource.say('volume-form', at, 'the driver mounts read-only volumes only, write readOnly: true');
}

function checkClassName(csi: YamlMap, resource: Resource, classes: readonly Resource[]): void {
  const name = textAt(csi, 'volumeAttributes', 'secretProviderClass');
  if (name === undefined) {
    const at = fieldOf(csi, 'volumeAttributes')?.at ?? csi.at;
    resource.say('volume-form', at, 'the volume names no class, write volumeAttributes: secretProviderClass: NAME');
    return;
  }
  const named = classes.filter((one) => one.name === name);
  if (named.some((one) => one.mayShareNamespace(resource))) return;
  const at = fieldOf(mapAt(csi, 'volumeAttributes'), 'secretProviderClass')?.value.at ?? csi.at;
  const [elsewhere] = named;
  if (elsewhere !== undefined) {
    const text = `class ${quote(name)} is in namespace ${quote(elsewhere.namespace ?? '')}, and a pod mounts classes of its own only; move one`;
    resource.say('volume-class', at, text);
    return;
  }
  const near = didYouMean(
    name,
    classes.map((one) => one.name),
  );
  if (near !== '') resource.say('volume-class', at, `there is no class ${quote(name)}${near}`);
  else resource.say('volume-class-elsewhere', at, `class ${quote(name)} is not among these files, check them together`);
}

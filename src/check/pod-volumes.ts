// Volumes of the driver wherever a pod's template stands: in a Pod, a Deployment, a CronJob or a resource this code
// has never heard of. They are known by their form.
import { describeDifference } from '../invisible.ts';
import { fieldOf, mapAt, mapsAt, textAt } from '../manifest/nodes.ts';
import type { Resource } from '../manifest/resources.ts';
import { nearest } from '../nearest.ts';
import { didYouMean } from '../plan/suggest.ts';
import { quote } from '../quote.ts';
import type { YamlMap, YamlNode } from '../yaml/node.ts';
import { goBoolean } from '../yaml/scalar.ts';
import { CLASS_NAME, classVolumesOf, containersOf, DRIVER, findPodSpecs } from './pod-spec.ts';

/** Limit on classes to compare a misspelt name with: more than a person has in one input. */
const MOST_COMPARED = 200;

/** @param classes all of the input, also of other providers. */
export function checkPodVolumes(resource: Resource, classes: readonly Resource[]): void {
  for (const spec of findPodSpecs(resource.map)) checkSubPaths(spec, resource);
  for (const csi of findVolumes(resource.map)) {
    checkDriver(csi, resource);
    checkReadOnly(csi, resource);
    checkClassName(csi, resource, classes);
  }
}

/** Recurses as deep as the document is nested, which manifest/documents.ts has bounded. */
function* findVolumes(node: YamlNode): Generator<YamlMap> {
  if (node.kind === 'list') for (const item of node.items) yield* findVolumes(item);
  if (node.kind !== 'map') return;
  const csi = mapAt(node, 'csi');
  if (csi !== undefined && isOfDriver(csi)) yield csi;
  for (const { value } of node.fields.values()) yield* findVolumes(value);
}

/** Included even if misspelt: the class that it names shows what was meant. */
function isOfDriver(csi: YamlMap): boolean {
  const driver = textAt(csi, 'driver');
  return driver === DRIVER || (driver !== undefined && mapAt(csi, 'volumeAttributes')?.fields.has(CLASS_NAME) === true);
}

function checkDriver(csi: YamlMap, resource: Resource): void {
  const field = fieldOf(csi, 'driver');
  if (field?.value.kind !== 'scalar' || field.value.text === DRIVER) return;
  resource.report('volume-form', field.value.at, `no driver ${quote(field.value.text)} has classes; write ${DRIVER}`);
}

/** A file mounted by subPath is never updated after the container started. */
function checkSubPaths(spec: YamlMap, resource: Resource): void {
  const volumes = classVolumesOf(spec);
  for (const mount of containersOf(spec).flatMap((one) => mapsAt(one, 'volumeMounts'))) {
    const field = fieldOf(mount, 'subPath') ?? fieldOf(mount, 'subPathExpr');
    if (field === undefined || !volumes.has(textAt(mount, 'name') ?? '')) continue;
    const text = 'a subPath of this volume never sees a rotated secret; mount the folder and name the file in it';
    resource.report('volume-subpath', field.at, text);
  }
}

function checkReadOnly(csi: YamlMap, resource: Resource): void {
  const value = fieldOf(csi, 'readOnly')?.value;
  if (value?.kind === 'scalar' && goBoolean(value) === true) return;
  const at = value?.at ?? csi.at;
  resource.report('volume-form', at, 'the driver mounts read-only volumes only; write readOnly: true');
}

function checkClassName(csi: YamlMap, resource: Resource, classes: readonly Resource[]): void {
  const name = textAt(csi, 'volumeAttributes', CLASS_NAME);
  if (name === undefined) {
    const attributes = mapAt(csi, 'volumeAttributes');
    const near = nearest(CLASS_NAME, attributes?.fields.keys() ?? []);
    const at = attributes?.fields.get(near ?? '')?.at ?? fieldOf(csi, 'volumeAttributes')?.at ?? csi.at;
    const fix =
      near === undefined
        ? 'write volumeAttributes: secretProviderClass: NAME'
        : `rename ${quote(near)}${describeDifference(near, CLASS_NAME)} to ${CLASS_NAME}`;
    resource.report('volume-form', at, `the volume names no class; ${fix}`);
    return;
  }
  const named = classes.filter((one) => one.name === name);
  if (named.some((one) => one.mayShareNamespace(resource))) return;
  const at = fieldOf(mapAt(csi, 'volumeAttributes'), CLASS_NAME)?.value.at ?? csi.at;
  const [elsewhere] = named;
  if (elsewhere !== undefined) {
    const text = `class ${quote(name)} is in namespace ${quote(elsewhere.namespace ?? '')}, and a pod mounts classes of its own only; move one`;
    resource.report('volume-class', at, text);
    return;
  }
  const names = classes.slice(0, MOST_COMPARED).map((one) => one.name);
  const near = didYouMean(name, names);
  if (near !== '') resource.report('volume-class', at, `there is no class ${quote(name)}${near}`);
  else
    resource.report('volume-class-elsewhere', at, `class ${quote(name)} is not among these files; check them together`);
}

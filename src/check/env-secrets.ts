// Variables from a Secret that the driver makes, which exists only while a pod mounts the class that syncs it. A pod that
// takes the Secret without such a volume starts only if another such pod happens to run.

import { fieldOf, mapAt, mapsAt, textAt } from '../manifest/nodes.ts';
import type { Resource } from '../manifest/resources.ts';
import { quote } from '../quote.ts';
import type { YamlMap } from '../yaml/node.ts';
import { classVolumesOf, containersOf } from './pod-spec.ts';

/** The classes by the names of the Secrets that they sync. */
export type SyncedSecrets = ReadonlyMap<string, readonly Resource[]>;

export function findSyncedSecrets(classes: readonly Resource[]): SyncedSecrets {
  const synced = new Map<string, Resource[]>();
  for (const one of classes)
    for (const item of mapsAt(one.map, 'spec', 'secretObjects')) {
      const name = textAt(item, 'secretName');
      if (name !== undefined) synced.set(name, [...(synced.get(name) ?? []), one]);
    }
  return synced;
}

export function checkEnvSecrets(spec: YamlMap, resource: Resource, synced: SyncedSecrets): void {
  const mounted = new Set(
    classVolumesOf(spec)
      .values()
      .map(({ className }) => className),
  );
  for (const reference of containersOf(spec).flatMap(referencesOf)) {
    const name = textAt(reference, 'name');
    const makers = (synced.get(name ?? '') ?? []).filter((one) => one.mayShareNamespace(resource));
    const [maker] = makers;
    if (name === undefined || maker === undefined || makers.some((one) => mounted.has(one.name))) continue;
    resource.report(
      'env-secret',
      fieldOf(reference, 'name')?.value.at ?? reference.at,
      `Secret ${quote(name)} is there only while a pod mounts class ${quote(maker.name)}, and this one does not; mount it`,
    );
  }
}

function referencesOf(container: YamlMap): readonly YamlMap[] {
  const single = mapsAt(container, 'env').map((one) => mapAt(one, 'valueFrom', 'secretKeyRef'));
  const whole = mapsAt(container, 'envFrom').map((one) => mapAt(one, 'secretRef'));
  return [...single, ...whole].filter((one) => one !== undefined);
}

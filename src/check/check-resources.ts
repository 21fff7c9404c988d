// The steps of a check: texts become resources, and each rule runs on those that concern it.

import { readDocuments, readUsersOfSecrets } from '../manifest/documents.ts';
import type { Finding, Source } from '../manifest/finding.ts';
import { findResources, type Resource } from '../manifest/resources.ts';
import { type CheckedClass, checkClass, checkKind, isClass } from './class-check.ts';
import { checkEnvSecrets, findSyncedSecrets, type SyncedSecrets } from './env-secrets.ts';
import { checkFileModes } from './file-modes.ts';
import { putLibraries } from './libraries.ts';
import { findPodSpecs } from './pod-spec.ts';
import { checkPodVolumes } from './pod-volumes.ts';

/** @returns the classes of Vault and OpenBao among `sources`, for further checks. */
export function checkResources(
  sources: readonly Source[],
  report: (finding: Finding) => void,
): readonly CheckedClass[] {
  putLibraries();
  const resources = sources.flatMap((source) =>
    readDocuments(source, report).flatMap((document) => findResources(document, report)),
  );
  const classes = resources.filter(isClass);
  findDuplicates(classes);
  const checked = classes.flatMap((resource) => checkClass(resource) ?? []);
  for (const resource of resources) {
    checkKind(resource);
    checkPodVolumes(resource, classes);
    for (const spec of findPodSpecs(resource.map)) checkFileModes(spec, resource, checked);
  }
  const synced = findSyncedSecrets(classes);
  if (synced.size > 0) checkVariables(sources, resources, synced, report);
  return checked;
}

/** A pod that only takes the Secret names neither the driver nor a class. */
function checkVariables(
  sources: readonly Source[],
  resources: readonly Resource[],
  synced: SyncedSecrets,
  report: (finding: Finding) => void,
): void {
  const others = sources.flatMap(readUsersOfSecrets).flatMap((document) => findResources(document, report));
  for (const resource of [...resources, ...others])
    for (const spec of findPodSpecs(resource.map)) checkEnvSecrets(spec, resource, synced);
}

/** Within one file only: in several, classes of one name belong to several clusters or overlays. */
function findDuplicates(classes: readonly Resource[]): void {
  const first = new Map<string, Resource>();
  for (const resource of classes) {
    const key = JSON.stringify([resource.file, resource.namespace, resource.name]);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, resource);
    else if (resource.name !== '')
      resource.report(
        'class-twice',
        resource.map.at,
        `the class stands at line ${earlier.line} already; rename or remove one`,
      );
  }
}

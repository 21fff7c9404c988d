// The story of the room: texts to resources, and each rule over those that concern it.
import { type CheckedClass, checkClass, checkKind, isClass } from './class-check.ts';
import { readDocuments } from './documents.ts';
import type { Finding, Source } from './finding.ts';
import { checkPodVolumes } from './pod-volumes.ts';
import { findResources, type Resource } from './resources.ts';

/** @returns the classes of Vault and OpenBao among `sources`, for whoever goes on from them. */
export function checkResources(sources: readonly Source[], tell: (finding: Finding) => void): readonly CheckedClass[] {
  const resources = sources.flatMap((source) =>
    readDocuments(source, tell).flatMap((document) => findResources(document, tell)),
  );
  const classes = resources.filter(isClass);
  findTwins(classes);
  for (const resource of resources) {
    checkKind(resource);
    checkPodVolumes(resource, classes);
  }
  return classes.flatMap((resource) => checkClass(resource) ?? []);
}

/** Within one file: over several, classes of one name are those of several clusters or overlays. */
function findTwins(classes: readonly Resource[]): void {
  const first = new Map<string, Resource>();
  for (const resource of classes) {
    const key = JSON.stringify([resource.file, resource.namespace, resource.name]);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, resource);
    else if (resource.name !== '')
      resource.say(
        'class-twice',
        resource.map.at,
        `the class stands at line ${earlier.line} already, rename or remove one`,
      );
  }
}

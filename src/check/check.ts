// The check of manifests before the cluster sees them: text in, findings out. Pure; it asks nobody. What reads
// files, asks a store or prints is cli/'s. This is also the package's library.
import { type CheckedClass, checkClass, isClass } from './class-check.ts';
import { readDocuments, type Source } from './documents.ts';
import { compareFindings, type Finding } from './finding.ts';
import { checkPodVolumes } from './pod-volumes.ts';
import { findResources, type Resource } from './resources.ts';

export type { Source } from './documents.ts';
export type { Finding, Level } from './finding.ts';
export { RULES, type Rule, type RuleText } from './rules.ts';

export interface Checked {
  /** By file, then by place. */
  readonly findings: readonly Finding[];
  /** How many classes of Vault and OpenBao there were. */
  readonly classCount: number;
}

/**
 * Finds every mistake in the SecretProviderClasses of `sources`, and in the volumes of pods that name them. Other
 * resources, and classes of other providers, are passed over. Never throws for what is in a text.
 */
export function checkManifests(sources: readonly Source[]): Checked {
  const findings: Finding[] = [];
  const classes = checkResources(sources, (finding) => findings.push(finding));
  return { findings: findings.sort(compareFindings), classCount: classes.length };
}

/** The same for whoever goes on from the classes themselves. */
export function checkResources(sources: readonly Source[], tell: (finding: Finding) => void): readonly CheckedClass[] {
  const resources = sources.flatMap((source) =>
    readDocuments(source, tell).flatMap((document) => findResources(document, tell)),
  );
  const classes = resources.filter(isClass);
  findTwins(classes);
  for (const resource of resources) checkPodVolumes(resource, classes);
  return classes.flatMap((resource) => checkClass(resource) ?? []);
}

function findTwins(classes: readonly Resource[]): void {
  const first = new Map<string, Resource>();
  for (const resource of classes) {
    const key = `${resource.namespace ?? ''}/${resource.name}`;
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, resource);
    else if (resource.name !== '')
      resource.say(
        'class-twice',
        resource.map.at,
        `the class stands at ${earlier.place} already, rename or remove one`,
      );
  }
}

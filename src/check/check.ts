// Checks manifests before they reach a cluster: text in, findings out. Pure; no I/O. Reading files, asking a store and
// printing are up to cli/. This is also the package's library.

import { compareFindings, type Finding, type Migratable, type Source } from '../manifest/finding.ts';
import { checkResources } from './check-resources.ts';
import { findMigratable } from './migratable.ts';
import { checkObjectList } from './object-list.ts';

export type { Finding, Source } from '../manifest/finding.ts';
export { type Level, RULES, type Rule, type RuleText } from '../manifest/rules.ts';

export interface Checked {
  /** By file, then by position. */
  readonly findings: readonly Finding[];
  /** How many classes of Vault and OpenBao there were. */
  readonly classCount: number;
  /** Number of files with only a list of objects; undefined: none. */
  readonly listCount?: number;
  /** Resources that `secretmount migrate` turns into classes; undefined: none. */
  readonly migratable?: readonly Migratable[];
}

/**
 * Finds problems in the SecretProviderClasses of `sources`, and in the volumes of pods that name them. Other resources,
 * and classes of other providers, are passed over. Never throws for what is in a text.
 */
export function checkManifests(sources: readonly Source[]): Checked {
  const findings: Finding[] = [];
  const classes = checkResources(sources, (finding) => findings.push(finding));
  return { findings: findings.sort(compareFindings), classCount: classes.length, ...findMigratable(sources) };
}

/** Finds problems in a text that is the list in `objects` alone. Never throws for what is in it. */
export function checkObjects(source: Source): readonly Finding[] {
  const findings: Finding[] = [];
  checkObjectList(source, (finding) => findings.push(finding));
  return findings.sort(compareFindings);
}

// Resources of systems that are not migrated: named, so that nobody takes a silent report for a done one.
import { mapAt, mapsAt, textAt } from '../manifest/nodes.ts';
import { isAwsSecret } from './aws/find.ts';
import { isExternalSecret } from './eso/find.ts';
import { type Improvement, improve } from './improve.ts';
import type { Input } from './input.ts';
import type { Setup } from './setup.ts';

/** By API group. */
const GROUPS: Readonly<Record<string, string>> = {
  'external-secrets.io': 'External Secrets',
  'generators.external-secrets.io': 'External Secrets',
  'mumoshu.github.io': 'aws-secret-operator',
};
/** The Vault Agent injector's, by another name and with another folder. */
const OPENBAO_INJECTOR = 'openbao.openbao.org/';
/** The names under which this provider serves. */
const PROVIDERS: ReadonlySet<string | undefined> = new Set(['vault', 'openbao']);

/** Begins the message for a class that stays. */
export const NOTHING_TO_DO = 'nothing to do: it is served as it is';

export function isClassOfOurs({ kind }: Input): boolean {
  return kind === 'SecretProviderClass';
}

/** @returns what there is to improve. */
export function findOtherSystems(inputs: readonly Input[], { isImproving = false }: Setup): readonly Improvement[] {
  const improvements: Improvement[] = [];
  for (const input of inputs) {
    const group = (textAt(input.map, 'apiVersion') ?? '').split('/')[0] ?? '';
    const system = Object.hasOwn(GROUPS, group) ? GROUPS[group] : undefined;
    if (system !== undefined && !isExternalSecret(input) && !isAwsSecret(input))
      input.report('other-system', input.map.at, `a resource of ${system}, which this version does not migrate`);
    const ofPod = mapAt(input.map, 'spec', 'template', 'metadata', 'annotations');
    for (const annotations of [mapAt(input.map, 'metadata', 'annotations'), ofPod]) {
      const [first] = [...(annotations?.fields ?? [])].filter(([name]) => name.startsWith(OPENBAO_INJECTOR));
      const why = "annotations of OpenBao's agent injector, which this version does not migrate";
      if (first !== undefined) input.report('other-system', first[1].at, why);
    }
    const improvement = isImproving && isServed(input) ? improve(input) : undefined;
    if (improvement !== undefined) improvements.push(improvement);
    else if (isServed(input)) {
      const count = mapsAt(input.map, 'spec', 'secretObjects').length;
      const synced = count === 0 ? '' : ', with the Secrets that it syncs';
      input.report('nothing-to-do', input.map.at, `${NOTHING_TO_DO}${synced}`);
    }
  }
  return improvements;
}

function isServed(input: Input): boolean {
  return isClassOfOurs(input) && PROVIDERS.has(textAt(input.map, 'spec', 'provider'));
}

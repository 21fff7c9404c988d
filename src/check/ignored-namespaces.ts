// Classes with a store namespace, checked against a store that has none: Vault Community would answer from its root
// namespace.

import { fieldOf, mapAt } from '../manifest/nodes.ts';
import { isKnownParameter } from '../plan/parameter-source.ts';
import { quote } from '../quote.ts';
import type { CheckedClass } from './class-check.ts';

/** @param ignores asks the store whether it ignores namespaces; called only if a class names one */
export async function checkNamespaces(
  classes: readonly CheckedClass[],
  ignores: () => Promise<boolean>,
): Promise<void> {
  const named = classes.filter(({ parsed }) => (parsed?.store.namespace ?? '') !== '');
  if (named.length === 0 || !(await ignores())) return;
  for (const { resource, parsed } of named) {
    const parameters = mapAt(fieldOf(resource.map, 'spec')?.value, 'parameters');
    const [name, field] =
      [...(parameters?.fields ?? [])].find(([one]) => one.endsWith('Namespace') && isKnownParameter(one)) ?? [];
    const why = `the store is Vault Community, which ignores ${quote(parsed?.store.namespace ?? '')} and answers with the root namespace's secrets`;
    resource.report('namespace-ignored', field?.value.at ?? resource.map.at, `${name}: ${why}; remove it`);
  }
}

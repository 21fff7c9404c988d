// Finds what `secretmount migrate` would turn into classes. It searches the text, as documents without a class are never
// parsed. It is a notice: a finding would need a position, and would fail a pipeline with --strict.
import { splitDocuments } from '../manifest/documents.ts';
import type { Migratable, Source } from '../manifest/finding.ts';

const SYSTEMS = [
  'argocd-vault-plugin',
  'External Secrets',
  'Vault Agent injector',
  'Vault Secrets Operator',
  'Sealed Secrets',
  'aws-secret-operator',
] as const;

/** Kinds that name a secret, by the API group of their system. */
const RESOURCES = [
  ['External Secrets', 'external-secrets.io/', /\bkind["']?:\s*["']?ExternalSecret\b/],
  [
    'Vault Secrets Operator',
    'secrets.hashicorp.com/',
    /\bkind["']?:\s*["']?(?:VaultStaticSecret|VaultDynamicSecret|VaultPKISecret)\b/,
  ],
  ['Sealed Secrets', 'bitnami.com/', /\bkind["']?:\s*["']?SealedSecret\b/],
  ['aws-secret-operator', 'mumoshu.github.io/', /\bkind["']?:\s*["']?AWSSecret\b/],
] as const;
const TAKES_VALUES = /\bkind["']?:\s*["']?(?:Secret|ConfigMap)\b/;
const PLACEHOLDER = /avp\.kubernetes\.io\/path\b|<path:[^#<>\n]+#[^<>\n]+>/;
const INJECTED = /\bvault\.hashicorp\.com\/agent-inject["']?:\s*["']?(?:1|[tT](?:rue)?|TRUE)\b/;

/** Empty if there are none. */
export function findMigratable(sources: readonly Source[]): { readonly migratable?: readonly Migratable[] } {
  const found = new Map<Migratable['system'], Migratable>();
  for (const { name: file, text } of sources)
    for (const { text: document, linesBefore } of splitDocuments(text)) {
      const kind = findKind(document);
      if (kind === undefined) continue;
      const { system, index } = kind;
      const line = linesBefore + document.slice(0, index).split('\n').length;
      const first = found.get(system) ?? { system, count: 0, file, line };
      found.set(system, { ...first, count: first.count + 1 });
    }
  const migratable = SYSTEMS.flatMap((system) => found.get(system) ?? []);
  return migratable.length === 0 ? {} : { migratable };
}

function findKind(document: string): { readonly system: Migratable['system']; readonly index: number } | undefined {
  for (const [system, group, kind] of RESOURCES) {
    const found = document.includes(group) ? kind.exec(document) : null;
    if (found !== null) return { system, index: found.index };
  }
  const injected = INJECTED.exec(document);
  if (injected !== null) return { system: 'Vault Agent injector', index: injected.index };
  const filled = PLACEHOLDER.test(document) ? TAKES_VALUES.exec(document) : null;
  return filled === null ? undefined : { system: 'argocd-vault-plugin', index: filled.index };
}

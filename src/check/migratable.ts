// What `secretmount migrate` would turn into classes. It is looked for in the text, as documents without a class are never
// parsed: so it is a notice and no finding, which would need a place and fail a pipeline of --strict.
import { splitDocuments } from '../manifest/documents.ts';
import type { Migratable, Source } from '../manifest/finding.ts';

const SYSTEMS = ['argocd-vault-plugin', 'External Secrets', 'Vault Agent injector'] as const;

const EXTERNAL_SECRET = /\bkind["']?:\s*["']?ExternalSecret\b/;
const TAKES_VALUES = /\bkind["']?:\s*["']?(?:Secret|ConfigMap)\b/;
const PLACEHOLDER = /avp\.kubernetes\.io\/path\b|<path:[^#<>\n]+#[^<>\n]+>/;
const INJECTED = /\bvault\.hashicorp\.com\/agent-inject["']?:\s*["']?(?:1|[tT](?:rue)?|TRUE)\b/;

/** Empty if there is none. */
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
  const external = document.includes('external-secrets.io/') ? EXTERNAL_SECRET.exec(document) : null;
  if (external !== null) return { system: 'External Secrets', index: external.index };
  const injected = INJECTED.exec(document);
  if (injected !== null) return { system: 'Vault Agent injector', index: injected.index };
  const filled = PLACEHOLDER.test(document) ? TAKES_VALUES.exec(document) : null;
  return filled === null ? undefined : { system: 'argocd-vault-plugin', index: filled.index };
}

// The Secret that External Secrets makes (v0.20.4): its data by the rules of its documentation, its templates by whoever
// renders them.

import { parse } from 'yaml';
import type { Manifest } from './consumers.ts';
import { KV1, KV2 } from './store.ts';

/** Templates over one set of values, as the operator renders them. */
export type RenderTemplate = (template: string, data: Readonly<Record<string, string>>) => string;

export function secretOf(es: Manifest, manifests: readonly Manifest[], render: RenderTemplate): Manifest {
  const { spec, metadata } = es;
  const data: Record<string, string> = {};
  for (const item of spec.dataFrom ?? []) {
    for (const [key, value] of Object.entries(readSecret(item.extract, es, manifests))) {
      let name = key;
      for (const { regexp } of item.rewrite ?? [])
        name = name.replace(new RegExp(regexp.source, 'g'), regexp.target.replace(/\$\{(\d)\}/g, '$$$1'));
      data[name] = decode(textOf(value), item.extract.decodingStrategy);
    }
  }
  for (const { secretKey, remoteRef } of spec.data ?? []) {
    const secret = readSecret(remoteRef, es, manifests);
    const value = remoteRef.property === undefined ? secret : secret[remoteRef.property];
    data[secretKey] = decode(textOf(value), remoteRef.decodingStrategy);
  }
  const template = spec.target?.template;
  const texts = templatesOf(template, manifests);
  const literals = (template?.templateFrom ?? []).filter((from: Manifest) => from.literal !== undefined);
  const fromLiterals = literals.map((from: Manifest) => parse(render(from.literal, data)));
  const keepsData = (texts.length === 0 && literals.length === 0) || template?.mergePolicy === 'Merge';
  const made = Object.fromEntries(texts.map(([key, text]) => [key, render(text, data)]));
  return {
    kind: 'Secret',
    metadata: { name: spec.target?.name ?? metadata.name, namespace: metadata.namespace },
    stringData: { ...(keepsData ? data : {}), ...Object.assign({}, ...fromLiterals), ...made },
  };
}

function templatesOf(template: Manifest, manifests: readonly Manifest[]): readonly (readonly [string, string])[] {
  const texts = new Map<string, string>();
  for (const from of template?.templateFrom ?? [])
    for (const [kind, source] of [
      ['ConfigMap', from.configMap],
      ['Secret', from.secret],
    ] as const)
      for (const { key } of source?.items ?? []) {
        const holder = manifests.find((one) => one.kind === kind && one.metadata.name === source.name);
        texts.set(key, { ...holder.data, ...holder.stringData }[key]);
      }
  for (const [key, text] of Object.entries<string>(template?.data ?? {})) texts.set(key, text);
  return [...texts];
}

function readSecret({ key, version }: Manifest, es: Manifest, manifests: readonly Manifest[]): Manifest {
  const store = manifests.find(
    (one) => one.kind === 'SecretStore' && one.metadata.name === es.spec.secretStoreRef.name,
  );
  if (store.spec.provider.vault.version === 'v1') return Object.assign({}, KV1[key as keyof typeof KV1]);
  const versions = KV2[key] ?? [];
  return versions[version === undefined ? versions.length - 1 : Number(version) - 1];
}

function decode(text: string, strategy = 'None'): string {
  return strategy === 'None' ? text : Buffer.from(text, strategy === 'Base64' ? 'base64' : 'base64url').toString();
}

/** JSON as Go writes it. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const sorted = (one: unknown): unknown =>
    typeof one !== 'object' || one === null || Array.isArray(one)
      ? one
      : Object.fromEntries(
          Object.entries(one)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, inner]) => [key, sorted(inner)]),
        );
  const escapes = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' } as Readonly<Record<string, string>>;
  return JSON.stringify(sorted(value)).replace(/[<>&]/g, (char) => escapes[char] ?? '');
}

// What the store holds for the cases of the Vault Agent injector, so that what other cases need changes none of its files.
import type { OpenBao } from '../harness/openbao.ts';

/** Versions of KV 2, oldest first. */
export const KV2: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  'pods/db': [
    { password: 'first', user: 'old' },
    { password: 'second', user: 'ann' },
    {
      password: 'p@ss "word" \\ $x #1',
      user: 'ann',
      url: 'postgres://ann@db:5432/shop?sslmode=disable',
      port: 5432,
      ready: true,
    },
  ],
  'pods/tls': [
    { certificate: '-----BEGIN X-----\nAAAA\n-----END X-----\n', key: '-----BEGIN Y-----\nBB==\n-----END Y-----' },
  ],
  'pods/encoded': [
    { text: Buffer.from('plain text').toString('base64'), 'with.dot': 'dotted', 'with space': 'spaced' },
  ],
  'pods/json': [{ config: JSON.stringify({ db: { password: 'inner "pw"', port: 5432 } }) }],
  'pods/nested': [{ hosts: [{ name: 'one' }, { name: 'two' }], port: { number: 5432 } }],
  'pods/odd': [
    {
      empty: '',
      lines: 'a\n\n  b\n',
      unicode: 'Grüße ✓ 𝄞',
      yaml: 'yes: [1, {',
      number: '0123',
      tag: '<b>bold</b>',
      spaces: '  two  ',
    },
  ],
};
const KV1 = { 'pods/old': { token: 'kv1-token', user: 'kv1-user' } } as const;

/** @param namespace in which it is; without it there are the engines of KV 1 and PKI too. */
export async function fillForPods(store: OpenBao, namespace?: string): Promise<void> {
  const within = namespace === undefined ? {} : { namespace };
  for (const [path, versions] of Object.entries(KV2))
    for (const data of versions) await store.request('POST', `secret/data/${path}`, { data }, within);
  if (namespace !== undefined) return;
  for (const [path, data] of Object.entries(KV1)) await store.request('POST', `kv1/${path}`, data);
  await store.enablePki();
}

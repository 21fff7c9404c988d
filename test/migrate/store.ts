// What the store holds for the cases: awkward on purpose, and every key of it in a case.
import type { OpenBao } from '../harness/openbao.ts';

const BINARY = Buffer.from([0, 255, 128, 10, 13, 254, 61]);

/** Versions of KV 2, oldest first. */
export const KV2: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  'shop/db': [
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
  // Of docs/examples/argocd-vault-plugin.
  db: [{ password: 'of the page', user: 'ann' }],
  smtp: [{ password: 'mail', from: 'shop@example.com' }],
  'shop/tls': [
    { certificate: '-----BEGIN X-----\nAAAA\n-----END X-----\n', key: '-----BEGIN Y-----\nBB==\n-----END Y-----' },
  ],
  'shop/encoded': [
    {
      text: Buffer.from('plain text').toString('base64'),
      keystore: BINARY.toString('base64'),
      url: Buffer.from('a?b>c').toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
      'with.dot': 'dotted',
      'with space': 'spaced',
    },
  ],
  'shop/json': [
    {
      config: JSON.stringify({
        db: { password: 'inner "pw"', 'user-name': 'ann', port: 5432, ready: true, encoded: 'aGk=' },
        hosts: [
          { name: 'one', weight: 1.5 },
          { name: 'two & <three>', weight: 1e21 },
        ],
        none: null,
      }),
    },
  ],
  'shop/texts': [
    {
      padded: '  first \u00a0\n\tsecond\r\n\n\n   \n third\n\n',
      list: '- one\n  - two\n\n- three',
      json: JSON.stringify('a JSON "text"'),
      yaml: 'db:\n  pass-word: "y: 1"\n  port: 5432 # of it\nlist: [a, b]\n',
    },
  ],
  'shop/nested': [{ hosts: [{ name: 'one' }, { name: 'two' }], port: { number: 5432 } }],
  'shop/odd': [
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
  'shop/labelled': [{ user: 'ann' }],
};
/** Custom metadata, by path. */
const LABELS = { 'shop/labelled': { owner: 'team <shop>', tier: 'back' } } as const;
export const KV1 = { 'shop/old': { token: 'kv1-token', user: 'kv1-user' } } as const;

export async function fillStore(bao: OpenBao): Promise<void> {
  await bao.enableKv('kv1', 1);
  for (const [path, versions] of Object.entries(KV2))
    for (const data of versions) await bao.request('POST', `secret/data/${path}`, { data });
  for (const [path, custom_metadata] of Object.entries(LABELS))
    await bao.request('POST', `secret/metadata/${path}`, { custom_metadata });
  for (const [path, data] of Object.entries(KV1)) await bao.request('POST', `kv1/${path}`, data);
}

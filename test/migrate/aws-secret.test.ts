// AWSSecrets of aws-secret-operator, migrated to classes of the AWS provider. Neither is run: the operator's Secret is made
// by its value rules, the mount by what the AWS provider's documentation says (aws-model.ts).
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { Folder } from '../check/run-check.ts';
import { mountAws, operatorData, VERSION } from './aws-model.ts';
import { Cluster, parseManifests } from './consumers.ts';
import { readText, runMigrate, seeOriginal } from './world.ts';

interface Case {
  readonly value: string;
  readonly id?: string;
  /** Of the volume; undefined: there is none. */
  readonly items?: readonly { readonly key: string; readonly path: string; readonly mode?: number }[];
  readonly defaultMode?: number;
  readonly env?: readonly string[];
  readonly spec?: object;
  readonly wholeVolume?: boolean;
}

const JSON_VALUE = JSON.stringify({ user: 'ann', password: 'p "w"\n', 'odd-name': 'odd', url: 'a=b&c', empty: '' });
const CASES: Readonly<Record<string, Case>> = {
  'a variable': { value: JSON_VALUE, env: ['user'] },
  'several variables': { value: JSON_VALUE, env: ['user', 'password', 'url'] },
  'a key that needs quotes': { value: JSON_VALUE, env: ['odd-name'] },
  'an empty value': { value: JSON_VALUE, env: ['empty'] },
  'a file': { value: JSON_VALUE, items: [{ key: 'password', path: 'password' }] },
  'files by other names': {
    value: JSON_VALUE,
    items: [
      { key: 'user', path: 'name' },
      { key: 'url', path: 'link' },
    ],
  },
  'files in folders': {
    value: JSON_VALUE,
    items: [
      { key: 'user', path: 'db/user' },
      { key: 'password', path: 'db/password' },
    ],
  },
  'modes of files': {
    value: JSON_VALUE,
    items: [
      { key: 'user', path: 'user', mode: 0o400 },
      { key: 'url', path: 'url' },
    ],
    defaultMode: 0o440,
  },
  'one key in two files': {
    value: JSON_VALUE,
    items: [
      { key: 'user', path: 'a' },
      { key: 'user', path: 'b' },
    ],
  },
  'files and variables': { value: JSON_VALUE, items: [{ key: 'user', path: 'user' }], env: ['password'] },
  'a text that is no JSON': { value: 'plain text', env: ['data'] },
  'a text as a file': { value: 'plain\ntext\n', items: [{ key: 'data', path: 'app.conf', mode: 0o400 }] },
  'an ARN': {
    value: JSON_VALUE,
    id: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-AbCdEf',
    env: ['user'],
  },
  'a name with folders': { value: JSON_VALUE, id: 'prod/shop/db', items: [{ key: 'user', path: 'user' }] },
  'a type and labels': {
    value: JSON_VALUE,
    env: ['user'],
    spec: { type: 'customtype', metadata: { labels: { app: 'shop' } } },
  },
  'a port that is a text': { value: '{"user": "ann", "port": "5432"}', env: ['port'] },
  'names of prototypes': { value: '{"constructor": "c", "toString": "t"}', env: ['constructor', 'toString'] },
};

function manifestsOf({ id = 'shop', items, defaultMode, env = [], spec = {}, wholeVolume = false }: Case): string {
  const reference = { secretsManagerSecretRef: { secretId: id, versionId: VERSION } };
  const secret = {
    apiVersion: 'mumoshu.github.io/v1alpha1',
    kind: 'AWSSecret',
    metadata: { name: 'db', namespace: 'shop' },
    spec: { stringDataFrom: reference, ...spec },
  };
  const variables = env.map((key, index) => ({ name: `V${index}`, valueFrom: { secretKeyRef: { name: 'db', key } } }));
  const volume = { secretName: 'db', items, ...(defaultMode === undefined ? {} : { defaultMode }) };
  const hasVolume = items !== undefined || wholeVolume;
  const container = {
    name: 'web',
    image: 'web:1',
    env: variables,
    volumeMounts: hasVolume ? [{ name: 'v', mountPath: '/v' }] : undefined,
  };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      serviceAccountName: 'web',
      containers: [container],
      volumes: hasVolume ? [{ name: 'v', secret: volume }] : undefined,
    },
  };
  return [secret, pod].map((one) => stringify(JSON.parse(JSON.stringify(one)))).join('---\n');
}

/** The example of docs/migrate.md. */
const EXAMPLE = readFileSync(new URL('../../docs/examples/aws-secret-operator/app.yaml', import.meta.url), 'utf8');

describe('AWSSecrets, migrated', () => {
  const folder = new Folder();
  after(() => folder.remove());

  const migrated = async (text: string, ...flags: readonly string[]) => {
    const file = folder.write('a.yaml', text);
    const out = join(folder.path, `out-${Math.random()}`);
    const ran = await runMigrate(file, `--out=${out}`, ...flags);
    return { ...ran, text: readText(out, 'a.yaml'), outFolder: out };
  };

  const sources = Object.entries(CASES).map(([name, one]) => ({ name, source: manifestsOf(one), ...one }));
  const example = { name: 'the example of the page', source: EXAMPLE, value: JSON_VALUE, id: 'prod/shop/db' };
  for (const { name, source, value, id = 'shop' } of [...sources, example])
    it(`show every container the same: ${name}`, async () => {
      const { code, text, out } = await migrated(source);
      assert.equal(code, 0, out);
      const stringData = operatorData(value, VERSION);
      const metadata = { name: 'db', namespace: 'shop' };
      const before = await seeOriginal(`${source}---\n${stringify({ kind: 'Secret', metadata, stringData })}`);
      const cluster: Cluster = new Cluster(parseManifests(text), async (className, pod) =>
        mountAws(cluster.classOf(className, pod.namespace), { [id]: value }),
      );
      const after = await cluster.look();
      for (const [container, seen] of Object.entries(before)) {
        assert.deepEqual(after[container]?.env, seen.env);
        // The whole secret is a file too.
        for (const [path, file] of Object.entries(seen.files))
          assert.deepEqual(after[container]?.files[path], file, path);
      }
    });

  it('write no role for the store, and say what differs', async () => {
    const { out, outFolder } = await migrated(manifestsOf(CASES['a variable'] ?? assert.fail()));
    assert.ok(!existsSync(join(outFolder, 'store-roles.sh')));
    assert.match(out, /warning: each pod's service account logs in to AWS/);
    assert.match(out, /warning: a value that is no text stops the mount/);
  });

  for (const [name, one, kind] of [
    ['a volume of all keys', { value: JSON_VALUE, wholeVolume: true }, 'all-keys'],
    ['the version of the secret', { value: JSON_VALUE, env: ['AWSVersionId'] }, 'field'],
    [
      'values in base64',
      { value: JSON_VALUE, env: ['user'], spec: { dataFrom: {}, stringDataFrom: undefined } },
      'field',
    ],
    ['a name of another form', { value: JSON_VALUE, env: ['user'], id: 'a b' }, 'path'],
  ] as const)
    it(`stay as they are, and it is told: ${name}`, async () => {
      const source = manifestsOf(one);
      const { code, text, out } = await migrated(source);
      assert.equal(code, 1);
      assert.match(out, new RegExp(`\\[${kind}\\]`));
      assert.equal(text, source);
    });

  it('are looked for only if they are asked for', async () => {
    const source = manifestsOf(CASES['a variable'] ?? assert.fail());
    const { text } = await migrated(source, '--from=external-secrets');
    assert.equal(text, source);
    assert.notEqual((await migrated(source, '--from=aws-secret-operator')).text, source);
  });
});

// A repository with every system in it, each in an app of its own, migrated by one command: what each container saw of the
// originals' output, it sees of the classes. Real OpenBao and the built daemon.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { mountAws, operatorData, VERSION } from './aws-model.ts';
import { Cluster, type Manifest, parseManifests, type Seen } from './consumers.ts';
import { fillForPods } from './injector-store.ts';
import { readRecorded, sourceOf } from './recorded.ts';
import { readRecordedEso, secretOfCase, sourceOfCase } from './recorded-eso.ts';
import { injectorSource, readInjectorRecorded, textsOf } from './recorded-injector.ts';
import { readRecorded as readRecordedSealed } from './recorded-sealed.ts';
import { readRecorded as readRecordedVso, sourceOf as sourceOfVso, withoutTimes } from './recorded-vso.ts';
import { MigrateWorld, type Ran, readText, runMigrateIn, seeOriginal } from './world.ts';

interface App {
  readonly name: string;
  readonly text: string;
  /** What the original made of it, beside or in place of it; undefined: it stays as it is. */
  readonly original?: string;
}

/** Names are the same in many cases. */
function inNamespace(text: string, namespace: string): string {
  return text
    .replace(/namespace: shop\b/g, `namespace: ${namespace}`)
    .replaceAll('"namespace":"shop"', `"namespace":"${namespace}"`);
}

const AWS_VALUE = JSON.stringify({ user: 'ann', password: 'p "w"' });
const AWS_METADATA = { name: 'report', namespace: 'aws' };
const AWS = [
  {
    apiVersion: 'mumoshu.github.io/v1alpha1',
    kind: 'AWSSecret',
    metadata: AWS_METADATA,
    spec: { stringDataFrom: { secretsManagerSecretRef: { secretId: 'prod/report', versionId: VERSION } } },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'report', namespace: 'aws' },
    spec: {
      schedule: '0 1 * * *',
      jobTemplate: {
        spec: {
          template: {
            spec: {
              restartPolicy: 'Never',
              containers: [
                {
                  name: 'report',
                  image: 'report:1',
                  env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'report', key: 'password' } } }],
                },
              ],
            },
          },
        },
      },
    },
  },
]
  .map((one) => stringify(one))
  .join('---\n');
/** Of HashiCorp's provider, with what is not moved. */
const PEER = `apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: legacy, namespace: legacy}
spec:
  provider: vault
  parameters:
    roleName: legacy
    objects: |
      - {objectName: user, secretPath: secret/data/shop/db, secretKey: user}
---
apiVersion: v1
kind: Service
metadata: {name: legacy, namespace: legacy}
spec: {ports: [{port: 80}]}
---
apiVersion: external-secrets.io/v1alpha1
kind: PushSecret
metadata: {name: push, namespace: legacy}
`;
const AVP_CASES = ['connection-string', 'config-file', 'template-modifiers', 'two-accounts', 'same-name'];
const ESO_CASES = ['template-connection', 'template-merge', 'template-config-map', 'cluster-store-jwt', 'generator'];
const INJECTOR_CASE = 'database-url';
const VSO_CASES = ['static-v2', 'transformation'];
/** Sealed for its namespace. */
const SEALED_CASE = 'plain';

function appsOf(): readonly App[] {
  const [plugin, operator, vso] = [readRecorded(), readRecordedEso(), readRecordedVso()];
  const sealed = readRecordedSealed().cases[SEALED_CASE] ?? assert.fail();
  return [
    ...AVP_CASES.map((name) => {
      const original = inNamespace(plugin.cases[name] ?? '', name);
      return { name, text: inNamespace(sourceOf(name), name), original };
    }),
    { name: 'stays', text: inNamespace(sourceOf('stays'), 'stays') },
    ...ESO_CASES.map((name) => {
      const text = inNamespace(sourceOfCase(name), name);
      return { name, text, original: `${text}---\n${inNamespace(secretOfCase(name, operator), name)}` };
    }),
    ...VSO_CASES.map((name) => {
      const text = inNamespace(sourceOfVso(name), name);
      return { name, text, original: text + inNamespace(vso.cases[name] ?? '', name) };
    }),
    { name: 'sealed', text: sealed.manifests, original: sealed.manifests + sealed.secrets },
    { name: 'injected', text: injectorSource(INJECTOR_CASE) },
    { name: 'aws', text: AWS },
    { name: 'legacy', text: PEER },
  ];
}

describe('a repository with every system in it', () => {
  const apps = appsOf();
  let world: MigrateWorld;
  let out: string;
  let ran: Ran;
  before(async () => {
    world = await MigrateWorld.start();
    await fillForPods(world.bao);
    await world.bao.addPolicy('shop-web', 'path "secret/*" { capabilities = ["read"] }');
    const names = { bound_service_account_names: ['web'], bound_service_account_namespaces: ['shop'] };
    const role = { ...names, audience: 'vault', token_policies: ['shop-web'] };
    await world.bao.request('POST', 'auth/kubernetes/role/shop-web', role);
    const folder = join(world.folder, 'repository');
    for (const { name, text } of apps) {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, name, 'app.yaml'), text);
    }
    out = join(world.folder, 'migrated');
    const key = join(world.folder, 'key.pem');
    writeFileSync(key, readRecordedSealed().key);
    const env = { BAO_ADDR: world.bao.address, BAO_TOKEN: world.bao.rootToken };
    const flags = [`--out=${out}`, '--report=json', `--sealing-key=${key}`, '--write-store'];
    ran = await runMigrateIn(env, folder, ...flags);
    await world.writeRoles(join(out, 'store-roles.sh'));
  });
  after(() => world.stop());

  const migratedText = (name: string) => readText(out, name, 'app.yaml');

  it('has 30 manifests and more, and each file is there again', () => {
    const count = apps.reduce((sum, { text }) => sum + parseManifests(text).length, 0);
    assert.ok(count >= 30, `${count}`);
    const folders = readdirSync(out, { withFileTypes: true }).filter((one) => one.isDirectory());
    assert.deepEqual(folders.map(({ name }) => name).sort(), apps.map(({ name }) => name).sort());
  });

  it('ends with what is left to do, and nothing else', () => {
    assert.equal(ran.code, 1);
    const { outcomes } = JSON.parse(ran.out) as { outcomes: { level: string; rule: string; file: string }[] };
    const left = outcomes
      .filter(({ level }) => level === 'error')
      .map(({ file, rule }) => `${file.split('/').at(-2)}: ${rule}`);
    assert.deepEqual([...new Set(left)].sort(), [
      'legacy: other-system',
      'stays: absent',
      'stays: form',
      'stays: literal',
      'stays: modifier',
      'stays: outside-data',
      'stays: text',
    ]);
    assert.equal(migratedText('stays'), inNamespace(sourceOf('stays'), 'stays'));
    assert.equal(migratedText('legacy'), PEER);
  });

  for (const { name, original } of apps)
    if (original !== undefined)
      it(`shows every container the same: ${name}`, async () => {
        const before = await seeOriginal(original);
        assert.ok(Object.keys(before).length > 0);
        assert.deepEqual(withoutTimes(await world.see(migratedText(name))), withoutTimes(before));
      });

  it('shows the container of the injected pod the same', async () => {
    const seen = await world.see(migratedText('injected'));
    const files = Object.values(seen).map((one) => textsOf(one.files));
    const before = readInjectorRecorded().cases[INJECTOR_CASE] ?? {};
    assert.deepEqual(files, Object.values(before).map(textsOf));
  });

  it('shows the container that takes a secret of AWS the same', async () => {
    const secret = { kind: 'Secret', metadata: AWS_METADATA, stringData: operatorData(AWS_VALUE, VERSION) };
    const manifests: readonly Manifest[] = parseManifests(migratedText('aws'));
    const cluster: Cluster = new Cluster(manifests, async (className, pod) =>
      mountAws(cluster.classOf(className, pod.namespace), { 'prod/report': AWS_VALUE }),
    );
    const envOf = (seen: Readonly<Record<string, Seen>>) => Object.values(seen).map(({ env }) => env);
    assert.deepEqual(envOf(await cluster.look()), envOf(await seeOriginal(`${AWS}---\n${stringify(secret)}`)));
  });
});

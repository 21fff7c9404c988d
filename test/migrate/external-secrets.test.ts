// ExternalSecrets, migrated: what a container saw of the Secret that External Secrets' documentation says they make
// (v0.20, `NAME.secret.yaml`), it sees of the classes. Those Secrets are written by hand, those of templates are rendered by
// the operator's own package (record-eso.ts): the operator itself is not run.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { versionOf } from '../template/oracle/build.ts';
import { digestOf } from './digest.ts';
import {
  BY_HAND,
  BY_PACKAGE,
  ESO_SEED,
  fileOfCase,
  randomSecrets,
  readRecordedEso,
  STAYING,
  secretOfCase,
  sourceOfCase,
} from './recorded-eso.ts';
import { KV2 } from './store.ts';
import { errorsOf, MigrateWorld, readText, runMigrate, runMigrateIn, seeOriginal } from './world.ts';

const FOLDER = join(import.meta.dirname, 'eso');

function expectedKinds(name: string): string[] {
  const kinds = /^# not mapped: (.*)$/m.exec(sourceOfCase(name))?.[1];
  return kinds === undefined ? [] : kinds.split(', ').sort();
}

describe('manifests of External Secrets, migrated', () => {
  const recorded = readRecordedEso();
  let world: MigrateWorld;
  before(async () => {
    world = await MigrateWorld.start();
  });
  after(() => world.stop());

  it('are compared with what the pinned version made of the same templates', async () => {
    assert.equal(recorded.version, await versionOf('eso'));
    assert.equal(recorded.seed, ESO_SEED);
    assert.deepEqual(Object.keys(recorded.cases), BY_PACKAGE);
    assert.ok(BY_HAND.length + BY_PACKAGE.length >= 15);
  });

  for (const name of [...BY_HAND, ...BY_PACKAGE])
    it(`show every container the same: ${name}`, async () => {
      const out = join(world.folder, name);
      const ran = await runMigrate(fileOfCase(name), `--out=${out}`);
      assert.equal(ran.code, 0, ran.out + ran.err);
      await world.writeRoles(join(out, 'store-roles.sh'));
      const before = await seeOriginal(`${sourceOfCase(name)}---\n${secretOfCase(name, recorded)}`);
      assert.ok(Object.keys(before).length > 0);
      assert.deepEqual(await world.see(readText(out, basename(fileOfCase(name)))), before);
    });

  it('show it also for 500 random inputs of one seed', async () => {
    const folder = join(world.folder, 'random');
    mkdirSync(folder);
    const texts = randomSecrets();
    for (const [index, text] of texts.entries()) writeFileSync(join(folder, `${index}.yaml`), text);
    const out = join(world.folder, 'random-out');
    const ran = await runMigrate(folder, `--out=${out}`);
    assert.equal(ran.code, 0, errorsOf(ran.out));
    await world.writeRoles(join(out, 'store-roles.sh'));
    const differing: string[] = [];
    for (const index of texts.keys())
      for (const [container, seen] of Object.entries(await world.see(readText(out, `${index}.yaml`))))
        if (digestOf(seen) !== recorded.digests[container]) differing.push(`${index}.yaml ${container}`);
    assert.deepEqual(differing, [], `seed ${ESO_SEED}`);
    assert.equal(Object.keys(recorded.digests).length, texts.length);
  });

  for (const name of STAYING)
    it(`are left as they are, and told: ${name}`, async () => {
      const out = join(world.folder, name);
      const ran = await runMigrate(join(FOLDER, `${name}.yaml`), `--out=${out}`, '--report=json');
      assert.equal(ran.code, 1, ran.err);
      const { outcomes } = JSON.parse(ran.out) as { outcomes: { level: string; rule: string; message: string }[] };
      const errors = outcomes.filter(({ level, message }) => level === 'error' && !message.includes(' stays with '));
      assert.deepEqual(errors.map(({ rule }) => rule).sort(), expectedKinds(name), ran.out);
      assert.equal(readText(out, `${name}.yaml`), readText(FOLDER, `${name}.yaml`));
    });

  it('name the connection of the store, and the audience of its login', async () => {
    const out = join(world.folder, 'connection');
    assert.equal((await runMigrate(join(FOLDER, 'cluster-store-jwt.yaml'), `--out=${out}`)).code, 0);
    const text = readText(out, 'cluster-store-jwt.yaml');
    for (const line of ['vaultAddress: "https://bao.example.com"', 'vaultAuthMountPath: jwt', 'audience: bao'])
      assert.ok(text.includes(`    ${line}\n`), text);
    assert.match(readText(out, 'store-roles.tf'), /resource "vault_jwt_auth_backend_role" "shop_web" \{\n/);
  });

  it('say of a store what is wrong once, and what is left out', async () => {
    const stores = `kind: SecretStore
apiVersion: external-secrets.io/v1
metadata: {name: s, namespace: a}
spec:
  conditions: [{namespaces: [a]}]
  provider: {aws: {service: SecretsManager}}
`;
    const secret = (name: string) => `---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: ${name}, namespace: a}
spec:
  secretStoreRef: {name: s}
  data: [{secretKey: a, remoteRef: {key: x, property: p}}]
---
kind: Pod
metadata: {name: ${name}, namespace: a}
spec:
  containers: [{name: c, image: c:1, volumeMounts: [{name: v, mountPath: /v}]}]
  volumes: [{name: v, secret: {secretName: ${name}}}]
`;
    const file = join(world.folder, 'aws.yaml');
    writeFileSync(file, stores + secret('one') + secret('two'));
    const { out } = await runMigrate(file);
    assert.match(out, /aws\.yaml:5:3: warning: conditions is left out; the roles and the provider decide \[differs\]/);
    assert.equal(out.match(/\[store\]/g)?.length, 3, out);
    assert.equal(out.match(/provider is not vault/g)?.length, 1, out);
    assert.doesNotMatch(out, /a login by/);
  });

  it('need names for a template over keys that are renamed, and take them from the store', async () => {
    const rewrite = 'rewrite: [{regexp: {source: "^p", target: "x-p"}}]';
    const text = sourceOfCase('template-extract')
      .replace('{key: shop/db}', `{key: shop/db}\n      ${rewrite}`)
      .replace('{{ .password }}', '{{ index . "x-password" }}')
      .replace('{{ .port }}', '5432');
    const file = join(world.folder, 'renamed.yaml');
    writeFileSync(file, text);
    const unnamed = await runMigrate(file);
    assert.match(unnamed.out, /which key is renamed to it; take --resolve \[all-keys\]/);
    const out = join(world.folder, 'renamed');
    const env = { BAO_ADDR: world.bao.address, BAO_TOKEN: world.bao.rootToken };
    assert.equal((await runMigrateIn(env, file, '--resolve', `--out=${out}`)).code, 0);
    await world.writeRoles(join(out, 'store-roles.sh'));
    const before = await seeOriginal(`${text}---\n${secretOfCase('template-extract', recorded)}`);
    assert.deepEqual(await world.see(readText(out, 'renamed.yaml')), before);
  });

  it('say of a property that is read as gjson where it is', async () => {
    const { out } = await runMigrate(join(FOLDER, 'properties.yaml'));
    assert.match(out, /"host": "secret\/data\/shop\/nested#hosts\.1\.name" in SecretProviderClass app/);
  });

  it('give the synced Secret the labels that the operator gave it', async () => {
    const es = readText(FOLDER, 'two-accounts.yaml').replace(
      '  name: app\n',
      '  name: app\n  labels: {team: shop, argocd.argoproj.io/instance: a}\n',
    );
    const file = join(world.folder, 'labels.yaml');
    writeFileSync(file, es);
    const out = join(world.folder, 'labels');
    assert.equal((await runMigrate(file, `--out=${out}`)).code, 0);
    assert.match(readText(out, 'labels.yaml'), /type: Opaque\n {6}labels:\n {8}team: shop\n {6}data:/);
  });

  describe('with --resolve', () => {
    const withEnvFrom = (name: string) => {
      const text = readText(FOLDER, 'extract-volume.yaml').replace(
        '      volumeMounts:',
        '      envFrom: [{secretRef: {name: app}}]\n      volumeMounts:',
      );
      const file = join(world.folder, `${name}.yaml`);
      writeFileSync(file, text);
      return { file, text };
    };

    it('take all keys as variables, by a token that may read no value', async () => {
      await world.bao.addPolicy('names', 'path "secret/subkeys/*" { capabilities = ["read"] }');
      const { auth } = await world.bao.request('POST', 'auth/token/create', { policies: ['names'] });
      const { file, text } = withEnvFrom('resolved');
      const out = join(world.folder, 'resolved');
      assert.equal((await runMigrate(file)).code, 1);
      const env = { BAO_ADDR: world.bao.address, BAO_TOKEN: auth.client_token };
      const ran = await runMigrateIn(env, file, '--resolve', `--out=${out}`);
      assert.equal(ran.code, 0, ran.out + ran.err);
      await world.writeRoles(join(out, 'store-roles.sh'));
      const before = await seeOriginal(`${text}---\n${readText(FOLDER, 'extract-volume.secret.yaml')}`);
      assert.deepEqual(await world.see(readText(out, 'resolved.yaml')), before);
    });

    it('take the keys of several secrets, the later ones over the earlier', async () => {
      const text = readText(FOLDER, 'extract-volume.yaml').replace(
        / {2}dataFrom:[\s\S]*?(?=^---)/m,
        `  dataFrom:
    - extract: {key: shop/db, version: "2"}
    - extract: {key: shop/db}
      rewrite: [{regexp: {source: ^p, target: user}}]
    - extract: {key: shop/tls}
      rewrite: [{regexp: {source: "^k(.).*$", target: "$1-\${1}"}}]
`,
      );
      const file = join(world.folder, 'several.yaml');
      writeFileSync(file, text);
      const unnamed = await runMigrate(file);
      assert.match(unnamed.out, /keys of several secrets need their names[^\n]*\[all-keys\]/);
      const out = join(world.folder, 'several');
      const env = { BAO_ADDR: world.bao.address, BAO_TOKEN: world.bao.rootToken };
      const ran = await runMigrateIn(env, file, '--resolve', `--out=${out}`);
      assert.equal(ran.code, 0, ran.out + ran.err);
      await world.writeRoles(join(out, 'store-roles.sh'));
      const { files } = Object.values(await world.see(readText(out, 'several.yaml')))[0] ?? assert.fail();
      const [last] = (KV2['shop/db'] ?? []).slice(-1);
      const [tls] = KV2['shop/tls'] ?? [];
      const expected = {
        password: 'second',
        user: last?.['user'],
        userassword: last?.['password'],
        userort: '5432',
        url: last?.['url'],
        ready: 'true',
        certificate: tls?.['certificate'],
        'e-e': tls?.['key'],
      };
      const seen = Object.entries(files).map(([path, { contents }]) => {
        return [path.replace(/.*\//, ''), Buffer.from(contents, 'base64').toString()];
      });
      assert.deepEqual(Object.fromEntries(seen), expected);
    });

    it('give a template all keys of a secret, if it takes them by a dot', async () => {
      const text = sourceOfCase('template-extract').replace(
        /dsn: .*/,
        "dsn: '{{ range $k, $v := . }}{{ $k }}={{ $v }};{{ end }}'",
      );
      const file = join(world.folder, 'by-dot.yaml');
      writeFileSync(file, text);
      const unnamed = await runMigrate(file);
      assert.match(unnamed.out, /the template takes all keys, and the input does not name them; .* \[all-keys\]/);
      const out = join(world.folder, 'by-dot');
      const env = { BAO_ADDR: world.bao.address, BAO_TOKEN: world.bao.rootToken };
      assert.equal((await runMigrateIn(env, file, '--resolve', `--out=${out}`)).code, 0);
      await world.writeRoles(join(out, 'store-roles.sh'));
      const { files } = Object.values(await world.see(readText(out, 'by-dot.yaml')))[0] ?? assert.fail();
      const [last] = (KV2['shop/db'] ?? []).slice(-1);
      const expected = Object.entries(last ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
      assert.equal(
        Buffer.from(files['/etc/app/dsn']?.contents ?? '', 'base64').toString(),
        expected.map(([key, value]) => `${key}=${value};`).join(''),
      );
    });

    it('end with 2 if the store refuses, and need a token', async () => {
      const { file } = withEnvFrom('refused');
      const out = join(world.folder, 'refused');
      const none = await runMigrateIn({ BAO_ADDR: world.bao.address }, file, '--resolve', `--out=${out}`);
      assert.match(none.err, /--resolve needs a token: --token-file, BAO_TOKEN or VAULT_TOKEN/);
      const env = { BAO_ADDR: world.bao.address, BAO_TOKEN: 'hush7hush' };
      const wrong = await runMigrateIn(env, file, '--resolve', `--out=${out}`);
      assert.equal(wrong.code, 2);
      assert.doesNotMatch(wrong.err, /hush7hush/);
      assert.ok(!existsSync(out));
    });
  });
});

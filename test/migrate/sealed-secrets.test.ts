// SealedSecrets, migrated: what a container saw of the Secret that kubeseal opens, it sees of the classes, after the values
// were written to a real store.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KUBESEAL_VERSION } from '../harness/kubeseal-binary.ts';
import { CASES, readRecorded, sourceOf } from './recorded-sealed.ts';
import { MigrateWorld, type Ran, readText, runMigrate, runMigrateIn, seeOriginal } from './world.ts';

const PEM = {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
} as const;

describe('SealedSecrets, migrated', () => {
  const recorded = readRecorded();
  let world: MigrateWorld;
  let key: string;
  before(async () => {
    world = await MigrateWorld.start();
    key = write('key.pem', recorded.key);
  });
  after(() => world.stop());

  function write(name: string, text: string): string {
    const file = join(world.folder, name);
    writeFileSync(file, text);
    return file;
  }

  /** Each in a mount of its own, so that no case finds what another one wrote. */
  async function mountOf(name: string): Promise<string> {
    const mount = `kv-${name}`;
    await world.bao.enableKv(mount, 2);
    return mount;
  }

  function migrateAndWrite(file: string, mount: string, out: string, ...args: readonly string[]): Promise<Ran> {
    const env = { BAO_ADDR: world.bao.address, BAO_TOKEN: world.bao.rootToken };
    const own = [`--sealing-key=${key}`, `--sealed-mount=${mount}`, '--write-store', `--out=${out}`];
    return runMigrateIn(env, file, ...own, ...args);
  }

  function manifestsOf(name: string): string {
    return recorded.cases[name]?.manifests ?? '';
  }

  it('are compared with what the pinned version made of the same cases', () => {
    assert.equal(recorded.version, KUBESEAL_VERSION);
    assert.deepEqual(Object.keys(recorded.cases).sort(), [...CASES].sort());
    assert.ok(CASES.length >= 15);
  });

  for (const name of CASES)
    it(`show every container the same: ${name}`, async () => {
      const mount = await mountOf(name);
      const out = join(world.folder, name);
      const ran = await migrateAndWrite(write(`${name}.yaml`, manifestsOf(name)), mount, out);
      assert.equal(ran.code, 0, ran.out + ran.err);
      assert.match(ran.out, /\nwritten to the store: \d+ secrets?\n/);
      await world.writeRoles(join(out, 'store-roles.sh'));
      // An empty value is null in what kubeseal prints.
      const secrets = (recorded.cases[name]?.secrets ?? '').replaceAll(': null', ': ""');
      const before = await seeOriginal(manifestsOf(name) + secrets);
      assert.ok(Object.keys(before).length > 0);
      assert.deepEqual(await world.see(readText(out, `${name}.yaml`)), before);
      for (const text of [ran.out, ran.err, readText(out, `${name}.yaml`), readText(out, 'store-roles.sh')])
        for (const value of valuesOf(name)) assert.ok(!text.includes(value), `a value of ${name} is shown`);
    });

  /** Those that could be mistaken for nothing else. */
  function valuesOf(name: string): readonly string[] {
    const texts = [...sourceOf(name).matchAll(/(?:password|token): (.*)$/gm)].map(([, text = '']) => text);
    return texts.filter((text) => /p@ss|t0ken/.test(text)).map((text) => (text.includes('t0ken') ? 't0ken' : 'p@ss'));
  }

  it('say without the key which keys would go where', async () => {
    const { code, out } = await runMigrate(write('plain.yaml', manifestsOf('plain')));
    assert.equal(code, 1);
    assert.match(
      out,
      /error: give the controller's key \(--sealing-key\); then "user", "password" would go to "secret\/data\/shop\/app" \[sealed\]/,
    );
  });

  it('say without --write-store what is not in the store yet, and ask nobody', async () => {
    const out = join(world.folder, 'unwritten');
    const file = write('plain.yaml', manifestsOf('plain'));
    const ran = await runMigrate(file, `--sealing-key=${key}`, `--out=${out}`);
    assert.equal(ran.code, 0, ran.out);
    assert.match(
      ran.out,
      /warning: "password": "secret\/data\/shop\/app#password" in SecretProviderClass app; it is not in the store yet; --write-store puts it there \[differs\]/,
    );
    assert.match(
      ran.out,
      /\nthe values of 1 secret are to be in the store before pods mount; --write-store puts them there\n/,
    );
    assert.doesNotMatch(ran.out + readText(out, 'plain.yaml'), /p@ss/);
  });

  it('take the key as kubectl prints it, one of many', async () => {
    const base64 = Buffer.from(recorded.key).toString('base64');
    const other = Buffer.from(generateKeyPairSync('rsa', { modulusLength: 2048, ...PEM }).privateKey).toString(
      'base64',
    );
    const secret = (name: string, data: string) =>
      `- apiVersion: v1\n  kind: Secret\n  metadata: {name: ${name}}\n  data: {tls.crt: eA==, tls.key: ${data}}\n`;
    const keys = write('keys.yaml', `apiVersion: v1\nkind: List\nitems:\n${secret('a', other)}${secret('b', base64)}`);
    const ran = await runMigrate(write('plain.yaml', manifestsOf('plain')), `--sealing-key=${keys}`);
    assert.equal(ran.code, 0, ran.out + ran.err);
  });

  for (const [what, change, said] of [
    [
      'are of another name',
      (text: string) => text.replace('name: app', 'name: moved'),
      /user: no key opens it as sealed for "shop\/moved" \(strict\) \[sealed\]/,
    ],
    [
      'say another scope',
      (text: string) =>
        text.replace(
          '  namespace: shop\n',
          '  namespace: shop\n  annotations: {sealedsecrets.bitnami.com/cluster-wide: "true"}\n',
        ),
      /user: no key opens it as sealed for "shop\/app" \(cluster-wide\) \[sealed\]/,
    ],
    ['are cut off', (text: string) => text.replace(/user: (.{20}).*/, 'user: $1'), /user: no key opens it/],
    ['are no base64', (text: string) => text.replace(/user: .*/, 'user: "%%%%"'), /user: no key opens it/],
    [
      'are nothing',
      (text: string) => text.replace(/encryptedData:[\s\S]*?---/, 'encryptedData: {}\n---'),
      /it has no encryptedData/,
    ],
    [
      'are in the old form',
      (text: string) => text.replace('spec:\n', 'spec:\n  data: AAAA\n'),
      /error: data: all values in one are an old form, .* \[field\]/,
    ],
    [
      'are added to another Secret',
      (text: string) =>
        text.replace(
          '  namespace: shop\n',
          '  namespace: shop\n  annotations: {sealedsecrets.bitnami.com/patch: "true"}\n',
        ),
      /patch: it adds keys to a Secret that something else made/,
    ],
    [
      'have a template whose text changes each time',
      (text: string) => text.replace('spec:\n', 'spec:\n  template: {data: {a: "{{ now }}"}}\n'),
      /the template "a": template: a:1: function "now" not defined; .* \[secret-template\]/,
    ],
    [
      'have a name that no path has',
      (text: string) => text.replace('namespace: shop', 'namespace: "../*"'),
      /a class and its policy cannot name the path "secret\/data\/\.\.\/\*\/app" \[path\]/,
    ],
  ] as const)
    it(`stay if they ${what}`, async () => {
      const text = change(manifestsOf('plain'));
      assert.notEqual(text, manifestsOf('plain'));
      const ran = await runMigrate(write('changed.yaml', text), `--sealing-key=${key}`);
      assert.equal(ran.code, 1);
      assert.match(ran.out, said);
    });

  describe('with --write-store', () => {
    const versionsAt = async (mount: string, name: string) => {
      const { data } = await world.bao.request('GET', `${mount}/metadata/${name}`);
      return data.current_version;
    };

    it('write nothing where one of the paths has other values, unless told to', async () => {
      const mount = await mountOf('taken');
      const file = write('taken.yaml', manifestsOf('two-secrets'));
      const out = join(world.folder, 'taken');
      await world.bao.request('POST', `${mount}/data/shop/other`, { data: { token: 'of somebody' } });
      const refused = await migrateAndWrite(file, mount, out);
      assert.equal(refused.code, 2);
      assert.match(
        refused.err,
        /nothing was written: kv-taken\/data\/shop\/other has other values already; compare them/,
      );
      assert.doesNotMatch(refused.err, /of somebody|t0ken/);
      assert.ok(!existsSync(out));
      await assert.rejects(world.bao.request('GET', `${mount}/data/shop/app`));

      assert.equal((await migrateAndWrite(file, mount, out, '--overwrite-store')).code, 0);
      const { data } = await world.bao.request('GET', `${mount}/data/shop/other`);
      assert.deepEqual([data.data, data.metadata.version], [{ token: 't0ken' }, 2]);
    });

    it('write nothing that is there already', async () => {
      const mount = await mountOf('again');
      const file = write('again.yaml', manifestsOf('plain'));
      const out = join(world.folder, 'again');
      assert.equal((await migrateAndWrite(file, mount, out)).code, 0);
      assert.equal((await migrateAndWrite(file, mount, out)).code, 0);
      assert.equal(await versionsAt(mount, 'shop/app'), 1);
    });

    it('take a deleted secret for one that is there', async () => {
      const mount = await mountOf('deleted');
      const file = write('deleted.yaml', manifestsOf('plain'));
      const out = join(world.folder, 'deleted');
      await world.bao.request('POST', `${mount}/data/shop/app`, { data: { user: 'gone' } });
      await world.bao.request('DELETE', `${mount}/data/shop/app`);
      assert.equal((await migrateAndWrite(file, mount, out)).code, 2);
      assert.equal((await migrateAndWrite(file, mount, out, '--overwrite-store')).code, 0);
      assert.equal(await versionsAt(mount, 'shop/app'), 2);
    });

    it('need a mount of KV version 2, which the token may see', async () => {
      const out = join(world.folder, 'nowhere');
      const file = write('nowhere.yaml', manifestsOf('plain'));
      for (const mount of ['kv1', 'nowhere']) {
        const ran = await migrateAndWrite(file, mount, out);
        assert.equal(ran.code, 2);
        assert.match(ran.err, new RegExp(`${mount} is no mount of KV version 2 that the token may see`));
      }
      assert.ok(!existsSync(out));
    });

    it('write no two for one path', async () => {
      const mount = await mountOf('twice');
      const text = `${manifestsOf('plain')}---\n${manifestsOf('binary')}`;
      const ran = await migrateAndWrite(write('twice.yaml', text), mount, join(world.folder, 'twice'));
      assert.equal(ran.code, 2, ran.out);
      assert.match(ran.err, /two SealedSecrets with other values would both be kv-twice\/data\/shop\/app/);
    });
  });

  for (const [what, args, said] of [
    ['no key', ['--write-store', '--out=x'], /--write-store needs --sealing-key/],
    [
      'no folder',
      ['--write-store', '--sealing-key=x'],
      /--write-store needs --out: values are of no use without the classes/,
    ],
    ['a key file that is not there', ['--sealing-key=/nowhere'], /--sealing-key \/nowhere: it does not exist/],
    [
      'a key file without a key',
      ['--sealing-key=package.json'],
      /--sealing-key package\.json holds no private key; write into it/,
    ],
  ] as const)
    it(`end with 2 for ${what}`, async () => {
      const ran = await runMigrate(write('plain.yaml', manifestsOf('plain')), ...args);
      assert.equal(ran.code, 2);
      assert.match(ran.err, said);
    });
});

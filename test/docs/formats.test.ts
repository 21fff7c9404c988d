// The classes of docs/formats.md, each mounted as it is by a pod whose store has what they name, and rotated.
import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { type Found, KEYSTORE_CONSUMERS } from '../format/keystore-consumers.ts';
import type { Keystore } from '../format/keystores.ts';
import type { Driver, MountAnswer } from '../harness/driver.ts';
import { skip } from '../harness/skip.ts';
import { type SocketWorld, socketWorld } from '../socket/world.ts';
import { blocksOf } from './page.ts';

const SETTINGS = { mode: 'yes', database: { host: 'db', port: 5432 } };
const LOGIN = { user: 'app', password: "it's $ecret" };

const PASSWORD = 'chang "it\'s';

/** What the files of each class hold. */
const FILES: Readonly<Record<string, (answer: MountAnswer) => void>> = {
  json: (answer) =>
    assert.deepEqual(textsOf(answer), { 'settings.json': '{"database":{"host":"db","port":5432},"mode":"yes"}' }),
  yaml: (answer) =>
    assert.deepEqual(textsOf(answer), {
      'settings.yaml': '"database":\n  "host": "db"\n  "port": 5432\n"mode": "yes"\n',
      'database.yaml': '"host": "db"\n"port": 5432\n',
    }),
  dotenv: (answer) => assert.deepEqual(textsOf(answer), { 'app.env': "password='it'\\''s $ecret'\nuser='app'\n" }),
  properties: (answer) =>
    assert.deepEqual(textsOf(answer), { 'application.properties': "password=it's $ecret\nuser=app\n" }),
  pem: (answer) => {
    const labels = [...(textsOf(answer)['server.pem'] ?? '').matchAll(/^-----BEGIN (.+)-----$/gm)];
    assert.deepEqual(
      labels.map(([, label]) => label),
      ['CERTIFICATE', 'CERTIFICATE', 'EC PRIVATE KEY'],
    );
  },
  pkcs12: ({ files }) =>
    assert.deepEqual(
      files.map(({ path }) => path),
      ['server.p12', 'truststore.p12'],
    ),
};

describe('the classes of docs/formats.md', () => {
  let world: SocketWorld;
  let driver: Driver;
  before(async () => {
    world = await socketWorld();
    const { bao, jwt } = world;
    await bao.addPolicy(
      'formats',
      'path "secret/data/shop/*" { capabilities = ["read"] } path "pki/issue/*" { capabilities = ["update"] } path "pki/cert/*" { capabilities = ["read"] }',
    );
    await jwt.addRole('formats', { policies: ['formats'] });
    await bao.enablePki();
    driver = (await world.daemon({ args: ['--poll-window=0'] })).driver();
  });
  beforeEach(async () => {
    await world.write('shop/settings', SETTINGS);
    await world.write('shop/login', LOGIN);
    await world.write('shop/keystore', { password: PASSWORD });
  });
  after(() => world.endDaemons());

  const classes = blocksOf('docs/formats.md').map(({ text }) => parse(text));

  it('are one for each format', () =>
    assert.deepEqual(
      classes.map(({ metadata }) => metadata.name),
      Object.keys(FILES),
    ));

  for (const { metadata, spec } of classes) {
    const mount = () => driver.mount({ ...world.wish(spec.parameters.objects), parameters: parametersOf(spec) });
    it(`give the file: ${metadata.name}`, async () => {
      const first = await mount();
      FILES[metadata.name]?.(first);
      const again = await mount();
      assert.deepEqual(textsOf(again), textsOf(first));
      assert.deepEqual(again.versions, first.versions);
    });

    it(`follow the secret: ${metadata.name}`, async () => {
      const before = await mount();
      await world.write('shop/settings', { ...SETTINGS, database: { host: 'other' } });
      await world.write('shop/login', { ...LOGIN, password: 'other' });
      const after = await mount();
      const isIssued = metadata.name.startsWith('p') && metadata.name !== 'properties';
      for (const [path, text] of Object.entries(textsOf(after)))
        (isIssued ? assert.equal : assert.notEqual)(text, textsOf(before)[path]);
      for (const [id, version] of after.versions)
        (isIssued ? assert.equal : assert.notEqual)(version, before.versions.get(id));
    });
  }

  it('give key stores that open with the password, and follow it', async function () {
    const [openssl] = KEYSTORE_CONSUMERS;
    const missing = await openssl?.missing();
    if (missing !== undefined) skip(this, missing);
    const { spec } = classes.find(({ metadata }) => metadata.name === 'pkcs12');
    const found: unknown[] = [];
    for (const password of [PASSWORD, 'another']) {
      await world.write('shop/keystore', { password });
      const { files } = await driver.mount({ ...world.wish(spec.parameters.objects), parameters: parametersOf(spec) });
      const keystores = files.map(({ path, contents }) => keystoreOf(path, contents, password));
      found.push(await openssl?.open(keystores));
    }
    const [[server, trusted]] = found as [[Found, Found]];
    assert.deepEqual([server['all']?.length, trusted['all']?.length], [3, 2]);
    assert.deepEqual([typeof server['all']?.[0], trusted['all']?.[0]], ['string', null]);
    assert.equal(server['all']?.[2], trusted['all']?.[1]);
    assert.deepEqual(found[1], found[0]);
  });

  function parametersOf({ parameters }: { readonly parameters: Readonly<Record<string, string>> }) {
    return { ...parameters, roleName: 'formats', vaultAuthMountPath: world.jwt.mount };
  }
});

function textsOf({ files }: MountAnswer): Record<string, string> {
  return Object.fromEntries(files.map(({ path, contents }) => [path, contents.toString('latin1')]));
}

function keystoreOf(name: string, bytes: Buffer, password: string): Keystore {
  return { name, bytes, password, sha256: '', alias: undefined, key: undefined, certificates: [] };
}

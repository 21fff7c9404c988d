// The classes of docs/formats.md, each mounted as it is by a pod whose store has what they name, and rotated.
import assert from 'node:assert/strict';
import { parse } from 'yaml';
import type { Driver, MountAnswer } from '../harness/driver.ts';
import { type SocketWorld, socketWorld } from '../socket/world.ts';
import { blocksOf } from './page.ts';

const SETTINGS = { mode: 'yes', database: { host: 'db', port: 5432 } };
const LOGIN = { user: 'app', password: "it's $ecret" };

/** The files of each class as text. */
const FILES: Readonly<Record<string, (files: Readonly<Record<string, string>>) => void>> = {
  json: (files) => assert.deepEqual(files, { 'settings.json': '{"database":{"host":"db","port":5432},"mode":"yes"}' }),
  yaml: (files) =>
    assert.deepEqual(files, {
      'settings.yaml': '"database":\n  "host": "db"\n  "port": 5432\n"mode": "yes"\n',
      'database.yaml': '"host": "db"\n"port": 5432\n',
    }),
  dotenv: (files) => assert.deepEqual(files, { 'app.env': "password='it'\\''s $ecret'\nuser='app'\n" }),
  properties: (files) => assert.deepEqual(files, { 'application.properties': "password=it's $ecret\nuser=app\n" }),
  pem: (files) => {
    const labels = [...(files['server.pem'] ?? '').matchAll(/^-----BEGIN (.+)-----$/gm)].map(([, label]) => label);
    assert.deepEqual(labels, ['CERTIFICATE', 'CERTIFICATE', 'EC PRIVATE KEY']);
  },
};

describe('the classes of docs/formats.md', () => {
  let world: SocketWorld;
  let driver: Driver;
  before(async () => {
    world = await socketWorld();
    const { bao, jwt } = world;
    await bao.addPolicy(
      'formats',
      'path "secret/data/shop/*" { capabilities = ["read"] } path "pki/issue/*" { capabilities = ["update"] }',
    );
    await jwt.addRole('formats', { policies: ['formats'] });
    await bao.enablePki();
    driver = (await world.daemon({ args: ['--poll-window=0'] })).driver();
  });
  beforeEach(async () => {
    await world.write('shop/settings', SETTINGS);
    await world.write('shop/login', LOGIN);
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
      FILES[metadata.name]?.(textsOf(first));
      const again = await mount();
      assert.deepEqual(textsOf(again), textsOf(first));
      assert.deepEqual(again.versions, first.versions);
    });

    it(`follow the secret: ${metadata.name}`, async () => {
      const before = await mount();
      await world.write('shop/settings', { ...SETTINGS, database: { host: 'other' } });
      await world.write('shop/login', { ...LOGIN, password: 'other' });
      const after = await mount();
      const isIssued = metadata.name === 'pem';
      for (const [path, text] of Object.entries(textsOf(after)))
        (isIssued ? assert.equal : assert.notEqual)(text, textsOf(before)[path]);
      for (const [id, version] of after.versions)
        (isIssued ? assert.equal : assert.notEqual)(version, before.versions.get(id));
    });
  }

  function parametersOf({ parameters }: { readonly parameters: Readonly<Record<string, string>> }) {
    return { ...parameters, roleName: 'formats', vaultAuthMountPath: world.jwt.mount };
  }
});

function textsOf({ files }: MountAnswer): Record<string, string> {
  return Object.fromEntries(files.map(({ path, contents }) => [path, contents.toString()]));
}

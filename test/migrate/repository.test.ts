// A repository with every system in it, migrated by one command: what each container saw of the originals' output, it sees
// of the classes. Real OpenBao and the built daemon.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { mountAws } from './aws-model.ts';
import { Cluster, type Manifest, parseManifests, type Seen } from './consumers.ts';
import { fillForPods } from './injector-store.ts';
import { readInjectorRecorded, textsOf } from './recorded-injector.ts';
import { withoutTimes } from './recorded-vso.ts';
import {
  AWS_ORIGINAL,
  AWS_VALUE,
  addInjectedRole,
  INJECTOR_CASE,
  LEFT,
  leftIn,
  readApps,
  writeRepository,
} from './repository.ts';
import { MigrateWorld, type Ran, readText, runMigrateIn, seeOriginal } from './world.ts';

describe('a repository with every system in it', () => {
  const apps = readApps();
  let world: MigrateWorld;
  let out: string;
  let ran: Ran;
  before(async () => {
    world = await MigrateWorld.start();
    await fillForPods(world.bao);
    await addInjectedRole(world.bao);
    out = join(world.folder, 'migrated');
    const env = { BAO_ADDR: world.bao.address, BAO_TOKEN: world.bao.rootToken };
    ran = await runMigrateIn(env, ...writeRepository(join(world.folder, 'repository'), apps), `--out=${out}`);
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
    assert.deepEqual(leftIn(ran.out), LEFT);
    for (const { name, text } of apps) if (name in LEFT) assert.equal(migratedText(name), text);
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
    const manifests: readonly Manifest[] = parseManifests(migratedText('aws'));
    const cluster: Cluster = new Cluster(manifests, async (className, pod) =>
      mountAws(cluster.classOf(className, pod.namespace), { 'prod/report': AWS_VALUE }),
    );
    const envOf = (seen: Readonly<Record<string, Seen>>) => Object.values(seen).map(({ env }) => env);
    assert.deepEqual(envOf(await cluster.look()), envOf(await seeOriginal(AWS_ORIGINAL)));
  });
});

// The promise of `secretmount migrate`: what argocd-vault-plugin's own output showed a container, the migrated manifests
// show it too, byte for byte, mounted by the built daemon with the roles that were written. Real OpenBao.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AVP_VERSION } from '../harness/avp-binary.ts';
import { digestOf } from './digest.ts';
import { CASES, EXAMPLE, fileOf, randomTexts, readRecorded, SEED, sourceOf } from './recorded.ts';
import { errorsOf, MigrateWorld, readText, runMigrate, seeOriginal } from './world.ts';

/** The kinds of what is not mapped, as the case's first line says; empty: all is. */
function expectedKinds(name: string): string[] {
  const kinds = /^# not mapped: (.*)$/m.exec(sourceOf(name))?.[1];
  return kinds === undefined ? [] : kinds.split(', ').sort();
}

describe('manifests of argocd-vault-plugin, migrated', () => {
  const recorded = readRecorded();
  let world: MigrateWorld;
  before(async () => {
    world = await MigrateWorld.start();
  });
  after(() => world.stop());

  it('are compared with what the pinned version made of the same cases', () => {
    assert.equal(recorded.version, AVP_VERSION);
    assert.equal(recorded.seed, SEED);
    assert.deepEqual(Object.keys(recorded.cases).sort(), [...CASES, EXAMPLE].sort());
    assert.ok(CASES.filter((name) => expectedKinds(name).length === 0).length >= 15);
  });

  for (const name of CASES.filter((one) => expectedKinds(one).length === 0))
    it(`show every container the same: ${name}`, async () => {
      const out = join(world.folder, name);
      const ran = await runMigrate(fileOf(name), `--out=${out}`);
      assert.equal(ran.code, 0, ran.out + ran.err);
      await world.writeRoles(join(out, 'store-roles.sh'));
      const before = await seeOriginal(recorded.cases[name] ?? '');
      assert.ok(Object.keys(before).length > 0);
      assert.deepEqual(await world.see(readText(out, `${name}.yaml`)), before);
    });

  for (const name of CASES.filter((one) => expectedKinds(one).length > 0))
    it(`are left as they are, and told: ${name}`, async () => {
      const out = join(world.folder, name);
      const ran = await runMigrate(fileOf(name), `--out=${out}`, '--report=json');
      assert.equal(ran.code, 1, ran.err);
      const { outcomes } = JSON.parse(ran.out) as { outcomes: { level: string; rule: string }[] };
      const kinds = outcomes.filter(({ level }) => level === 'error').map(({ rule }) => rule);
      assert.deepEqual(kinds.sort(), expectedKinds(name));
      assert.equal(readText(out, `${name}.yaml`), sourceOf(name));
    });

  it('show the same as the example of docs/migrate.md', async () => {
    const out = join(world.folder, 'example');
    assert.equal((await runMigrate(fileOf(EXAMPLE), `--out=${out}`)).code, 1);
    await world.writeRoles(join(out, 'store-roles.sh'));
    const before = await seeOriginal(recorded.cases[EXAMPLE] ?? '');
    assert.deepEqual(Object.keys(before), ['Deployment shop/web web']);
    assert.deepEqual(await world.see(readText(out, 'shop.yaml')), before);
  });

  it('show it also for 500 random inputs of one seed', async () => {
    const folder = join(world.folder, 'random');
    mkdirSync(folder);
    for (const [index, text] of randomTexts().entries()) writeFileSync(join(folder, `${index}.yaml`), text);
    const out = join(world.folder, 'random-out');
    const ran = await runMigrate(folder, `--out=${out}`);
    assert.equal(ran.code, 0, errorsOf(ran.out));
    await world.writeRoles(join(out, 'store-roles.sh'));
    const differing: string[] = [];
    for (const index of randomTexts().keys())
      for (const [container, seen] of Object.entries(await world.see(readText(out, `${index}.yaml`))))
        if (digestOf(seen) !== recorded.digests[container]) differing.push(`${index}.yaml ${container}`);
    assert.deepEqual(differing, [], `seed ${SEED}`);
    assert.equal(Object.keys(recorded.digests).length, randomTexts().length);
  });
});

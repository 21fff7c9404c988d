// A repository with every system in it, migrated by one command, beside what the originals made of it: what a container saw of
// theirs, it sees of the classes. test/migrate/repository.test.ts compares the same without a cluster.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { PROGRAM } from '../../harness/program.ts';
import { parseManifests, type Seen } from '../../migrate/consumers.ts';
import { KV2 as KV2_OF_PODS } from '../../migrate/injector-store.ts';
import { readInjectorRecorded } from '../../migrate/recorded-injector.ts';
import { withoutTimes } from '../../migrate/recorded-vso.ts';
import {
  type App,
  addInjectedRole,
  INJECTOR_CASE,
  LEFT,
  leftIn,
  readApps,
  writeRepository,
} from '../../migrate/repository.ts';
import { KV2 } from '../../migrate/store.ts';
import { seeOriginal } from '../../migrate/world.ts';
import { type Applied, applyAll, kindsLeftOut, lookInto } from '../containers.ts';
import { applyDriver } from '../node/driver.ts';
import { ROOT_TOKEN, STORE_ADDRESS } from '../node/store.ts';
import { DRIVER_OPTIONS, type Step, type World } from '../world.ts';

/** What the manifests of operators call the store. */
const EXAMPLE_STORE = /https:\/\/bao\.example\.com(:8200)?/g;
/** Of the manifests' tokens, one that the driver brings in no other step. */
const AUDIENCE = 'bao';
const SEALED = 'sealed';
const NOT_APPLIED: Readonly<Record<string, string>> = {
  aws: "its class is of the AWS provider, and there is no AWS; the operator's CRD is not there either",
  stays: 'nothing of it is mapped, so it is as it was, placeholders and all',
  legacy: 'its class has no pod, and the CRD of its PushSecret is not there',
};

export const step: Step = {
  title: 'a migrated repository',
  proves: "each container of all systems' pods sees the same files and variables as by what the originals made",
  async run(world) {
    const { node, note } = world;
    const apps = readApps().map((app) => ({ ...app, text: app.text.replace(EXAMPLE_STORE, STORE_ADDRESS) }));
    await prepareStore(world);
    await applyDriver(node, { ...DRIVER_OPTIONS, audiences: [...(DRIVER_OPTIONS.audiences ?? []), AUDIENCE] });
    const out = await migrate(world, apps);
    const pairs = await readPairs(apps, out);
    const startedAt = performance.now();
    await applyAll(
      node,
      pairs.flatMap(({ old, migrated }) => [old, migrated]),
    );
    note(`all pods Ready ${((performance.now() - startedAt) / 1000).toFixed(1)} s after their namespaces were opened`);
    const counts = { containers: 0, files: 0, variables: 0 };
    for (const pair of pairs) {
      for (const { env, files } of Object.values(await compare(world, pair))) {
        counts.containers += 1;
        counts.files += Object.keys(files).length;
        counts.variables += Object.keys(env).length;
      }
    }
    note(`${counts.containers} containers of ${pairs.length} apps: ${pairs.map(({ name }) => name).join(', ')}`);
    note(`${counts.files} files with their modes and ${counts.variables} variables are the same, byte for byte`);
    note('injected: compared with what vault agent made, as the webhook of the injector is not there');
    note(await rotate(world, pairs.find(({ name }) => name === SEALED) ?? assert.fail()));
    const kinds = new Set(pairs.flatMap(({ old, migrated }) => [old, migrated].flatMap(kindsLeftOut)));
    note(`left out beside what was made of them, as their operators are not there: ${[...kinds].sort().join(', ')}`);
    for (const [name, why] of Object.entries(NOT_APPLIED)) note(`left out: ${name}: ${why}`);
    await applyDriver(node, DRIVER_OPTIONS);
  },
};

interface Pair extends App {
  readonly old: Applied;
  readonly migrated: Applied;
}

async function readPairs(apps: readonly App[], out: string): Promise<readonly Pair[]> {
  const compared = apps.filter(({ name }) => NOT_APPLIED[name] === undefined);
  return Promise.all(
    compared.map(async (app) => {
      const text = await readFile(join(out, app.name, 'app.yaml'), 'utf8');
      const old = { manifests: parseManifests(app.original ?? ''), prefix: 'before-' };
      return { ...app, old, migrated: { manifests: parseManifests(text), prefix: '' } };
    }),
  );
}

/** @returns what both see */
async function compare({ node }: World, { original, old, migrated }: Pair): Promise<Readonly<Record<string, Seen>>> {
  const seen = withoutTimes(await lookInto(node, migrated));
  if (original === undefined) {
    assert.deepEqual(seen, ofTheAgent());
    return seen;
  }
  const theirs = withoutTimes(await lookInto(node, old));
  // What the test without a cluster takes a kubelet to do, it does.
  assert.deepEqual(theirs, withoutTimes(await seeOriginal(original)));
  assert.deepEqual(seen, theirs);
  return seen;
}

/** Whatever an earlier step wrote there: the number of a version is in a file. */
async function prepareStore({ node, store }: World): Promise<void> {
  for (const [path, versions] of Object.entries({ ...KV2, ...KV2_OF_PODS })) {
    await store.request('DELETE', `secret/metadata/${path}`);
    for (const data of versions) await store.write(path, data);
  }
  // The value of a SealedSecret.
  await store.request('DELETE', 'secret/metadata/shop/app');
  await store.logInByJwt(node, 'jwt');
  await addInjectedRole(store);
}

/** As a person does it, from within the node's network. @returns where the result is */
async function migrate({ node, note }: World, apps: readonly App[]): Promise<string> {
  const folder = join(node.stateFolder, 'repository');
  const out = join(node.stateFolder, 'repository-migrated');
  const flags = writeRepository(folder, apps);
  const allowed = Object.values(LEFT).flatMap((kinds) => kinds.map((kind) => `--allow=${kind}`));
  const env = [
    'env',
    '-i',
    'PATH=/usr/bin:/bin',
    `HOME=${folder}`,
    `BAO_ADDR=${STORE_ADDRESS}`,
    `BAO_TOKEN=${ROOT_TOKEN}`,
  ];
  const report = await node.run([...env, process.execPath, PROGRAM, 'migrate', ...flags, ...allowed, `--out=${out}`]);
  assert.deepEqual(leftIn(report), LEFT);
  await node.run([...env, `STORE=${node.tools.bao}`, 'sh', join(out, 'store-roles.sh')]);
  const count = apps.reduce((sum, { text }) => sum + parseManifests(text).length, 0);
  const left = Object.entries(LEFT).map(([name, kinds]) => `${name} (${kinds.join(', ')})`);
  note(`${count} manifests of ${apps.length} apps migrated by one command; not mapped: ${left.join(', ')}`);
  return out;
}

/** A comparison that sees no difference would prove nothing. */
async function rotate({ node, store }: World, { old, migrated }: Pair): Promise<string> {
  const startedAt = performance.now();
  await store.write('shop/app', { user: 'ann', password: 'rotated' });
  await node.until('another value after a rotation', async () => {
    const [theirs, seen] = [await lookInto(node, old), await lookInto(node, migrated)];
    return !isDeepStrictEqual(theirs, seen);
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  return `${SEALED}: the same comparison sees a rotation in the store after ${seconds} s`;
}

function ofTheAgent(): Readonly<Record<string, Seen>> {
  const containers = Object.entries(readInjectorRecorded().cases[INJECTOR_CASE] ?? {});
  return Object.fromEntries(containers.map(([name, files]) => [name, { env: {}, files }]));
}

// The real Argo CD beside the provider: what its users do with classes, and where a value lies meanwhile. Beside it the
// same with argocd-vault-plugin, whose value the same search must find, or it proves nothing.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { LEGACY, Legacy } from '../argocd/cut-over.ts';
import { ARGOCD_NAMESPACE, Installation } from '../argocd/installation.ts';
import { checkHealthScript, installPlatform } from '../argocd/platform.ts';
import { dumpRedis, flushRedis } from '../argocd/redis.ts';
import { Shop, SPACE } from '../argocd/shop.ts';
import { findTraces, unpack } from '../argocd/traces.ts';
import { APP_IMAGE } from '../node/node.ts';
import { findIn } from '../node/search.ts';
import { openNamespace } from '../pods.ts';
import { installProvider } from '../provider.ts';
import { findArgoCdTools } from '../tools/argocd.ts';
import type { Step, World } from '../world.ts';

/** Characters that look different in JSON, in a URL and in base64. */
const plant = (name: string) => `${name} ${randomBytes(12).toString('hex')}/ü?&"`;

export const step: Step = {
  title: 'Argo CD',
  proves: 'Applications of classes sync, heal, rotate and go; no value is in Argo CD, where a plugin leaves its own',
  async isMissing() {
    const tools = await findArgoCdTools(() => {});
    return tools === undefined ? 'it takes minutes to be built, by npm run argocd' : undefined;
  },
  async run(world) {
    const { node, note } = world;
    const tools = await findArgoCdTools(() => {});
    assert.ok(tools);
    const values = { class: plant('class'), rotated: plant('rotated'), migrations: plant('migrations') };
    const plugins = { plugin: plant('plugin') };
    await node.tagImage(APP_IMAGE, 'docker.io/library/busybox:1.36');
    const token = await prepareStore(world, { ...values, ...plugins });
    for (const name of [SPACE, LEGACY]) await openNamespace(node, name);
    const argoCd = await Installation.start(node, tools, token);
    note(`Argo CD ${tools.version}`);
    try {
      let number = 0;
      for (const check of checks(world, argoCd, values, plugins))
        note(`${String(++number).padStart(2)}. ${await check()}`);
    } finally {
      argoCd.stop();
      // Their finalizers would wait for the controller.
      const patch = ['--type=merge', '-p', '{"metadata":{"finalizers":null}}'];
      const names = await node.kubectl(['get', 'applications', '-n', ARGOCD_NAMESPACE, '-o', 'name']).catch(() => '');
      for (const name of names.split('\n').filter(Boolean)) {
        await node.kubectl(['patch', name, '-n', ARGOCD_NAMESPACE, ...patch]);
      }
      await installProvider(node);
    }
  },
};

type Values = Readonly<Record<string, string>>;

/** Each says what was seen. One builds on the others before it. */
function checks(
  world: World,
  argoCd: Installation,
  values: Values & { readonly rotated: string },
  plugins: Values & { readonly plugin: string },
): readonly (() => Promise<string>)[] {
  const { node } = world;
  const shop = new Shop(world, argoCd);
  const legacy = new Legacy(world, argoCd);
  return [
    async () => `synced and Healthy after ${await shop.open()}`,
    async () => `a PreSync Job that mounts a class of its own Application: ${await shop.tooLate()}`,
    async () => `the resource tree: ${await shop.tree()}`,
    async () => `the health script by Argo CD's own runner: ${await checkHealthScript(world, argoCd)}`,
    async () => `selfHeal: ${await shop.heals()}`,
    async () => `rotation: ${await shop.rotate(values.rotated)}`,
    async () => {
      const { found, looked } = await findTraces(node, argoCd, values);
      assert.deepEqual(found, []);
      return `no value in ${looked}, Git and the resources`;
    },
    async () => `argocd-vault-plugin: ${await legacy.open(plugins.plugin)}`,
    async () => {
      const { found } = await findTraces(node, argoCd, { ...values, ...plugins });
      assert.ok(found.includes('plugin in the manifests of legacy'), found.join('\n'));
      assert.ok(
        found.some((place) => place.startsWith('plugin in Redis')),
        found.join('\n'),
      );
      const others = found.filter((place) => !place.startsWith('plugin in '));
      assert.deepEqual(others, []);
      return `its value, by the same search: ${found.map((place) => place.replace('plugin in ', '')).join('; ')}`;
    },
    async () => `cut-over: ${await legacy.migrate([SPACE])}`,
    async () => `driver, provider, one for each cluster: ${await installPlatform(world, argoCd)}`,
    async () => legacy.rotate(plant('later')),
    async () => `prune and deletion: ${await shop.close()}`,
    async () => `deletion: ${await legacy.close()}`,
    () => flush(argoCd, plugins),
  ];
}

/** @returns the token with which the plugin reads */
async function prepareStore({ store }: World, values: Values): Promise<string> {
  await store.write('shop/db', { password: values['class'] });
  await store.write('shop/migrations', { password: values['migrations'] });
  await store.write('legacy/db', { password: values['plugin'] });
  for (const name of [SPACE, LEGACY])
    await store.addPolicy(name, `path "secret/data/${name}/*" { capabilities = ["read"] }`);
  await store.addRole(SPACE, { namespaces: [SPACE], accounts: [SPACE], policies: [SPACE] });
  const { auth } = await store.request('POST', 'auth/token/create', { policies: [LEGACY], ttl: '1h' });
  return auth.client_token;
}

/** The last of what docs/gitops.md says: what was rendered outlives its Application there. */
async function flush(argoCd: Installation, values: Values): Promise<string> {
  const holds = async () => {
    const dump = await dumpRedis(argoCd.redisSocket);
    return [...dump].filter(([, bytes]) => unpack(bytes).some((layer) => findIn(layer, values).length > 0));
  };
  const before = (await holds()).length;
  await flushRedis(argoCd.redisSocket);
  assert.deepEqual(await holds(), []);
  return `${before} keys of Redis held the plugin's value after its Application was gone; none after a flush`;
}

// The provider goes: without a word between polls, while a mount waits, and by its DaemonSet.
import assert from 'node:assert/strict';
import { type Interruption, interruptMount } from '../interruptions.ts';
import type { Json } from '../node/node.ts';
import { inPod, openNamespace, pod, secretClass, untilReady } from '../pods.ts';
import { PROVIDER_NAMESPACE, PROVIDER_SELECTOR } from '../provider.ts';
import type { Step, World } from '../world.ts';

const SPACE = 'killed';
const SOCKETS = '/var/run/secrets-store-csi-providers';
/** Rolled between two kills: a container that was killed twice is started again only after a back-off. */
const INTERRUPTIONS: readonly Interruption[] = ['rolled', 'killed'];

export const step: Step = {
  title: 'provider killed and rolled',
  proves: 'pods keep their files, waiting mounts succeed without a failure, a dead socket stops no start',
  async run(world) {
    const { node, store, note } = world;
    await openNamespace(node, SPACE);
    await store.write('killed/db', { password: 'kept' });
    await store.addPolicy('killed', 'path "secret/data/killed/*" { capabilities = ["read"] }');
    await store.addRole('killed', { namespaces: [SPACE], policies: ['killed'] });
    const objects = [{ objectName: 'password', secretPath: 'secret/data/killed/db', secretKey: 'password' }];
    const spec = { parameters: { roleName: 'killed' }, objects };
    await node.apply(secretClass(SPACE, 'db', spec), pod(SPACE, 'before', { volumes: { '/secrets': 'db' } }));
    await untilReady(node, SPACE, 'before');
    await killBetweenPolls(world);
    for (const how of INTERRUPTIONS) {
      const seconds = await interruptMount(world, SPACE, 'killed', how);
      note(`${how} while a mount waited: that pod was Ready ${seconds.toFixed(1)} s later`);
      assert.equal(await inPod(node, SPACE, 'before', 'cat', '/secrets/password'), 'kept');
    }
  },
};

async function killBetweenPolls(world: World): Promise<void> {
  const { node, note } = world;
  const restarts = await restartsOf(world);
  const socket = await socketId(world);
  const killedAt = performance.now();
  await node.run(['pkill', '-KILL', '-f', '/app/secretmount.js']);
  assert.equal(await inPod(node, SPACE, 'before', 'cat', '/secrets/password'), 'kept');
  await node.apply(pod(SPACE, 'after', { volumes: { '/secrets': 'db' } }));
  await untilReady(node, SPACE, 'after');
  note(
    `killed between polls: a pod made at once was Ready ${((performance.now() - killedAt) / 1000).toFixed(1)} s later`,
  );
  assert.equal(await inPod(node, SPACE, 'after', 'cat', '/secrets/password'), 'kept');
  assert.equal(await inPod(node, SPACE, 'before', 'cat', '/secrets/password'), 'kept');
  // The kubelet tells the API server of its restart when it comes to it, and the second socket may follow the first.
  await node.until('one restart', async () => (await restartsOf(world)) > restarts);
  assert.equal(await restartsOf(world), restarts + 1);
  // The killed process left its file, which the new one replaced.
  assert.notEqual(await socketId(world), socket);
  await node.until('both sockets and nothing else', async () => {
    assert.deepEqual((await node.run(['ls', '-A', SOCKETS])).trim().split('\n').sort(), ['openbao.sock', 'vault.sock']);
    return true;
  });
}

function socketId({ node }: World): Promise<string> {
  return node.run(['stat', '-c', '%i %Y', `${SOCKETS}/vault.sock`]);
}

async function restartsOf({ node }: World): Promise<number> {
  const { items } = await node.get('pods', '-n', PROVIDER_NAMESPACE, '-l', PROVIDER_SELECTOR);
  return items.reduce((sum: number, one: Json) => sum + one.status.containerStatuses[0].restartCount, 0);
}

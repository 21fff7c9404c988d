// The provider dies without a word.
import assert from 'node:assert/strict';
import type { Json } from '../node/node.ts';
import { inPod, openNamespace, pod, secretClass, untilReady } from '../pods.ts';
import { PROVIDER_NAMESPACE, PROVIDER_SELECTOR } from '../provider.ts';
import type { Step, World } from '../world.ts';

const SPACE = 'killed';

export const step: Step = {
  title: 'provider killed',
  proves: 'after SIGKILL pods keep their files, the provider comes back on its socket, and the next mount works',
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

    const killedAt = performance.now();
    const restarts = await restartsOf(world);
    await node.run(['pkill', '-KILL', '-f', '/app/secretmount.js']);
    assert.equal(await inPod(node, SPACE, 'before', 'cat', '/secrets/password'), 'kept');
    await node.apply(pod(SPACE, 'after', { volumes: { '/secrets': 'db' } }));
    await untilReady(node, SPACE, 'after');
    note(`a pod made at once was Ready ${((performance.now() - killedAt) / 1000).toFixed(1)} s after the kill`);
    assert.equal(await inPod(node, SPACE, 'after', 'cat', '/secrets/password'), 'kept');
    assert.equal(await inPod(node, SPACE, 'before', 'cat', '/secrets/password'), 'kept');
    assert.equal(await restartsOf(world), restarts + 1);
  },
};

async function restartsOf({ node }: World): Promise<number> {
  const { items } = await node.get('pods', '-n', PROVIDER_NAMESPACE, '-l', PROVIDER_SELECTOR);
  return items.reduce((sum: number, one: Json) => sum + one.status.containerStatuses[0].restartCount, 0);
}

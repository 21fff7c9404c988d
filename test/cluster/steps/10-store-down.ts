// The store is down when a pod starts, and comes back.
import assert from 'node:assert/strict';
import { eventsOf, failuresOf, inPod, openNamespace, pod, secretClass, untilReady } from '../pods.ts';
import type { Step } from '../world.ts';

const SPACE = 'down';
/** How often the mount fails while the store is away: the kubelet then pauses between its tries. */
const FAILURES = 3;

export const step: Step = {
  title: 'store down, then up',
  proves: 'a pod that starts while the store is down gets ready by itself once it is up; running pods keep their files',
  async run({ node, store, note }) {
    await openNamespace(node, SPACE);
    await store.write('down/before', { password: 'early' });
    await store.write('down/late', { password: 'late' });
    await store.addPolicy('down', 'path "secret/data/down/*" { capabilities = ["read"] }');
    await store.addRole('down', { namespaces: [SPACE], policies: ['down'] });
    // A path for each: a pod of the account may be served what another has just read.
    const readsOwnPath = (name: string) =>
      secretClass(SPACE, name, {
        parameters: { roleName: 'down' },
        objects: [{ objectName: 'password', secretPath: `secret/data/down/${name}`, secretKey: 'password' }],
      });
    await node.apply(readsOwnPath('before'), readsOwnPath('late'), pod(SPACE, 'before'));
    await untilReady(node, SPACE, 'before');
    // A stopped process takes connections and says nothing; its dev data would not outlive an ended one.
    await node.run(['pkill', '-STOP', '-f', 'dev-listen-address']);
    try {
      await node.apply(pod(SPACE, 'late'));
      const event = await node.until('an event', async () =>
        (await eventsOf(node, SPACE, 'late')).find((text) => text.startsWith('FailedMount')),
      );
      assert.match(event, /\[store-timeout\]|\[mount-timeout\]|\[store-unreachable\]/);
      await node.until(`${FAILURES} failed mounts`, async () => (await failuresOf(node, SPACE, 'late')) >= FAILURES);
      assert.equal((await node.get('pod/late', '-n', SPACE)).status.phase, 'Pending');
      assert.equal(await inPod(node, SPACE, 'before', 'cat', '/secrets/password'), 'early');
    } finally {
      await node.run(['pkill', '-CONT', '-f', 'dev-listen-address']);
    }
    const upAt = performance.now();
    await untilReady(node, SPACE, 'late');
    note(`Ready ${((performance.now() - upAt) / 1000).toFixed(1)} s after the store came back`);
    assert.equal(await inPod(node, SPACE, 'late', 'cat', '/secrets/password'), 'late');
  },
};

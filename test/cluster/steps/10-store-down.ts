// The store is down when a pod starts, and comes back.
import assert from 'node:assert/strict';
import { eventsOf, inPod, openNamespace, pod, secretClass, untilReady } from '../pods.ts';
import type { Step } from '../world.ts';

const SPACE = 'down';
/** The default of `--join-window`. */
const JOIN_WINDOW_MS = 1_000;
/** How long the store is away: long enough for the kubelet's back-off to have grown to some seconds. */
const DOWN_MS = 10_000;

export const step: Step = {
  title: 'store down, then up',
  proves: 'a pod that starts while the store is down gets ready by itself once it is up; running pods keep their files',
  async run({ node, store, note }) {
    await openNamespace(node, SPACE);
    await store.write('down/db', { password: 'late' });
    await store.addPolicy('down', 'path "secret/data/down/*" { capabilities = ["read"] }');
    await store.addRole('down', { namespaces: [SPACE], policies: ['down'] });
    const objects = [{ objectName: 'password', secretPath: 'secret/data/down/db', secretKey: 'password' }];
    const volumes = { '/secrets': 'db' };
    await node.apply(
      secretClass(SPACE, 'db', { parameters: { roleName: 'down' }, objects }),
      pod(SPACE, 'before', { volumes }),
    );
    await untilReady(node, SPACE, 'before');
    // A pod of the same account that came sooner would be served what that one asked for.
    await new Promise((resolve) => setTimeout(resolve, JOIN_WINDOW_MS + 500));
    // A stopped process takes connections and says nothing; its dev data would not outlive an ended one.
    await node.run(['pkill', '-STOP', '-f', 'dev-listen-address']);
    try {
      await node.apply(pod(SPACE, 'late', { volumes }));
      const event = await node.until('an event', 45_000, async () =>
        (await eventsOf(node, SPACE, 'late')).find((text) => text.startsWith('FailedMount')),
      );
      assert.match(event, /\[store-timeout\]|\[mount-timeout\]|\[store-unreachable\]/);
      await new Promise((resolve) => setTimeout(resolve, DOWN_MS));
      assert.equal(await inPod(node, SPACE, 'before', 'cat', '/secrets/password'), 'late');
    } finally {
      await node.run(['pkill', '-CONT', '-f', 'dev-listen-address']);
    }
    const upAt = performance.now();
    await untilReady(node, SPACE, 'late', 150_000);
    note(`Ready ${((performance.now() - upAt) / 1000).toFixed(1)} s after the store came back`);
    assert.equal(await inPod(node, SPACE, 'late', 'cat', '/secrets/password'), 'late');
  },
};

// What the driver itself leaves empty, whatever a provider does: docs/known-limits.md. Should a later driver leave it
// empty no more, this step says so.
import assert from 'node:assert/strict';
import { ABSENT_PROVIDER, bringBack, removeAbsentProvider, startAbsentProvider } from '../node/absent-provider.ts';
import { APP_IMAGE, type Json } from '../node/node.ts';
import { inPod, openNamespace, pod, secretClass, untilReady } from '../pods.ts';
import type { Step } from '../world.ts';

const SPACE = 'limit';
const VOLUMES = { '/secrets': 'absent' };
/** The driver's three tries and the kubelet's second call. */
const EMPTY_WITHIN_MS = 30_000;
/** A poll, then the kubelet's back-off for a container that ended: 10 s, 20 s, 40 s. */
const FILLED_WITHIN_MS = 90_000;

export const step: Step = {
  title: "the driver's own limit",
  proves: 'a provider gone for all tries of a first mount: the volume is empty; the init container of the docs waits',
  async run({ node, note }) {
    await openNamespace(node, SPACE);
    startAbsentProvider(node);
    const command = ['sh', '-c', 'cat /secrets/password >/tmp/seen 2>&1; exec sleep 2147483647'];
    const guarded = pod(SPACE, 'guarded', { volumes: VOLUMES, command }) as Json;
    guarded.spec.initContainers = [
      {
        name: 'secrets-are-there',
        image: APP_IMAGE,
        imagePullPolicy: 'Never',
        command: ['test', '-e', '/secrets/password'],
        volumeMounts: guarded.spec.containers[0].volumeMounts,
      },
    ];
    const bare = pod(SPACE, 'bare', { volumes: VOLUMES, command });
    await node.apply(secretClass(SPACE, 'absent', { provider: ABSENT_PROVIDER, objects: [] }), bare, guarded);
    await untilReady(node, SPACE, 'bare', EMPTY_WITHIN_MS);
    assert.match(await inPod(node, SPACE, 'bare', 'cat', '/tmp/seen'), /No such file/);
    await bringBack(node);
    await untilReady(node, SPACE, 'guarded', FILLED_WITHIN_MS);
    assert.equal(await inPod(node, SPACE, 'guarded', 'cat', '/tmp/seen'), 'filled');
    const { status } = await node.get('pod/guarded', '-n', SPACE);
    note(`the guarded pod started filled after ${status.initContainerStatuses[0].restartCount} vain looks`);
    await assert.rejects(inPod(node, SPACE, 'bare', 'cat', '/secrets/password'), /No such file/);
    await node.kubectl(['delete', 'namespace', SPACE, '--wait=false']);
    await removeAbsentProvider(node);
  },
};

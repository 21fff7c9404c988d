// The provider as a DaemonSet beside the driver.
import assert from 'node:assert/strict';
import type { Json } from '../node/node.ts';
import { installProvider, PROVIDER_NAMESPACE, PROVIDER_SELECTOR } from '../provider.ts';
import type { Step } from '../world.ts';

export const step: Step = {
  title: 'provider installed',
  proves: 'the provider runs as a DaemonSet under a closed security context, is Ready and logs no error',
  async run({ node, note }) {
    await installProvider(node);
    const { items } = await node.get('pods', '-n', PROVIDER_NAMESPACE, '-l', PROVIDER_SELECTOR);
    assert.equal(items.length, 1);
    const [pod] = items;
    assert.equal(pod.status.containerStatuses[0].restartCount, 0);
    const log = await node.kubectl(['logs', '-n', PROVIDER_NAMESPACE, pod.metadata.name]);
    const lines = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Json);
    const started = lines.find((line) => line.msg === 'started');
    assert.ok(started, log);
    assert.deepEqual(
      lines.filter((line) => ['warn', 'error'].includes(line.level)),
      [],
      log,
    );
    note(`secretmount ${started.version ?? ''} on ${pod.spec.nodeName}`);
  },
};

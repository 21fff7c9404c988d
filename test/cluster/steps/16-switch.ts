// Coming from another provider, as docs/install.md has it: side by side, then the switch. A second release of our own
// chart stands in for the other provider, as it holds the same name on the same node.
import assert from 'node:assert/strict';
import { restartDriver, untilRolledOut } from '../node/driver.ts';
import { inPod, openNamespace, pod, secretClass, untilReady } from '../pods.ts';
import { helm, installProvider, PROVIDER_NAMESPACE, RELEASE, upgrade } from '../provider.ts';
import type { Step } from '../world.ts';

const SPACE = 'switch';
const OTHER = 'other-secretmount';

export const step: Step = {
  title: 'side by side, then switch',
  proves: 'ours serves a name of its own beside another provider, and takes the names over once that one is gone',
  async run({ node, store, note }) {
    await openNamespace(node, SPACE);
    await store.write('switch/db', { password: 'kept' });
    await store.addPolicy('switch', 'path "secret/data/switch/*" { capabilities = ["read"] }');
    await store.addRole('switch', { namespaces: [SPACE], policies: ['switch'] });
    const spec = {
      parameters: { roleName: 'switch' },
      objects: [{ objectName: 'password', secretPath: 'secret/data/switch/db', secretKey: 'password' }],
    };
    const mounts = async (name: string, className: string) => {
      await node.apply(pod(SPACE, name, { volumes: { '/secrets': className } }));
      await untilReady(node, SPACE, name);
      assert.equal(await inPod(node, SPACE, name, 'cat', '/secrets/password'), 'kept');
    };
    try {
      await installProvider(node, { providerSockets: ['secretmount'] });
      await upgrade(node, OTHER, { providerSockets: ['vault'], versionKey: { enabled: false } });
      await untilRolledOut(node, PROVIDER_NAMESPACE, OTHER);
      // The driver backs off from a name that nobody served for a while, which the switch itself does not do.
      await restartDriver(node);
      await node.apply(
        secretClass(SPACE, 'theirs', spec),
        secretClass(SPACE, 'ours', { ...spec, provider: 'secretmount' }),
      );
      await Promise.all([mounts('theirs', 'theirs'), mounts('ours', 'ours')]);

      await upgrade(node, RELEASE, { updateStrategy: { maxUnavailable: '100%' } });
      await node.until('ours has started anew and waits', async () => {
        const { metadata, status } = await node.get(`daemonset/${RELEASE}`, '-n', PROVIDER_NAMESPACE);
        const isNew = status.observedGeneration === metadata.generation && status.updatedNumberScheduled === 1;
        return isNew && status.currentNumberScheduled === 1 && status.numberReady === 0;
      });
      await mounts('between', 'theirs');
      await helm(node, ['uninstall', OTHER, '--namespace', PROVIDER_NAMESPACE, '--wait']);
      const goneAt = performance.now();
      await mounts('after', 'theirs');
      note(`a pod made right after the other was uninstalled was Ready ${seconds(goneAt)} s later`);
      await untilRolledOut(node, PROVIDER_NAMESPACE, RELEASE);
      assert.equal(await inPod(node, SPACE, 'theirs', 'cat', '/secrets/password'), 'kept');
    } finally {
      await helm(node, ['uninstall', OTHER, '--namespace', PROVIDER_NAMESPACE, '--ignore-not-found']);
      await installProvider(node);
    }
  },
};

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}

// Pods that do not run as root.
import assert from 'node:assert/strict';
import { inPod, openNamespace, pod, secretClass, untilReady } from '../pods.ts';
import type { Step } from '../world.ts';

const SPACE = 'users';

export const step: Step = {
  title: 'other users and fsGroup',
  proves: 'another user reads a file of mode 0644 and not one of 0400; fsGroup changes neither owner nor mode',
  async run({ node, store, note }) {
    await openNamespace(node, SPACE);
    await store.write('users/db', { password: 'for-all' });
    await store.addPolicy('users', 'path "secret/data/users/*" { capabilities = ["read"] }');
    await store.addRole('users', { namespaces: [SPACE], policies: ['users'] });
    const read = { secretPath: 'secret/data/users/db', secretKey: 'password' };
    const objects = [
      { objectName: 'open', ...read },
      { objectName: 'group', ...read, filePermission: 0o440 },
      { objectName: 'closed', ...read, filePermission: 0o400 },
    ];
    const volumes = { '/secrets': 'db' };
    await node.apply(
      secretClass(SPACE, 'db', { parameters: { roleName: 'users' }, objects }),
      pod(SPACE, 'user', { volumes, securityContext: { runAsUser: 1000, runAsGroup: 1000 } }),
      pod(SPACE, 'group', { volumes, securityContext: { runAsUser: 1000, runAsGroup: 1000, fsGroup: 2000 } }),
    );
    for (const name of ['user', 'group']) {
      await untilReady(node, SPACE, name);
      assert.equal(await inPod(node, SPACE, name, 'cat', '/secrets/open'), 'for-all');
      await assert.rejects(inPod(node, SPACE, name, 'cat', '/secrets/closed'), /Permission denied/);
      const owner = await inPod(node, SPACE, name, 'stat', '-L', '-c', '%u:%g %a', '/secrets/group');
      note(`${name}: a file of mode 0440 is ${owner.trim()}`);
    }
  },
};

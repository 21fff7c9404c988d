// One pod, one class: what the container sees.
import assert from 'node:assert/strict';
import { inPod, openNamespace, pod, secretClass, untilReady } from '../pods.ts';
import type { Step } from '../world.ts';

const SPACE = 'files';

export const step: Step = {
  title: 'a pod has its files',
  proves: 'content, mode, layout, tmpfs and read-only, read from the container',
  async run({ node, store, note }) {
    await openNamespace(node, SPACE);
    await store.write('files/db', { username: 'app', password: 'first-password' });
    await store.addPolicy('files', 'path "secret/data/files/*" { capabilities = ["read"] }');
    await store.addRole('files', { namespaces: [SPACE], policies: ['files'] });
    const read = { secretPath: 'secret/data/files/db' };
    const objects = [
      { objectName: 'password', ...read, secretKey: 'password' },
      { objectName: 'username', ...read, secretKey: 'username', filePermission: 0o400 },
      { objectName: 'all.json', ...read },
    ];
    const startedAt = performance.now();
    await node.apply(secretClass(SPACE, 'db', { parameters: { roleName: 'files' }, objects }), pod(SPACE, 'db'));
    await untilReady(node, SPACE, 'db');
    note(`Ready ${((performance.now() - startedAt) / 1000).toFixed(1)} s after apply`);

    const see = (...command: readonly string[]) => inPod(node, SPACE, 'db', ...command);
    assert.equal(await see('cat', '/secrets/password'), 'first-password');
    assert.equal(await see('cat', '/secrets/username'), 'app');
    const all = JSON.parse(await see('cat', '/secrets/all.json'));
    assert.equal((all.data ?? all).data?.password ?? all.data.password, 'first-password');
    assert.equal((await see('stat', '-L', '-c', '%a', '/secrets/password')).trim(), '644');
    assert.equal((await see('stat', '-L', '-c', '%a', '/secrets/username')).trim(), '400');
    assert.equal((await see('readlink', '/secrets/password')).trim(), '..data/password');
    assert.match((await see('readlink', '/secrets/..data')).trim(), /^\.\.\d{4}_/);
    const mount = (await see('cat', '/proc/mounts')).split('\n').find((line) => line.includes(' /secrets '));
    assert.match(mount ?? 'no mount', /^tmpfs \/secrets tmpfs ro[, ]/);
    await assert.rejects(see('touch', '/secrets/x'), /Read-only file system/);
  },
};

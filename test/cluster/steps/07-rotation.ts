// A secret changes in the store while its pod runs.
import assert from 'node:assert/strict';
import { inPod, openNamespace, pod, secretClass, untilReady } from '../pods.ts';
import { untilPolled } from '../provider.ts';
import type { Step } from '../world.ts';

const SPACE = 'rotation';
/** Polls of an unchanged secret: the first may have begun before it was looked at. */
const POLLS = 3;

export const step: Step = {
  title: 'rotation',
  proves: 'a changed secret reaches the file and the synced Secret; an unchanged one rewrites nothing',
  async run({ node, store, note }) {
    await openNamespace(node, SPACE);
    await store.write('rotation/db', { password: 'before' });
    await store.addPolicy('rotation', 'path "secret/data/rotation/*" { capabilities = ["read"] }');
    await store.addRole('rotation', { namespaces: [SPACE], policies: ['rotation'] });
    const spec = {
      parameters: { roleName: 'rotation' },
      objects: [{ objectName: 'password', secretPath: 'secret/data/rotation/db', secretKey: 'password' }],
      secretObjects: [{ secretName: 'db', type: 'Opaque', data: [{ objectName: 'password', key: 'password' }] }],
    };
    await node.apply(secretClass(SPACE, 'db', spec), pod(SPACE, 'db'));
    await untilReady(node, SPACE, 'db');
    const readFile = () => inPod(node, SPACE, 'db', 'cat', '/secrets/password');
    const readSecret = async () => {
      const { data } = await node.get('secret/db', '-n', SPACE);
      return Buffer.from(data.password, 'base64').toString();
    };
    assert.equal(await readFile(), 'before');
    await node.until('the Secret is there', async () => (await readSecret()) === 'before');

    const changedAt = performance.now();
    await store.write('rotation/db', { password: 'after' });
    const changed = async (what: string, read: () => Promise<string>) => {
      await node.until(`${what} changes`, async () => (await read()) === 'after');
      return ((performance.now() - changedAt) / 1000).toFixed(1);
    };
    const [file, secret] = await Promise.all([changed('the file', readFile), changed('the Secret', readSecret)]);
    note(`file after ${file} s, Secret after ${secret} s`);

    const folder = () => inPod(node, SPACE, 'db', 'readlink', '/secrets/..data');
    const before = await folder();
    await untilPolled(node, SPACE, 'db', POLLS);
    assert.equal(await folder(), before);
  },
};

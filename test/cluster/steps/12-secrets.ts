// What a node keeps of secrets beside their volumes. Values are planted, mounted, rotated, refused and synced; then all
// that was written since is searched for them and for tokens. Some are told on purpose: they must be found, each where
// it was put, or the search proves nothing.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImage } from '../image/build-image.ts';
import { BROKEN_STORES, startBrokenStores } from '../node/broken-stores.ts';
import type { Node } from '../node/node.ts';
import { findIn, search } from '../node/search.ts';
import { eventsOf, inPod, openNamespace, pod, secretClass, untilReady } from '../pods.ts';
import { installProvider, providerLog } from '../provider.ts';
import type { Step, World } from '../world.ts';

const SPACE = 'secrets';
/** Below the driver's interval, so that the next poll reads anew. */
const POLL_WINDOW = '1s';

/** What survives a restart of the provider, and may hold secrets for it. */
const STATE_FOLDER = '/run/secretmount/v1';

/** Characters that look different in a URL and in base64. */
const plant = (name: string) => `${name} ${randomBytes(12).toString('hex')}/ü?&`;

export const step: Step = {
  title: 'nothing secret is left',
  proves: 'no value or token in logs (ours at debug), events, etcd beside Secrets, files beside volumes, the image',
  runsLast: true,
  async run({ node, store, note }) {
    const values = { kept: plant('kept'), rotated: plant('rotated'), synced: plant('synced'), told: plant('told') };
    const mark = join(node.stateFolder, 'secrets-mark');
    await writeFile(mark, '');
    await installProvider(node, { extraArgs: [`--poll-window=${POLL_WINDOW}`] });
    await useSecrets({ node, store, note }, values);
    const expected = await tell(node, values.told);
    const folder = node.stateFolder;
    const wanted = { values, folder, newerThan: mark, except: join(folder, 'control-plane/etcd') };
    const { found, files, processes, keys } = await search(node, wanted);
    // What the search need not look at, as the node cannot have left anything there.
    await assert.rejects(node.run(['touch', '/root/told']), /Read-only file system/);
    await assert.rejects(node.run(['touch', '/tmp/told']), /Read-only file system/);
    const kept = found.filter((line) => line.includes(` in ${STATE_FOLDER}/`));
    const others = found.filter((line) => !kept.includes(line));
    assert.deepEqual(others, [...expected, 'synced in a Secret'].sort());
    assert.ok(kept.length > 0, 'the state folder has nothing of it');
    assert.ok(!kept.some((line) => line.startsWith('account token')), kept.join('\n'));
    assert.equal((await node.run(['stat', '-f', '-c', '%T', STATE_FOLDER])).trim(), 'tmpfs');
    assert.equal((await node.run(['stat', '-c', '%a', STATE_FOLDER])).trim(), '700');
    note('the state folder, in memory and closed to others, has logins and last answers, and no token of an account');
    note(
      `${files} files, ${processes} processes and ${keys} keys of etcd were searched; ` +
        `all ${expected.length} told values were found`,
    );

    const { archive } = await buildImage(node.stateFolder);
    const image = await readFile(archive);
    assert.deepEqual(findIn(image, values), []);
    assert.doesNotMatch(image.toString('latin1'), /_authToken=|\.npmrc\0|\.git\/config\0/);
    assert.match(image.toString('latin1'), /app\/secretmount\.js\0/, 'names of files can be found');
  },
};

type Values = Readonly<Record<'kept' | 'rotated' | 'synced' | 'told', string>>;

/** All that the provider does with a secret: mount, poll, refuse for reasons near to the value, sync. */
async function useSecrets({ node, store }: World, values: Values): Promise<void> {
  await openNamespace(node, SPACE);
  await startBrokenStores(node);
  await store.write('secrets/db', { password: values.kept, synced: values.synced });
  await store.addPolicy('secrets', 'path "secret/data/secrets/*" { capabilities = ["read"] }');
  await store.addRole('secrets', { namespaces: [SPACE], policies: ['secrets'] });
  const read = { objectName: 'password', secretPath: 'secret/data/secrets/db', secretKey: 'password' };
  const parameters = { roleName: 'secrets' };
  const refused = {
    'no-key': secretClass(SPACE, 'no-key', { parameters, objects: [{ ...read, secretKey: 'passwort' }] }),
    undecodable: secretClass(SPACE, 'undecodable', { parameters, objects: [{ ...read, encoding: 'base64' }] }),
    // A store that says to everybody what it was sent: the account's token.
    echo: secretClass(SPACE, 'echo', {
      parameters: { ...parameters, vaultAddress: BROKEN_STORES['echoing'] ?? '' },
      objects: [read],
    }),
  };
  await node.apply(
    secretClass(SPACE, 'db', {
      parameters,
      objects: [
        read,
        { ...read, objectName: 'whole.json', secretKey: '' },
        { ...read, objectName: 's', secretKey: 'synced' },
      ],
      secretObjects: [{ secretName: 'db', type: 'Opaque', data: [{ objectName: 's', key: 's' }] }],
    }),
    ...Object.values(refused),
    ...['db', ...Object.keys(refused)].map((name) => pod(SPACE, name)),
  );
  await untilReady(node, SPACE, 'db');
  const readFileInPod = () => inPod(node, SPACE, 'db', 'cat', '/secrets/password');
  assert.equal(await readFileInPod(), values.kept);
  for (const name of Object.keys(refused)) {
    await node.until(`an event of pod ${name}`, async () =>
      (await eventsOf(node, SPACE, name)).some((text) => text.startsWith('FailedMount')),
    );
  }
  await store.write('secrets/db', { password: values.rotated, synced: values.synced });
  await node.until('the rotated file', async () => (await readFileInPod()) === values.rotated);
  await node.until('the synced Secret', () => node.get('secret/db', '-n', SPACE));
  const levels = new Set((await providerLog(node)).map(({ level }) => level));
  assert.ok(levels.has('debug'), 'the provider logs at debug');
}

/** Puts a value where it must be found, in each of its forms. @returns what the search must say */
async function tell(node: Node, told: string): Promise<readonly string[]> {
  const group = 'secrets-store.csi.x-k8s.io';
  const metadata = { namespace: SPACE, name: 'told' };
  const status = {
    podName: 'told',
    secretProviderClassName: 'told',
    mounted: true,
    targetPath: '/',
    objects: [{ id: 'x', version: told }],
  };
  await node.apply(
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { url: `https://x/?q=${encodeURIComponent(told)}` } },
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { ...metadata, annotations: { base64: Buffer.from(`{"a":"${told}"}`).toString('base64') } },
    },
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata,
      involvedObject: { kind: 'Pod', namespace: SPACE, name: 'told' },
      message: told,
    },
    { apiVersion: `${group}/v1`, kind: 'SecretProviderClassPodStatus', metadata, status },
  );
  const { metadata: talker } = await node.get('pod/db', '-n', SPACE);
  const log = `/var/log/pods/${SPACE}_db_${talker.uid}/app/0.log`;
  // Said until it is there: the input of an exec may be lost on its way, and what a container says takes a moment.
  await node.until(`a line in ${log}`, async () => {
    const say = ['exec', '-i', '-n', SPACE, 'db', '--', 'sh', '-c', 'cat >/proc/1/fd/1'];
    await node.kubectl(say, { input: `${told}\n` });
    return (await node.run(['cat', log])).includes(told);
  });
  const onDisk = join(node.stateFolder, 'told');
  const inMemory = '/run/told';
  const token = (await node.kubectl(['create', 'token', 'default', '-n', SPACE])).trim();
  await writeFile(onDisk, `${token} s.${'aB3'.repeat(8)}`);
  await node.run(['tee', inMemory], { input: told });
  // Its own name is the value, and so is what its environment has.
  node.start('told', ['bash', '-c', 'exec -a "$TOLD" sleep infinity'], { TOLD: told });
  await node.until('a process with the value', () => node.run(['pgrep', '-f', told.split(' ')[1]?.slice(0, 24) ?? '']));
  return [
    `account token in ${onDisk}`,
    `store token in ${onDisk}`,
    `told in ${inMemory}`,
    `told in ${log}`,
    'told in the arguments of sleep',
    'told in the environment of sleep',
    `told in /registry/configmaps/${SPACE}/told`,
    `told in /registry/events/${SPACE}/told`,
    `told in /registry/serviceaccounts/${SPACE}/told`,
    `told in /registry/${group}/secretproviderclasspodstatuses/${SPACE}/told`,
  ];
}

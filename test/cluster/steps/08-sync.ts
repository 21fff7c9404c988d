// Copies of mounted files in Secrets: made by the driver beside a pod, and by the sync controller without any pod.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import type { Json, Node } from '../node/node.ts';
import { syncOnce } from '../node/sync-controller.ts';
import { inPod, openNamespace, pod, secretClass, untilReady } from '../pods.ts';
import type { Step, World } from '../world.ts';

const SPACE = 'sync';
const REGISTRY = JSON.stringify({ auths: { 'registry.test': { auth: 'YXBwOnNlY3JldA==' } } });
const SECRETS = ['env', 'tls', 'registry'];

export const step: Step = {
  title: 'sync to a Secret',
  proves:
    'Opaque with env, TLS from a PEM, dockerconfigjson; owned by the pods, gone with the last; a sync without a pod',
  async run(world) {
    const { node, store, note } = world;
    await openNamespace(node, SPACE);
    await store.addPolicy('sync', 'path "secret/data/sync/*" { capabilities = ["read"] }');
    await store.addRole('sync', { namespaces: [SPACE], policies: ['sync'] });
    const pem = await issuePem(world);
    await store.write('sync/all', { password: 'as-environment', pem, registry: REGISTRY });
    const container = { env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'env', key: 'password' } } }] };
    const volumes = { '/secrets': 'all' };
    await node.apply(
      secretClass(SPACE, 'all', CLASS),
      pod(SPACE, 'first', { volumes, container }),
      pod(SPACE, 'last', { volumes, container }),
    );
    for (const name of ['first', 'last']) {
      await untilReady(node, SPACE, name);
      assert.equal(await inPod(node, SPACE, name, 'sh', '-c', 'printf %s "$PASSWORD"'), 'as-environment');
    }
    await checkSecrets(node);
    await checkOwners(world);
    await replaySyncController(world);
    note('one file of key and certificate makes a Secret of type kubernetes.io/tls');
  },
};

const read = (secretKey: string) => ({ objectName: secretKey, secretPath: 'secret/data/sync/all', secretKey });

const CLASS = {
  parameters: { roleName: 'sync' },
  objects: [read('password'), read('pem'), read('registry')],
  secretObjects: [
    { secretName: 'env', type: 'Opaque', data: [{ objectName: 'password', key: 'password' }] },
    {
      secretName: 'tls',
      type: 'kubernetes.io/tls',
      // The driver takes from the one file what belongs under each key.
      data: ['tls.crt', 'tls.key'].map((key) => ({ objectName: 'pem', key })),
    },
    {
      secretName: 'registry',
      type: 'kubernetes.io/dockerconfigjson',
      data: [{ objectName: 'registry', key: '.dockerconfigjson' }],
    },
  ],
};

async function issuePem({ store }: World): Promise<string> {
  await store.request('POST', 'sys/mounts/sync-pki', { type: 'pki' });
  await store.request('POST', 'sync-pki/root/generate/internal', { common_name: 'authority', ttl: '24h' });
  await store.request('POST', 'sync-pki/roles/app', { allow_any_name: true });
  const { data } = await store.request('POST', 'sync-pki/issue/app', { common_name: 'web.sync.test', ttl: '1h' });
  return `${data.private_key}\n${data.certificate}\n`;
}

async function secretOf(
  node: Node,
  name: string,
): Promise<{ type: string; data: Record<string, string>; owners: string[] }> {
  const { type, data, metadata } = await node.get(`secret/${name}`, '-n', SPACE);
  const values = Object.entries<string>(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]);
  const owners = (metadata.ownerReferences ?? []).map((one: Json) => `${one.kind}/${one.name}`);
  return { type, data: Object.fromEntries(values), owners: owners.sort() };
}

async function checkSecrets(node: Node): Promise<void> {
  const [env, tls, registry] = await Promise.all(
    SECRETS.map((name) => node.until(`Secret ${name}`, () => secretOf(node, name))),
  );
  assert.deepEqual([env?.type, env?.data], ['Opaque', { password: 'as-environment' }]);
  assert.equal(tls?.type, 'kubernetes.io/tls');
  const certificate = new X509Certificate(tls.data['tls.crt'] ?? '');
  assert.equal(certificate.subject, 'CN=web.sync.test');
  assert.match(tls.data['tls.key'] ?? '', /^-----BEGIN [A-Z ]*PRIVATE KEY-----\n/);
  assert.deepEqual(
    [registry?.type, registry?.data],
    ['kubernetes.io/dockerconfigjson', { '.dockerconfigjson': REGISTRY }],
  );
}

/**
 * The driver makes the status objects of all pods that mount the class its owners, and those are the pods' own. A Secret
 * that has no owner yet would stay: the owners are waited for before a pod goes.
 */
async function checkOwners({ node, note }: World): Promise<void> {
  const untilOwned = (pods: readonly string[]) => {
    const owners = pods.map((name) => `SecretProviderClassPodStatus/${name}-${SPACE}-all`);
    return Promise.all(
      SECRETS.map((name) =>
        node.until(`Secret ${name} is owned by ${owners.join(', ')}`, async () => {
          const seen = (await secretOf(node, name)).owners;
          if (seen.join() === owners.join()) return true;
          throw new Error(`its owners are ${seen.join(', ')}`);
        }),
      ),
    );
  };
  await untilOwned(['first', 'last']);
  await node.kubectl(['delete', 'pod', 'first', '-n', SPACE, '--wait=true']);
  await untilOwned(['last']);
  await node.kubectl(['delete', 'pod', 'last', '-n', SPACE, '--wait=true']);
  const goneAt = performance.now();
  await node.until('no Secret is left', async () => {
    const { items } = await node.get('secrets', '-n', SPACE);
    return items.length === 0;
  });
  note(`the Secrets went ${((performance.now() - goneAt) / 1000).toFixed(1)} s after the last pod`);
}

async function replaySyncController({ node, store, note }: World): Promise<void> {
  await node.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: SPACE, name: 'syncer' } });
  const mint = ['create', 'token', 'syncer', '-n', SPACE, '--audience=vault', '--duration=10m'];
  const token = (await node.kubectl(mint)).trim();
  const wish = { namespace: SPACE, account: 'syncer', className: 'all', token };
  const parameters = { ...CLASS.parameters, objects: JSON.stringify(CLASS.objects.slice(0, 1)) };
  const first = await syncOnce(node, { ...wish, parameters });
  assert.deepEqual(first.files, { password: 'as-environment' });
  const again = await syncOnce(node, { ...wish, parameters });
  assert.deepEqual(again, first, 'an unchanged secret keeps its version');
  const versions = Object.keys(first.versions).join();
  assert.equal(versions, 'password');

  const { secretPath } = read('password');
  await store.write(secretPath.replace('secret/data/', ''), { password: 'changed' });
  // The provider shares answers of polls for 30 s, --poll-window; another class asks anew.
  const other = JSON.stringify([{ ...read('password'), secretPath: `${secretPath}?version=2` }]);
  const changed = await syncOnce(node, { ...wish, parameters: { ...CLASS.parameters, objects: other } });
  assert.deepEqual(changed.files, { password: 'changed' });
  assert.notDeepEqual(changed.versions, first.versions);

  const refusal = await syncOnce(node, { ...wish, parameters, token: undefined }).catch(
    (error: Error) => error.message,
  );
  assert.match(String(refusal), /\[token-missing\]/);
  note('without a pod: files and versions as with one; without a token the reason is token-missing');
}

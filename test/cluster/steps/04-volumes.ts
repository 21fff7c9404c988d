// One pod with everything at once: a class for each engine, login and socket, each in a volume of its own.
import assert from 'node:assert/strict';
import { createPublicKey, type webcrypto, X509Certificate } from 'node:crypto';
import type { Node } from '../node/node.ts';
import { type ClassOptions, eventsOf, inPod, openNamespace, pod, secretClass, untilReady } from '../pods.ts';
import { OWN_AUDIENCE, type Step, type World } from '../world.ts';

const SPACE = 'volumes';
const OTHER_SPACE = 'volumes-other';
const ROLE = 'volumes';
const POLICY = `
path "secret/data/volumes/*" { capabilities = ["read"] }
path "volumes-kv1/*" { capabilities = ["read"] }
path "volumes-pki/issue/app" { capabilities = ["create", "update"] }
`;

export const step: Step = {
  title: 'many volumes in one pod',
  proves: 'KV v1, v2 and pinned, sub-folders, PKI by PUT, jwt login, OpenBao socket, own audience; no class of others',
  async run(world) {
    const { node, note } = world;
    await Promise.all([SPACE, OTHER_SPACE].map((space) => openNamespace(node, space)));
    await prepareEngines(world);
    await prepareLogins(world);
    const classes = Object.entries(CLASSES);
    const startedAt = performance.now();
    await node.apply(
      ...classes.map(([name, options]) => secretClass(SPACE, name, options)),
      pod(SPACE, 'all', { volumes: Object.fromEntries(classes.map(([name]) => [`/secrets/${name}`, name])) }),
    );
    await untilReady(node, SPACE, 'all');
    note(`${classes.length} volumes, Ready ${((performance.now() - startedAt) / 1000).toFixed(1)} s after apply`);
    await checkFiles(node);
    await checkCertificate(node);
    await refuseForeignClass(world);
  },
};

const DB = { secretPath: 'secret/data/volumes/db', secretKey: 'password' };
const ISSUE = {
  secretPath: 'volumes-pki/issue/app',
  method: 'PUT',
  secretArgs: { common_name: 'app.volumes.test', ttl: '1h' },
};

const CLASSES: Readonly<Record<string, ClassOptions>> = {
  kv2: {
    parameters: { roleName: ROLE },
    objects: [
      { objectName: 'password', ...DB },
      { objectName: 'db/old/password', ...DB, secretPath: `${DB.secretPath}?version=1` },
      { objectName: 'db/user', ...DB, secretKey: 'username' },
    ],
  },
  kv1: {
    parameters: { roleName: ROLE },
    objects: [{ objectName: 'password', secretPath: 'volumes-kv1/db', secretKey: 'password' }],
  },
  pki: {
    parameters: { roleName: ROLE },
    objects: [
      { objectName: 'tls.crt', ...ISSUE, secretKey: 'certificate' },
      { objectName: 'tls.key', ...ISSUE, secretKey: 'private_key' },
      { objectName: 'ca.crt', ...ISSUE, secretKey: 'issuing_ca' },
    ],
  },
  jwt: {
    parameters: { roleName: ROLE, vaultAuthMountPath: 'volumes-jwt' },
    objects: [{ objectName: 'password', ...DB }],
  },
  openbao: {
    provider: 'openbao',
    parameters: { openbaoRoleName: `${ROLE}-openbao` },
    objects: [{ objectName: 'password', ...DB }],
  },
  audience: {
    parameters: { roleName: `${ROLE}-audience`, audience: OWN_AUDIENCE },
    objects: [{ objectName: 'password', ...DB }],
  },
};

async function checkFiles(node: Node): Promise<void> {
  const expected = {
    'kv2/password': 'second',
    'kv2/db/old/password': 'first',
    'kv2/db/user': 'app',
    'kv1/password': 'of-version-1',
    'jwt/password': 'second',
    'openbao/password': 'second',
    'audience/password': 'second',
  };
  const seen: Record<string, string> = {};
  for (const file of Object.keys(expected)) seen[file] = await inPod(node, SPACE, 'all', 'cat', `/secrets/${file}`);
  assert.deepEqual(seen, expected);
  assert.equal((await inPod(node, SPACE, 'all', 'readlink', '/secrets/kv2/db')).trim(), '..data/db');
}

/** Three objects, one answer: of two answers the key would not fit the certificate. */
async function checkCertificate(node: Node): Promise<void> {
  const read = (file: string) => inPod(node, SPACE, 'all', 'cat', `/secrets/pki/${file}`);
  const certificate = new X509Certificate(await read('tls.crt'));
  assert.equal(certificate.subject, `CN=${ISSUE.secretArgs.common_name}`);
  assert.ok(certificate.publicKey.equals(createPublicKey(await read('tls.key'))), 'the key is of another answer');
  assert.ok(certificate.verify(new X509Certificate(await read('ca.crt')).publicKey), 'the authority is another');
}

/** The driver looks for a class in the pod's namespace only. */
async function refuseForeignClass({ node }: World): Promise<void> {
  const options = { parameters: { roleName: ROLE }, objects: [{ objectName: 'password', ...DB }] };
  await node.apply(secretClass(OTHER_SPACE, 'theirs', options), pod(SPACE, 'foreign', { volumes: { '/s': 'theirs' } }));
  const event = await node.until('an event of pod foreign', async () =>
    (await eventsOf(node, SPACE, 'foreign')).find((text) => text.startsWith('FailedMount')),
  );
  const name = `secretproviderclass ${SPACE}/theirs`;
  const why = 'SecretProviderClass.secrets-store.csi.x-k8s.io "theirs" not found';
  assert.ok(event.endsWith(`code = Unknown desc = failed to get ${name}, error: ${why}`), event);
}

async function prepareEngines({ node, store }: World): Promise<void> {
  await store.write('volumes/db', { username: 'app', password: 'first' });
  await store.write('volumes/db', { username: 'app', password: 'second' });
  await store.request('POST', 'sys/mounts/volumes-kv1', { type: 'kv', options: { version: '1' } });
  await store.request('POST', 'sys/mounts/volumes-pki', { type: 'pki' });
  await node.until('the key-value engine', async () => {
    await store.request('PUT', 'volumes-kv1/db', { password: 'of-version-1' });
    return true;
  });
  await store.request('POST', 'volumes-pki/root/generate/internal', { common_name: 'authority', ttl: '24h' });
  await store.request('POST', 'volumes-pki/roles/app', { allowed_domains: ['volumes.test'], allow_subdomains: true });
}

async function prepareLogins({ node, store }: World): Promise<void> {
  await store.addPolicy('volumes', POLICY);
  const role = { namespaces: [SPACE], policies: ['volumes'] };
  await store.addRole(ROLE, role);
  await store.addRole(`${ROLE}-openbao`, { ...role, audience: 'openbao' });
  await store.addRole(`${ROLE}-audience`, { ...role, audience: OWN_AUDIENCE });

  await store.request('POST', 'sys/auth/volumes-jwt', { type: 'jwt' });
  await store.request('POST', 'auth/volumes-jwt/config', { jwt_validation_pubkeys: await tokenKeys(node) });
  await store.request('POST', `auth/volumes-jwt/role/${ROLE}`, {
    role_type: 'jwt',
    bound_audiences: ['vault'],
    bound_subject: `system:serviceaccount:${SPACE}:default`,
    user_claim: 'sub',
    token_policies: ['volumes'],
  });
}

/** By which the API server's tokens are checked: the store has no way to the API server's own list here. */
async function tokenKeys(node: Node): Promise<readonly string[]> {
  const { keys } = JSON.parse(await node.kubectl(['get', '--raw', '/openid/v1/jwks'])) as {
    keys: webcrypto.JsonWebKey[];
  };
  return keys.map((key) => createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString());
}

// docs/examples: each file applied as it is, to a store that has what it names.
import assert from 'node:assert/strict';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { NODE_IP } from '../node/control-plane.ts';
import { APP_IMAGE } from '../node/node.ts';
import { Postgres } from '../node/postgres.ts';
import type { Store } from '../node/store.ts';
import { inPod, openNamespace, untilReady } from '../pods.ts';
import { ROOT, restartProvider, untilPolled } from '../provider.ts';
import type { Step, World } from '../world.ts';

const SPACE = 'examples';
const FOLDER = join(ROOT, 'docs/examples');
/** For `secretmount check`, which refuses it. Folders are for `secretmount migrate` and `template`. */
const NO_EXAMPLE = 'wrong.yaml';
const ACCOUNTS = { namespaces: [SPACE], accounts: ['app'] };
const POLICY = `
path "secret/data/*" { capabilities = ["read"] }
path "secret/metadata/*" { capabilities = ["list", "read"] }
path "database/creds/app" { capabilities = ["read"] }
path "pki/issue/app" { capabilities = ["create", "update"] }
`;

export const step: Step = {
  title: 'docs/examples',
  proves:
    'each example, applied as it is under the Pod Security level restricted, gives its pod the files, the Secret and the environment it promises',
  async run(world) {
    const { node, store, note } = world;
    await node.tagImage(APP_IMAGE, 'docker.io/library/busybox:1.36');
    await openNamespace(node, SPACE);
    await node.kubectl(['label', 'namespace', SPACE, 'pod-security.kubernetes.io/enforce=restricted']);
    await node.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: SPACE, name: 'app' } });
    const postgres = await Postgres.start(node);
    if (postgres === undefined) note('no PostgreSQL on this machine: KV stands in for the database engine');
    await prepareEngines(store, postgres);
    await prepareLogins(world);

    const checks = examples(world, postgres);
    const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.yaml') && file !== NO_EXAMPLE);
    assert.deepEqual(
      files.sort(),
      Object.keys(checks)
        .map((name) => `${name}.yaml`)
        .sort(),
    );
    await Promise.all(
      Object.entries(checks).map(async ([name, check]) => {
        await node.kubectl(['apply', '-n', SPACE, '-f', join(FOLDER, `${name}.yaml`)]);
        await untilReady(node, SPACE, name);
        await check((file) => inPod(node, SPACE, name, 'cat', `/secrets/${file}`));
      }),
    );
    note(`${files.length} examples: ${Object.keys(checks).join(', ')}`);
    if (postgres !== undefined) await credentialOfAPod(world, postgres);
  },
};

/** One user while the pod lives, over polls and a restart of the provider, and none when it is gone. */
async function credentialOfAPod({ node, note }: World, postgres: Postgres): Promise<void> {
  const user = () => inPod(node, SPACE, 'database', 'cat', '/secrets/username');
  const users = async () =>
    (await postgres.asOwner(`select rolname from pg_roles where rolname like 'v-%'`)).split('\n');
  const before = await user();
  await restartProvider(node);
  await untilPolled(node, SPACE, 'database', 2);
  assert.deepEqual([await user(), await users()], [before, [before]]);
  const deletedAt = Date.now();
  await node.kubectl(['delete', 'pod', 'database', '-n', SPACE, '--grace-period=1']);
  await node.until('the user to be gone', async () => (await users()).join() === '' || undefined);
  const seconds = ((Date.now() - deletedAt) / 1000).toFixed(1);
  note(`one database user over polls and a restart of the provider; gone ${seconds} s after its pod was deleted`);
}

type Check = (read: (file: string) => Promise<string>) => Promise<void>;

function examples({ node, store }: World, postgres: Postgres | undefined): Readonly<Record<string, Check>> {
  const secret = async (name: string) => {
    const { type, data } = await node.until(`Secret ${name}`, () => node.get(`secret/${name}`, '-n', SPACE));
    const values = Object.entries<string>(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]);
    return { type, data: Object.fromEntries(values) as Record<string, string> };
  };
  const key: Check = async (read) => assert.equal(await read('api-key'), 'second');
  return {
    app: async (read) => {
      assert.equal(await read('db-password'), 'pass');
      assert.equal(await read('db/user.txt'), 'user');
      assert.equal((await inPod(node, SPACE, 'app', 'stat', '-L', '-c', '%a', '/secrets/db-password')).trim(), '444');
    },
    'sync-env': async (read) => {
      await key(read);
      assert.deepEqual(await secret('api'), { type: 'Opaque', data: { API_KEY: 'second' } });
      assert.equal(await inPod(node, SPACE, 'sync-env', 'sh', '-c', 'printf %s "$API_KEY"'), 'second');
    },
    'tls-secret': async (read) => {
      const { type, data } = await secret('web-tls');
      assert.equal(type, 'kubernetes.io/tls');
      assertPair(data['tls.crt'] ?? '', await read('tls.key'));
      assertPair(await read('tls.crt'), data['tls.key'] ?? '');
    },
    pki: async (read) => {
      const certificate = assertPair(await read('tls.crt'), await read('tls.key'));
      assert.equal(certificate.subject, 'CN=app.example.com');
      assert.ok(certificate.verify(new X509Certificate(await read('ca.crt')).publicKey));
    },
    database: async (read) => {
      const [username, password] = [await read('username'), await read('password')];
      if (postgres === undefined) assert.deepEqual([username, password], ['user', 'pass']);
      else assert.equal(await postgres.query(username, password, 'select current_user'), username);
    },
    keys: async (read) => {
      assert.deepEqual([await read('db/user'), await read('db/password')], ['user', 'pass']);
      assert.equal(await read('level'), 'debug');
      await store.write('settings', { app_level: 'info', app_port: '80' });
      await untilPolled(node, SPACE, 'keys', 2);
      assert.deepEqual([await read('level'), await read('port')], ['info', '80']);
      await node.until(
        'the Secret to be rotated',
        async () => (await secret('settings')).data['LEVEL'] === 'info' || undefined,
      );
    },
    tree: async (read) => {
      assert.deepEqual([await read('team/db/password'), await read('team/api/v1/key')], ['of-team', 'first']);
      await store.write('team/api/v2', { key: 'second' });
      await untilPolled(node, SPACE, 'tree', 2);
      assert.equal(await read('team/api/v2/key'), 'second');
    },
    find: async (read) => {
      assert.equal(await read('web-db/password'), 'of-web');
      await store.request('POST', 'secret/metadata/found/api-db', { custom_metadata: { app: 'shop' } });
      await untilPolled(node, SPACE, 'find', 2);
      assert.equal(await read('api-db/password'), 'of-api');
    },
    expressions: async (read) => {
      const files = [await read('db-password'), await read('first-host'), await read('hosts')];
      assert.deepEqual(files, ['s3cr3t', 'a.example', 'a.example b.example']);
      assert.equal(await read('db-password.b64'), 'czNjcjN0');
      await store.write('service', service('rotated'));
      await node.until('the selected value to be rotated', async () =>
        (await read('db-password')) === 'rotated' ? true : undefined,
      );
      assert.equal(await read('first-host'), 'a.example');
      await node.until(
        'the Secret to be rotated',
        async () => (await secret('service')).data['DB_PASSWORD'] === 'rotated' || undefined,
      );
    },
    formats: async (read) => {
      const inShell = () =>
        inPod(node, SPACE, 'formats', 'sh', '-c', '. /secrets/mail.env; printf %s "$USER:$PASSWORD"');
      assert.equal(await inShell(), 'shop:$s3cr3t "#\n');
      assert.deepEqual(JSON.parse(await read('mail.json')), mail('s3cr3t'));
      assert.match(await read('mail.properties'), /^HOST=mail\.example$/m);
      assertPair(await read('tls.pem'), await read('tls.pem'));
      await store.write('mail', mail('rotated'));
      await node.until('the file to be rotated', async () => (await inShell()) === 'shop:$rotated "#\n' || undefined);
      await node.until('the Secret to be rotated', async () => {
        const { data } = await secret('mail');
        return JSON.parse(data['mail.json'] ?? '{}').PASSWORD === mail('rotated')['PASSWORD'] || undefined;
      });
    },
    absent: async (read) => {
      assert.deepEqual([await read('log-level'), await read('user')], ['info', 'user']);
      assert.equal((await inPod(node, SPACE, 'absent', 'ls', '/secrets')).trim(), 'log-level\nuser');
      await store.write('db', { user: 'user', password: 'pass', 'log-level': 'debug', extra: 'now' });
      await node.until('the default to give way', async () => (await read('log-level')) === 'debug' || undefined);
      assert.equal(await read('extra'), 'now');
    },
    templates: async (read) => {
      const file = (password: string) =>
        `[database]\nuser = shop\npassword = "${password}"\n[hosts]\nhost0 = a.example\nhost1 = b.example\n`;
      assert.deepEqual([await read('app.ini'), await read('dsn')], [file('first'), 'postgres://user:pass@db']);
      await store.write('shop', { user: 'shop', password: 'second' });
      await node.until('the file to be rotated', async () => (await read('app.ini')) === file('second') || undefined);
    },
    jwt: key,
    namespace: async (read) => assert.equal(await read('api-key'), 'of-team-a'),
    openbao: async (read) => {
      await key(read);
      assert.equal(await read('api-key.first'), 'first');
    },
  };
}

function assertPair(certificate: string, key: string): X509Certificate {
  const parsed = new X509Certificate(certificate);
  assert.ok(parsed.publicKey.equals(createPublicKey(key)), 'key and certificate belong together');
  return parsed;
}

/** What a shell would take for its own, were it not quoted. */
function mail(password: string): Readonly<Record<string, string>> {
  return { HOST: 'mail.example', PASSWORD: `$${password} "#\n`, USER: 'shop' };
}

/** A map below a key, and JSON in a text. */
function service(password: string) {
  return { db: { password }, config: JSON.stringify({ hosts: ['a.example', 'b.example'] }) };
}

async function prepareEngines(store: Store, postgres: Postgres | undefined): Promise<void> {
  await store.mount('sys/mounts/pki', 'pki');
  await store.request('POST', 'pki/root/generate/internal', { common_name: 'authority', ttl: '720h' });
  await store.request('POST', 'pki/roles/app', { allowed_domains: ['example.com'], allow_subdomains: true });
  const { data: pair } = await store.request('POST', 'pki/issue/app', { common_name: 'web.example.com', ttl: '24h' });
  await store.write('tls', { certificate: pair.certificate, key: pair.private_key });

  await store.write('service', service('s3cr3t'));
  await store.write('db', { user: 'user', password: 'pass' });
  await store.write('shop', { user: 'shop', password: 'first' });
  await store.write('team/db', { password: 'of-team' });
  await store.write('team/api/v1', { key: 'first' });
  for (const name of ['web', 'api']) await store.write(`found/${name}-db`, { password: `of-${name}` });
  await store.request('POST', 'secret/metadata/found/web-db', { custom_metadata: { app: 'shop' } });
  await store.write('mail', mail('s3cr3t'));
  await store.write('settings', { app_level: 'debug', app_level_old: 'trace', other: 'x' });
  // Two versions, whatever an earlier step wrote there.
  await store.request('DELETE', 'secret/metadata/api');
  await store.write('api', { key: 'first' });
  await store.write('api', { key: 'second' });

  if (postgres === undefined) {
    await store.mount('sys/mounts/database', 'kv');
    await store.request('POST', 'database/creds/app', { username: 'user', password: 'pass' });
    return;
  }
  await store.mount('sys/mounts/database', 'database');
  await store.request('POST', 'database/config/pg', { allowed_roles: ['app'], ...postgres.connection });
  await store.request('POST', 'database/roles/app', {
    db_name: 'pg',
    creation_statements: [`CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`],
    default_ttl: '1h',
  });
}

async function prepareLogins({ node, store }: World): Promise<void> {
  await store.addPolicy('examples', POLICY);
  await store.addRole('app', { ...ACCOUNTS, policies: ['examples'] });
  await store.addRole('app-openbao', { ...ACCOUNTS, policies: ['examples'], audience: 'openbao' });

  await store.logInByJwt(node, 'cluster-a');
  await store.request('POST', 'auth/cluster-a/role/app', {
    role_type: 'jwt',
    bound_audiences: ['vault'],
    bound_subject: `system:serviceaccount:${SPACE}:app`,
    user_claim: 'sub',
    token_policies: ['examples'],
  });

  await store.request('POST', 'sys/namespaces/team-a', {});
  await store.mount('team-a/sys/mounts/secret', 'kv', { options: { version: '2' } });
  // A new mount of version 2 refuses writes for a moment.
  await node.until('the engine of team-a', () =>
    store.request('POST', 'team-a/secret/data/api', { data: { key: 'of-team-a' } }),
  );
  await store.request('PUT', 'team-a/sys/policies/acl/examples', { policy: POLICY });
  await store.mount('team-a/sys/auth/kubernetes', 'kubernetes');
  const reviewer = ['create', 'token', 'token-reviewer', '-n', 'kube-system', '--duration=24h'];
  await store.request('POST', 'team-a/auth/kubernetes/config', {
    kubernetes_host: `https://${NODE_IP}:443`,
    kubernetes_ca_cert: await node.run(['cat', node.caFile]),
    token_reviewer_jwt: (await node.kubectl(reviewer)).trim(),
    disable_local_ca_jwt: true,
  });
  await store.request('POST', 'team-a/auth/kubernetes/role/app', {
    bound_service_account_names: ACCOUNTS.accounts,
    bound_service_account_namespaces: ACCOUNTS.namespaces,
    audience: 'vault',
    token_policies: ['examples'],
  });
}

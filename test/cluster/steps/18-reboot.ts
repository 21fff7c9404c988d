// The node's power goes with fifty pods on it, and comes back: docs/restart.md. Each container writes down at its start
// what it sees, as Ready is not trusted.
import assert from 'node:assert/strict';
import { applyDriver } from '../node/driver.ts';
import type { Json, Node } from '../node/node.ts';
import { Postgres } from '../node/postgres.ts';
import type { Store } from '../node/store.ts';
import { openNamespace, pod, secretClass, waitsForFile } from '../pods.ts';
import { DRIVER_OPTIONS, type Step, type World } from '../world.ts';

const SPACE = 'reboot';
const ENGINE = 'database-of-reboot';

/** Pods by class: those of `own` have a database user each, those of `shared` have one together. */
const PODS = { fixed: 30, own: 15, shared: 5 };
const FIFTY = Object.entries(PODS).flatMap(([name, count]) =>
  Array.from({ length: count }, (_, index) => `${name}-${index}`),
);
const USERS = PODS.own + 1;
/** So long lives a user of whom nobody knows any longer. */
const LEASE_TTL = '60s';
const FIXED = 'app of-the-app';

/** The driver leaves a volume empty whose mount point is younger than this: docs/known-limits.md. */
const POLL_INTERVAL = '10m';
/** Two more pods that stay so young; the fifty are made older. The second has the init container of that page. */
const YOUNG = 'young';
const GUARDED = 'guarded';

/** On a disk, where a boot leaves it; the driver looks there first. */
const DEAD_SOCKET = '/etc/kubernetes/secrets-store-csi-providers/vault.sock';

const LOOK = 'echo "$(cat /secrets/username) $(cat /secrets/password)"; exec sleep 2147483647';

export const step: Step = {
  title: 'node rebooted',
  proves:
    'fifty pods start with their files, each lease has a second user until its first ends; a pod too young: empty',
  async run(world) {
    const postgres = await Postgres.start(world.node);
    if (postgres === undefined) return world.note('no PostgreSQL on this machine: not tried');
    await openNamespace(world.node, SPACE);
    try {
      await applyDriver(world.node, { ...DRIVER_OPTIONS, pollInterval: POLL_INTERVAL });
      await reboot(world, postgres);
    } finally {
      await applyDriver(world.node, DRIVER_OPTIONS);
    }
  },
};

async function reboot({ node, store, note }: World, postgres: Postgres): Promise<void> {
  await prepareStore(store, postgres);
  await startPods(node);
  const usersBefore = await assertFilled(postgres, await untilLooked(node, 0, [...FIFTY, YOUNG, GUARDED]));
  const before = await untilUsersAre(node, postgres, usersBefore);

  const downAt = Date.now();
  let whileDown: readonly string[] = [];
  await node.reboot(async () => {
    whileDown = await usersOf(postgres);
    await node.run(['test', '-S', DEAD_SOCKET]);
    await makeOlder(node);
  });
  const upAt = Date.now();
  const looks = await untilLooked(node, upAt, [...FIFTY, YOUNG]);
  const then = await usersOf(postgres);
  const started = FIFTY.map((name) => (looks.get(name)?.at ?? Number.NaN) - upAt);
  note(
    `${started.length} pods, down for ${inSeconds(upAt - downAt)} s: the first had its files ` +
      `${inSeconds(Math.min(...started))} s after the kubelet's start, the last ${inSeconds(Math.max(...started))} s`,
  );
  const { items } = await node.get('events', '-n', 'default', '--field-selector=reason=Rebooted');
  assert.equal(items.length, 1, 'the kubelet tells that the machine was rebooted');

  const users = await assertFilled(postgres, looks);
  assert.deepEqual(users.intersection(usersBefore), new Set(), 'users of the boot before');
  assert.equal(looks.get(YOUNG)?.text.trim(), '', 'known-limits.md says that it starts empty');
  assert.equal(looks.get(GUARDED), undefined, 'it waits for its file');
  // Its next poll fills the volume.
  await applyDriver(node, DRIVER_OPTIONS);
  assert.equal((await untilLooked(node, upAt, [GUARDED])).get(GUARDED)?.text, FIXED);
  const left = new Set(then).intersection(usersBefore).size;
  const after = await untilUsersAre(node, postgres, users);
  note(
    `database users: ${before} before, ${whileDown.length} while it was down, ${then.length} when the last pod had its ` +
      `files (${left} of the boot before), ${after} after ${inSeconds(Date.now() - downAt)} s (leases of ${LEASE_TTL})`,
  );
}

/** @returns the database users of the pods, each of whom can log in */
async function assertFilled(postgres: Postgres, looks: Looks): Promise<Set<string>> {
  const users = new Set<string>();
  for (const name of FIFTY) {
    const { text = '' } = looks.get(name) ?? {};
    if (name.startsWith('fixed')) {
      assert.equal(text, FIXED, name);
      continue;
    }
    const [user = '', password = ''] = text.split(' ');
    assert.notEqual(user, '', `${name} started empty`);
    assert.equal(await postgres.query(user, password, 'select current_user'), user, name);
    users.add(user);
  }
  assert.equal(users.size, USERS);
  return users;
}

/** Several leases of one login are revoked at once, and each is issued anew: there are more for a moment. */
async function untilUsersAre(node: Node, postgres: Postgres, expected: ReadonlySet<string>): Promise<number> {
  return node.until('the users of the pods and no others', async () => {
    const users = await usersOf(postgres);
    assert.deepEqual(new Set(users), expected);
    return users.length;
  });
}

async function usersOf(postgres: Postgres): Promise<readonly string[]> {
  const names = await postgres.asOwner(`select rolname from pg_roles where rolname like 'v-%-reboot-%'`);
  return names.split('\n').filter(Boolean);
}

type Looks = ReadonlyMap<string, { readonly at: number; readonly text: string }>;

/** What each container saw at its start, by pod: read from the kubelet's files, as the API gives a log at a time. */
async function untilLooked(node: Node, since: number, names: readonly string[]): Promise<Looks> {
  return node.until(`${names.length} pods have looked`, async () => {
    const lines = await node.run(['sh', '-c', `grep -rH " stdout F " /var/log/pods/${SPACE}_*`]);
    const looks = [...lines.matchAll(/\/reboot_([^_]+)_[^:]*:(\S+) stdout F (.*)$/gm)]
      .map(([, name = '', at = '', text = '']) => ({ name, at: Date.parse(at), text }))
      .filter(({ at }) => at >= since);
    const found = new Map(looks.map(({ name, at, text }) => [name, { at, text }]));
    assert.equal(found.size, looks.length, 'a container started twice');
    const missing = names.filter((name) => !found.has(name));
    if (missing.length > 0) throw new Error(`not ${missing.join(', ')}`);
    return found;
  });
}

async function startPods(node: Node): Promise<void> {
  const objects = (secretPath: string, more: object = {}) =>
    ['username', 'password'].map((key) => ({ objectName: key, secretPath, secretKey: key, ...more }));
  const parameters = { roleName: 'reboot' };
  const classes = {
    fixed: objects('secret/data/reboot/app'),
    own: objects(`${ENGINE}/creds/reboot-own`),
    shared: objects(`${ENGINE}/creds/reboot-shared`, { share: 'serviceAccount' }),
  };
  const of = (name: string, className: string) =>
    pod(SPACE, name, { volumes: { '/secrets': className }, command: ['sh', '-c', LOOK] });
  const guarded = of(GUARDED, 'fixed') as Json;
  guarded.spec.initContainers = [waitsForFile(guarded.spec.containers[0].volumeMounts)];
  await node.apply(
    ...Object.entries(classes).map(([name, objects]) => secretClass(SPACE, name, { parameters, objects })),
    ...FIFTY.map((name) => of(name, name.replace(/-\d+$/, ''))),
    of(YOUNG, 'fixed'),
    guarded,
  );
}

async function prepareStore(store: Store, postgres: Postgres): Promise<void> {
  await store.write('reboot/app', { username: FIXED.split(' ')[0], password: FIXED.split(' ')[1] });
  await store.addPolicy(
    'reboot',
    `path "secret/data/reboot/*" { capabilities = ["read"] } path "${ENGINE}/creds/*" { capabilities = ["read"] }`,
  );
  await store.addRole('reboot', { namespaces: [SPACE], policies: ['reboot'] });
  await store.request('POST', `sys/mounts/${ENGINE}`, { type: 'database' });
  const roles = ['reboot-own', 'reboot-shared'];
  await store.request('POST', `${ENGINE}/config/pg`, { allowed_roles: roles, ...postgres.connection });
  for (const role of roles) {
    await store.request('POST', `${ENGINE}/roles/${role}`, {
      db_name: 'pg',
      creation_statements: [`CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`],
      default_ttl: LEASE_TTL,
    });
  }
}

/** As if the fifty had been started an hour ago. */
async function makeOlder(node: Node): Promise<void> {
  const { items } = await node.get('pods', '-n', SPACE);
  const mountPoints = items
    .filter(({ metadata }: Json) => FIFTY.includes(metadata.name))
    .map(({ metadata }: Json) => `/var/lib/kubelet/pods/${metadata.uid}/volumes/kubernetes.io~csi/s0/mount`);
  await node.run(['touch', '--no-create', '--date=1 hour ago', ...mountPoints]);
}

function inSeconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

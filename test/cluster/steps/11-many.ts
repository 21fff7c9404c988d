// A hundred pods at once on one node, as after a node was replaced.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { providerMetric } from '../metrics.ts';
import { applyDriver } from '../node/driver.ts';
import type { Node } from '../node/node.ts';
import type { Store } from '../node/store.ts';
import { PATIENCE_MS } from '../node/wait.ts';
import { openNamespace, pod, secretClass } from '../pods.ts';
import { installProvider } from '../provider.ts';
import { DRIVER_OPTIONS, type Step, type World } from '../world.ts';

const SPACE = 'many';
/** Each has a class, an account, a role and a secret of its own. */
const APPS = Array.from({ length: 10 }, (_, index) => `app-${index}`);
const PODS_PER_APP = 10;
const PODS = APPS.length * PODS_PER_APP;
/** 20 s to 33 s were seen on two cores, and several times that beside other work. */
const READY_WITHIN_MS = 2 * PATIENCE_MS;
/** However slowly the pods come, an app's first read is the one for all of them, and no poll wants a newer one. */
const ONE_READ = { extraArgs: ['--coalesce-window=1h'] };
const NO_POLLS = { ...DRIVER_OPTIONS, pollInterval: '1h' };
const LABEL = { set: 'many' };

export const step: Step = {
  title: 'a hundred pods at once',
  proves:
    'all are Ready with the file of their own app; pods of an account share a login, and a read within its window',
  async run(world) {
    const { node, store } = world;
    await openNamespace(node, SPACE);
    await prepare(node, store);
    try {
      await installProvider(node, ONE_READ);
      await applyDriver(node, NO_POLLS);
      await startPods(world);
    } finally {
      await applyDriver(node, DRIVER_OPTIONS);
      await installProvider(node);
    }
  },
};

async function startPods({ node, store, note }: World): Promise<void> {
  const before = await storeRequests(store);
  const pods = APPS.flatMap((app) =>
    Array.from({ length: PODS_PER_APP }, (_, index) =>
      pod(SPACE, `${app}-${index}`, {
        account: app,
        volumes: { '/secrets': app },
        labels: LABEL,
        command: ['sh', '-c', 'echo "$(cat /secrets/password)"; exec sleep 2147483647'],
      }),
    ),
  );
  const startedAt = performance.now();
  await node.apply(...pods);
  const wait = ['wait', '--for=condition=Ready', 'pod', '-n', SPACE, '-l', 'set=many'];
  await node.kubectl([...wait, `--timeout=${READY_WITHIN_MS / 1000}s`], { timeoutMs: READY_WITHIN_MS + 60_000 });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const after = await storeRequests(store);
  const logins = after.logins - before.logins;
  const reads = after.reads - before.reads;
  const memoryMib = (await providerMetric(node, 'process_resident_memory_bytes')) / 2 ** 20;
  note(`${PODS} pods of ${APPS.length} apps Ready in ${seconds} s; the store saw ${logins} logins, ${reads} reads`);
  note(`the provider's memory is then ${memoryMib.toFixed(0)} MiB`);
  const expected = Object.fromEntries(pods.map((one) => [nameOf(one), passwordOf(one)]));
  // A container is Ready before it has said anything.
  await node.until('what each pod says', async () => {
    assert.deepEqual(await seenByPods(node), expected);
    return true;
  });
  assert.equal(logins, APPS.length);
  assert.equal(reads, APPS.length);

  const deletedAt = performance.now();
  await node.kubectl(['delete', 'namespace', SPACE], { timeoutMs: READY_WITHIN_MS });
  note(`all gone ${((performance.now() - deletedAt) / 1000).toFixed(1)} s after their deletion`);
}

async function prepare(node: Node, store: Store): Promise<void> {
  for (const app of APPS) {
    await store.write(`many/${app}`, { password: `of-${app}` });
    await store.addPolicy(`many-${app}`, `path "secret/data/many/${app}" { capabilities = ["read"] }`);
    await store.addRole(`many-${app}`, { namespaces: [SPACE], accounts: [app], policies: [`many-${app}`] });
  }
  const objects = (app: string) => [
    { objectName: 'password', secretPath: `secret/data/many/${app}`, secretKey: 'password' },
  ];
  await node.apply(
    ...APPS.map((name) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: SPACE, name } })),
    ...APPS.map((app) => secretClass(SPACE, app, { parameters: { roleName: `many-${app}` }, objects: objects(app) })),
  );
}

interface Counts {
  readonly logins: number;
  readonly reads: number;
}

/** As the store's own audit has them; other steps' pods log in meanwhile, by other policies. */
async function storeRequests(store: Store): Promise<Counts> {
  const lines = (await readFile(store.auditFile, 'utf8')).trim().split('\n');
  const answers = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === 'response');
  const logins = answers.filter(
    ({ request, auth }) =>
      request.path === 'auth/kubernetes/login' && auth?.policies?.some((name: string) => name.startsWith('many-')),
  );
  const reads = answers.filter(({ request }) => request.path.startsWith('secret/data/many/'));
  return { logins: logins.length, reads: reads.length };
}

/** What each container wrote at its start, by pod: read from the kubelet's files, as the API gives a log at a time. */
async function seenByPods(node: Node): Promise<Record<string, string>> {
  const logs = await node.run(['sh', '-c', `grep -H "" /var/log/pods/${SPACE}_*/app/0.log`]);
  const lines = logs.matchAll(/\/many_([^_]+)_\S+ stdout F (.*)$/gm);
  return Object.fromEntries([...lines].map(([, name, text]) => [name, text]));
}

function nameOf(one: object): string {
  return (one as { metadata: { name: string } }).metadata.name;
}

function passwordOf(one: object): string {
  return `of-${nameOf(one).replace(/-\d+$/, '')}`;
}

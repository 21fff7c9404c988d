// A hundred pods at once on one node, as after a node was replaced.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { providerMetric } from '../metrics.ts';
import type { Node } from '../node/node.ts';
import type { Store } from '../node/store.ts';
import { openNamespace, pod, secretClass } from '../pods.ts';
import type { Step } from '../world.ts';

const SPACE = 'many';
/** Each has a class, an account, a role and a secret of its own. */
const APPS = Array.from({ length: 10 }, (_, index) => `app-${index}`);
const PODS_PER_APP = 10;
const PODS = APPS.length * PODS_PER_APP;
/** 20 s to 27 s were seen on two cores. */
const READY_WITHIN_S = 240;
const GONE_WITHIN_MS = 120_000;
const LABEL = { set: 'many' };

export const step: Step = {
  title: 'a hundred pods at once',
  proves: 'all are Ready with the file of their own app; pods of an account share a login; fewer reads than pods',
  async run({ node, store, note }) {
    await openNamespace(node, SPACE);
    await prepare(node, store);
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
    const wait = [
      'wait',
      '--for=condition=Ready',
      'pod',
      '-n',
      SPACE,
      '-l',
      'set=many',
      `--timeout=${READY_WITHIN_S}s`,
    ];
    await node.kubectl(wait, { timeoutMs: (READY_WITHIN_S + 10) * 1000 });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const after = await storeRequests(store);
    const logins = after.logins - before.logins;
    const reads = after.reads - before.reads;
    const memoryMib = (await providerMetric(node, 'process_resident_memory_bytes')) / 2 ** 20;
    note(`${PODS} pods of ${APPS.length} apps Ready in ${seconds} s; the store saw ${logins} logins, ${reads} reads`);
    note(`the provider's memory is then ${memoryMib.toFixed(0)} MiB`);
    assert.deepEqual(await seenByPods(node), Object.fromEntries(pods.map((one) => [nameOf(one), passwordOf(one)])));
    assert.equal(logins, APPS.length);
    assert.ok(reads >= APPS.length && reads < PODS, `${reads} reads`);

    const deletedAt = performance.now();
    await node.kubectl(['delete', 'namespace', SPACE], { timeoutMs: GONE_WITHIN_MS });
    note(`all gone ${((performance.now() - deletedAt) / 1000).toFixed(1)} s after their deletion`);
  },
};

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

// Coming from another provider, as docs/install.md has it: its section is followed from the defaults of each chart that
// people come from, with a pod that runs throughout and looks at its file all the time.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Block, blocksOf } from '../../docs/page.ts';
import { restartDriver, untilRolledOut } from '../node/driver.ts';
import type { Json, Node } from '../node/node.ts';
import { forgetPeer, type Peer, startPeer } from '../node/peers.ts';
import { PATIENCE_MS } from '../node/wait.ts';
import { eventsOf, inPod, pod, secretClass, untilReady } from '../pods.ts';
import { helm, PROVIDER_NAMESPACE, providerLog, RELEASE, untilPolled } from '../provider.ts';
import { PAGE, Reader, SOCKET_FOLDERS, SPACE } from '../reader.ts';
import type { Step, World } from '../world.ts';

const STORE_PORT = 8270;
const [ETC = '', RUN = ''] = SOCKET_FOLDERS;
const UPGRADE = `helm upgrade secretmount deploy/helm/secretmount --namespace ${PROVIDER_NAMESPACE} --values values.yaml`;
/** The last of its kind before theirs is removed. */
const SWITCH = 'updateStrategy.maxUnavailable';

interface Start {
  readonly what: string;
  readonly peer: Peer;
  readonly dies?: boolean;
  /** A driver that starts while both are there looks for the name anew. */
  readonly isDriverRestarted?: boolean;
}

const VAULT = { name: 'vault', chart: 'hashicorp/vault' } as const;
const STARTS: readonly Start[] = [
  { what: "OpenBao's chart", peer: { name: 'openbao', chart: 'openbao/openbao', providersDir: ETC } },
  { what: "Vault's chart before 0.31, its socket left dead", peer: { ...VAULT, providersDir: ETC }, dies: true },
  { what: "Vault's chart from 0.31 on", peer: { ...VAULT, providersDir: RUN }, isDriverRestarted: true },
];

export const step: Step = {
  title: 'side by side, then switch',
  proves: "from both peers' chart defaults to ours by docs/install.md, pods running throughout, the driver left alone",
  async run(world) {
    const { node, note } = world;
    const reader = await Reader.start(node, STORE_PORT);
    try {
      const blocks = blocksOf(PAGE);
      const section = blocks.filter(({ mark }) => mark === 'command: switch');
      const begin = section[0]?.line ?? 0;
      await reader.follow(blocks.filter(({ mark, line }) => mark === 'command: cluster' && line < begin));
      const values = await readFile(join(reader.folder, 'values.yaml'), 'utf8');
      await failsOnReadOnlyFolder(node, reader, note);
      for (const start of STARTS) {
        await writeFile(join(reader.folder, 'values.yaml'), values);
        await follow(world, reader, section, start);
      }
      await goBack(node, reader, STARTS.at(-1) ?? assert.fail());
    } finally {
      await deletePods(node);
      for (const { peer } of STARTS) await forgetPeer(node, peer);
      await reader.stop();
    }
  },
};

async function follow({ node, note }: World, reader: Reader, section: readonly Block[], start: Start): Promise<void> {
  const { what, peer } = start;
  await prepare(node, reader, start);
  const driver = await driverPod(node);
  await watch(node, peer);
  const versions = await versionsOf(node);

  const [names = assert.fail(), ...rest] = section.map((block) => exchange(block, peer));
  const at = rest.findIndex(({ text }) => text.includes(SWITCH)) + 1;
  await reader.follow([names, ...rest.slice(0, at)]);
  if (start.isDriverRestarted) await restartDriver(node);
  await mounts(node, 'between');
  assert.equal(await mountedHere(node, 'between'), false, 'the other provider still has the name');

  // At the moment of the removal, so that it may meet the gap.
  const [seconds] = await Promise.all([mounts(node, 'after'), reader.follow([names, ...rest.slice(at)])]);
  const isByUs = await mountedHere(node, 'after');
  // On a busy machine the removal may come after its mount.
  await mounts(node, 'then');
  assert.ok(await mountedHere(node, 'then'), 'ours answers');
  await untilPolled(node, SPACE, 'watching', 1);
  assert.deepEqual(await versionsOf(node), versions, 'object versions stay the same');
  assert.deepEqual(await seen(node), ['second']);
  await reader.run('bao kv patch -mount=secret db password=third');
  await node.until('the next value', async () => (await seen(node)).includes('third'));
  assert.deepEqual(await seen(node), ['second', 'third']);
  const { status } = await node.get('pod/watching', '-n', SPACE);
  assert.equal(status.containerStatuses[0].restartCount, 0);
  if (!start.isDriverRestarted) assert.deepEqual(await driverPod(node), driver, 'the driver is left alone');
  note(`from ${what}: a pod made at the removal was Ready ${seconds} s later, by ${isByUs ? 'ours' : 'theirs'}`);
}

/** As the page says, after a driver has found ours in its first folder. */
async function goBack(node: Node, reader: Reader, { peer }: Start): Promise<void> {
  await restartDriver(node);
  await mounts(node, 'before-the-way-back', 'third');
  await reader.run(`${UPGRADE} --set 'providerSockets={${peer.name}-try}'`);
  await untilRolledOut(node, PROVIDER_NAMESPACE, RELEASE);
  await serve(node, reader, peer);
  await restartDriver(node);
  await mounts(node, 'after-the-way-back', 'third');
  assert.equal(await mountedHere(node, 'after-the-way-back'), false, 'the other provider has the name again');
}

/** Theirs alone, with everything working, and a driver that has found it. */
async function prepare(node: Node, reader: Reader, { peer, dies }: Start): Promise<void> {
  await deletePods(node);
  await helm(node, ['uninstall', RELEASE, '--namespace', PROVIDER_NAMESPACE, '--ignore-not-found', '--wait']);
  await node.kubectl(['delete', 'secrets', '--all', '-n', PROVIDER_NAMESPACE]);
  await reader.run(
    'kubectl --namespace secretmount create secret generic vault-ca --from-file=ca.crt=vault-ca.crt; exec bao kv patch -mount=secret db password=second',
  );
  await reader.run(`exec bao write auth/kubernetes/role/app bound_service_account_namespaces=${SPACE} \
    bound_service_account_names=app audience=${peer.name} token_policies=app token_ttl=1h`);
  await node.until('no socket is left', async () => (await socketsOf(node)).length === 0);
  await forgetPeer(node, peer);
  await serve(node, reader, peer, dies);
  assert.deepEqual(await socketsOf(node), [`${peer.providersDir}/${peer.name}.sock`]);
  await restartDriver(node);
  const app = 'docs/examples/app.yaml';
  await reader.run(`sed -i 's/provider: [a-z]*/provider: ${peer.name}/' ${app}
    kubectl --namespace ${SPACE} replace --force -f ${app}
    kubectl --namespace ${SPACE} wait --for=condition=Ready --timeout=90s pod/app`);
}

async function serve(node: Node, reader: Reader, peer: Peer, dies = false): Promise<void> {
  const caPem = await readFile(join(reader.folder, 'vault-ca.crt'), 'utf8');
  await startPeer(node, peer, { storeAddress: reader.storeAddress, caPem, dies });
}

/** Keeps each value that its file had, and that it had none. */
const WATCH = [
  'sh',
  '-c',
  'while :; do v=$(cat /secrets/password 2>&1); [ "$v" = "$last" ] || echo "$v" >>/tmp/seen; last=$v; sleep 0.1; done',
];

async function watch(node: Node, { name: provider }: Peer): Promise<void> {
  const objects = [{ objectName: 'password', secretPath: 'secret/data/db', secretKey: 'password' }];
  await node.apply(
    secretClass(SPACE, 'watching', { provider, objects }),
    pod(SPACE, 'watching', { account: 'app', command: WATCH }),
  );
  await untilReady(node, SPACE, 'watching');
}

async function seen(node: Node): Promise<readonly string[]> {
  return (await inPod(node, SPACE, 'watching', 'cat', '/tmp/seen')).trim().split('\n');
}

async function versionsOf(node: Node): Promise<Json> {
  const { status } = await node.get(`secretproviderclasspodstatus/watching-${SPACE}-watching`, '-n', SPACE);
  return status.objects;
}

/** Returns after how many seconds it was Ready. */
async function mounts(node: Node, name: string, value = 'second'): Promise<string> {
  const madeAt = performance.now();
  await node.apply(pod(SPACE, name, { account: 'app', volumes: { '/secrets': 'watching' } }));
  await untilReady(node, SPACE, name);
  const seconds = ((performance.now() - madeAt) / 1000).toFixed(1);
  assert.equal(await inPod(node, SPACE, name, 'cat', '/secrets/password'), value);
  return seconds;
}

async function mountedHere(node: Node, name: string): Promise<boolean> {
  const lines = await providerLog(node);
  return lines.some((line) => line.msg === 'mounted' && line.pod === name);
}

async function driverPod(node: Node): Promise<readonly string[]> {
  const { items } = await node.get('pods', '-n', 'kube-system', '-l', 'app=csi-secrets-store');
  return items.map((one: Json) => `${one.metadata.name} ${one.status.containerStatuses[0].restartCount}`);
}

async function socketsOf(node: Node): Promise<readonly string[]> {
  const found = await node.run(['find', ...SOCKET_FOLDERS, '-name', '*.sock']);
  return found.split('\n').filter((line) => line !== '');
}

/** The page's first line for the other chart, as it says. */
function exchange(block: Block, { name, chart }: Peer): Block {
  return { ...block, text: block.text.replace(/^theirs=vault chart=.*$/m, `theirs=${name} chart=${chart}`) };
}

/** While their provider is there: a poll that hangs without it holds a pod's end up. */
async function deletePods(node: Node): Promise<void> {
  await node.kubectl(['delete', 'pods', '--all', '-n', SPACE, '--grace-period=1'], { timeoutMs: PATIENCE_MS });
}

/** As on a node whose /etc cannot be written: the chart's README says what is seen, and the value that helps. */
async function failsOnReadOnlyFolder(node: Node, reader: Reader, note: World['note']): Promise<void> {
  await deletePods(node);
  await reader.run(`${UPGRADE} --set additionalSocketFolder=/usr/read-only/secrets-store-csi-providers`);
  const text = await node.until('the event of the pod that hangs', async () => {
    const { items } = await node.get('pods', '-n', PROVIDER_NAMESPACE);
    for (const { metadata } of items) {
      const events = await eventsOf(node, PROVIDER_NAMESPACE, metadata.name);
      const found = events.find((event) => event.includes('read-only file system'));
      if (found !== undefined) return found;
    }
    return undefined;
  });
  note(`a folder that cannot be made: ${text.replace(/\s+/g, ' ').slice(0, 160)}`);
  await reader.run(`${UPGRADE} --set additionalSocketFolder=`);
  await untilRolledOut(node, PROVIDER_NAMESPACE, RELEASE);
  assert.deepEqual(
    (await socketsOf(node)).toSorted(),
    ['openbao', 'vault'].map((name) => `${RUN}/${name}.sock`),
  );
}

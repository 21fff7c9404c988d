// With rotation on, the driver starts a pod with an empty volume where a provider answers the first mount with one of
// five gRPC codes. For each of our reasons: the container does not run before its file is there. Ready is not
// trusted: the container writes down at its start what it sees.
import assert from 'node:assert/strict';
import { type Interruption, interruptMount } from '../interruptions.ts';
import { BROKEN_STORES, startBrokenStores } from '../node/broken-stores.ts';
import { NODE_IP } from '../node/control-plane.ts';
import { applyDriver } from '../node/driver.ts';
import type { Json, Node } from '../node/node.ts';
import type { Store } from '../node/store.ts';
import { FinalError, PATIENCE_MS } from '../node/wait.ts';
import { openNamespace, pod, SEE_AT_START, type SecretObject, secretClass, seenAtStart } from '../pods.ts';
import { installProvider } from '../provider.ts';
import { DRIVER_OPTIONS, type Step, type World } from '../world.ts';

/** The driver's default, at which a volume can stay empty for longest, and the suite's own. */
const DEFAULT_INTERVAL = '2m';
const INTERVALS = [DEFAULT_INTERVAL, DRIVER_OPTIONS.pollInterval ?? '5s'];
/** A killed container is started at once only the first time: the two that make a new pod come after it. */
const INTERRUPTIONS: readonly Interruption[] = ['killed', 'stopped', 'rolled'];
/**
 * The time of one mount, instead of 30 s: a store that hangs would hold the step up, and the kubelet's back-off would
 * grow.
 */
const SHORT_MOUNTS = { mountTimeoutSeconds: 4 };
/** The empty volume appears at the kubelet's second call, which the driver answers by itself: a third shows there was none. */
const FAILURES = 3;
const READY_WITHIN_S = PATIENCE_MS / 1000;

export const step: Step = {
  title: 'never an empty volume',
  proves: 'for each reason, and with the provider killed, stopped or rolled in a mount: no start without the file',
  async run(world) {
    const { node, store } = world;
    await startBrokenStores(node);
    await prepareStore(store);
    try {
      await applyDriver(node, { ...DRIVER_OPTIONS, pollInterval: DEFAULT_INTERVAL });
      await interruptMounts(world);
      await installProvider(node, SHORT_MOUNTS);
      const reasons = new Set<string>();
      for (const interval of INTERVALS) {
        await applyDriver(node, { ...DRIVER_OPTIONS, pollInterval: interval });
        for (const reason of await tryInterval(world, interval)) reasons.add(reason);
      }
      world.note(
        `intervals ${INTERVALS.join(' and ')}, ${CASES.length} pods each held back: ${[...reasons].join(', ')}`,
      );
    } finally {
      await installProvider(node);
      await applyDriver(node, DRIVER_OPTIONS);
    }
  },
};

interface Case {
  readonly name: string;
  /** Default: a role and a read that succeed. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly object?: Partial<SecretObject>;
  /** Where one alone would not fail. */
  readonly more?: Partial<SecretObject>;
}

const LARGE = { secretPath: 'secret/data/empty/large' };

const CASES: readonly Case[] = [
  { name: 'role-refused', parameters: { roleName: 'empty-other' } },
  { name: 'read-forbidden', object: { secretPath: 'secret/data/forbidden' } },
  { name: 'path-missing', object: { secretPath: 'secret/data/empty/none' } },
  { name: 'version-deleted', object: { secretPath: 'secret/data/empty/deleted' } },
  { name: 'key-missing', object: { secretKey: 'none' } },
  { name: 'class-invalid', object: { encoding: 'base65' } },
  { name: 'undecodable', object: { encoding: 'hex' } },
  { name: 'request-refused', object: { secretPath: 'secret/data/empty/db', method: 'POST' } },
  { name: 'files-too-large', object: LARGE, more: { ...LARGE, objectName: 'second' } },
  { name: 'token-missing', parameters: { audience: 'nobody-lists-this' } },
  {
    name: 'tls-file',
    parameters: { vaultAddress: `https://${NODE_IP}:8200`, vaultCACertPath: '/etc/secretmount/none.pem' },
  },
  { name: 'store-tls', parameters: { vaultAddress: `https://${NODE_IP}:443` } },
  { name: 'address-refused', parameters: { vaultAddress: 'http://169.254.169.254' } },
  ...Object.entries(BROKEN_STORES).map(([name, vaultAddress]) => ({
    name: `store-${name}`,
    parameters: { vaultAddress },
  })),
];

async function prepareStore(store: Store): Promise<void> {
  await store.write('empty/db', { password: 'filled' });
  await store.write('empty/deleted', { password: 'deleted' });
  await store.request('DELETE', 'secret/data/empty/deleted');
  // Two of these are over the driver's 4 MiB, one is under the store's own bound.
  await store.write('empty/large', { password: 'x'.repeat(2.2 * 2 ** 20) });
  await store.addPolicy('empty', 'path "secret/data/empty*" { capabilities = ["read", "create", "update"] }');
  await store.addRole('empty', { policies: ['empty'] });
  await store.addRole('empty-other', { accounts: ['somebody-else'], policies: ['empty'] });
}

async function interruptMounts(world: World): Promise<void> {
  const space = 'empty-interrupted';
  await openNamespace(world.node, space);
  for (const how of INTERRUPTIONS) {
    const seconds = await interruptMount(world, space, 'empty', how);
    world.note(`interval ${DEFAULT_INTERVAL}, provider ${how} in a first mount: filled ${seconds.toFixed(1)} s later`);
  }
  await world.node.kubectl(['delete', 'namespace', space, '--wait=false']);
}

/** @returns the reasons of the pods' events */
async function tryInterval({ node }: World, interval: string): Promise<readonly string[]> {
  const space = `empty-${interval}`;
  await openNamespace(node, space);
  const good = { objectName: 'password', secretPath: 'secret/data/empty/db', secretKey: 'password' };
  await node.apply(
    ...CASES.map(({ name, parameters, object, more }) => {
      const objects = [{ ...good, ...object }, ...(more ? [{ ...good, ...more }] : [])];
      return secretClass(space, name, { parameters: { roleName: 'empty', ...parameters }, objects });
    }),
    ...CASES.map((one) => pod(space, one.name, { command: SEE_AT_START })),
  );
  const reasons = await node.until(`${FAILURES} failures with our reason of each pod`, async () => {
    await requireNoneStarted(node, space);
    const seen = await failuresIn(node, space);
    const missing = CASES.map(({ name }) => name).filter((name) => (seen.get(name)?.times ?? 0) < FAILURES);
    if (missing.length > 0) throw new Error(`fewer of ${missing.join(', ')}`);
    return [...new Set([...seen.values()].map(({ reason }) => reason))].sort();
  });
  await requireNoneStarted(node, space);

  const parameters = { roleName: 'empty' };
  await node.apply(...CASES.map(({ name }) => secretClass(space, name, { parameters, objects: [good] })));
  const wait = ['wait', '--for=condition=Ready', 'pod', '--all', '-n', space, `--timeout=${READY_WITHIN_S}s`];
  await node.kubectl(wait, { timeoutMs: PATIENCE_MS + 60_000 });
  for (const { name } of CASES) assert.equal(await seenAtStart(node, space, name), 'filled', name);
  await node.kubectl(['delete', 'namespace', space, '--wait=false']);
  return reasons;
}

async function requireNoneStarted(node: Node, space: string): Promise<void> {
  const { items } = await node.get('pods', '-n', space);
  const started = items.filter((one: Json) => one.status.phase !== 'Pending').map((one: Json) => one.metadata.name);
  if (started.length > 0) throw new FinalError(`containers started without their file: ${started.join(', ')}`);
}

/** By pod: how often its mount failed for a reason of ours, and the last one. */
async function failuresIn(node: Node, space: string): Promise<ReadonlyMap<string, { reason: string; times: number }>> {
  const { items } = await node.get('events', '-n', space, '--field-selector=reason=FailedMount');
  const failures = new Map<string, { reason: string; times: number }>();
  for (const { involvedObject, message, count } of items) {
    const reason = /\[([a-z-]+)\]$/.exec(message)?.[1];
    const times = (failures.get(involvedObject.name)?.times ?? 0) + (count ?? 1);
    if (reason !== undefined) failures.set(involvedObject.name, { reason, times });
  }
  return failures;
}

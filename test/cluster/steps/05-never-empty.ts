// With rotation on, the driver starts a pod with an empty volume where a provider answers the first mount with one of
// five gRPC codes. For each of our reasons: the container does not run before its file is there. Ready is not
// trusted: the container writes down at its start what it sees.
import assert from 'node:assert/strict';
import { BROKEN_STORES, startBrokenStores } from '../node/broken-stores.ts';
import { applyDriver } from '../node/driver.ts';
import type { Json } from '../node/node.ts';
import { eventsOf, inPod, openNamespace, pod, type SecretObject, secretClass, untilReady } from '../pods.ts';
import { DRIVER_OPTIONS, type Step, type World } from '../world.ts';

/** The driver's default, and the suite's own. */
const INTERVALS = ['2m', '5s'];
/** One mount ends within 30 s by itself, then the kubelet says so. */
const EVENT_WITHIN_MS = 45_000;
/** The empty volume appears at the kubelet's second call, half a second after the first; later ones are seconds apart. */
const WATCH_MS = 10_000;
/** The kubelet's back-off grows to two minutes. */
const READY_WITHIN_MS = 150_000;

export const step: Step = {
  title: 'never an empty volume',
  proves: 'for each reason, at poll intervals of 2m and 5s, the container starts only once its file is there',
  async run(world) {
    startBrokenStores(world.node);
    for (const interval of INTERVALS) {
      await applyDriver(world.node, { ...DRIVER_OPTIONS, pollInterval: interval });
      await tryInterval(world, interval);
    }
    await applyDriver(world.node, DRIVER_OPTIONS);
  },
};

interface Case {
  readonly name: string;
  readonly roleName?: string;
  readonly address?: string;
  readonly object?: Partial<SecretObject>;
}

const CASES: readonly Case[] = [
  { name: 'role-refused', roleName: 'empty-other' },
  { name: 'read-forbidden', object: { secretPath: 'secret/data/forbidden' } },
  { name: 'path-missing', object: { secretPath: 'secret/data/empty/none' } },
  { name: 'key-missing', object: { secretKey: 'none' } },
  { name: 'class-invalid', object: { encoding: 'base65' } },
  ...Object.entries(BROKEN_STORES).map(([name, address]) => ({ name: `store-${name}`, address })),
];

async function tryInterval({ node, store, note }: World, interval: string): Promise<void> {
  const space = `empty-${interval}`;
  await openNamespace(node, space);
  await store.write('empty/db', { password: 'filled' });
  await store.addPolicy('empty', 'path "secret/data/empty/*" { capabilities = ["read"] }');
  await store.addRole('empty', { policies: ['empty'] });
  await store.addRole('empty-other', { accounts: ['somebody-else'], policies: ['empty'] });
  const good = { objectName: 'password', secretPath: 'secret/data/empty/db', secretKey: 'password' };
  const command = ['sh', '-c', 'cat /secrets/password >/tmp/seen 2>&1; exec sleep 2147483647'];
  const classOf = (name: string, roleName: string, object: SecretObject, address?: string) =>
    secretClass(space, name, {
      parameters: { roleName, ...(address && { vaultAddress: address }) },
      objects: [object],
    });
  await node.apply(
    ...CASES.map((one) => classOf(one.name, one.roleName ?? 'empty', { ...good, ...one.object }, one.address)),
    ...CASES.map((one) => pod(space, one.name, { command })),
  );
  const reasons = await Promise.all(
    CASES.map(async ({ name }) => {
      // After the driver was rolled the kubelet may miss it for a second or two: that event is not ours.
      return node.until(`${name}: an event with our reason`, EVENT_WITHIN_MS, async () =>
        (await eventsOf(node, space, name))
          .map((text) => /^FailedMount: .*\[([a-z-]+)\]$/s.exec(text)?.[1])
          .find(Boolean),
      );
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
  const { items } = await node.get('pods', '-n', space);
  const started = items.filter((one: Json) => one.status.phase !== 'Pending').map((one: Json) => one.metadata.name);
  assert.deepEqual(started, [], `containers that started without their file, interval ${interval}`);

  await node.apply(...CASES.map((one) => classOf(one.name, 'empty', good)));
  await Promise.all(
    CASES.map(async ({ name }) => {
      await untilReady(node, space, name, READY_WITHIN_MS);
      assert.equal(await inPod(node, space, name, 'cat', '/tmp/seen'), 'filled', name);
    }),
  );
  note(`interval ${interval}: ${CASES.length} pods held back for ${[...new Set(reasons)].sort().join(', ')}`);
  await node.kubectl(['delete', 'namespace', space, '--wait=false']);
}

// A provider that goes while a first mount waits for the store: three ways, one promise.
import assert from 'node:assert/strict';
import { providerMetric } from './metrics.ts';
import { SLOW_STORE, startBrokenStores } from './node/broken-stores.ts';
import { untilRolledOut } from './node/driver.ts';
import { eventsOf, inPod, pod, secretClass, untilReady } from './pods.ts';
import { PROVIDER_NAMESPACE, PROVIDER_SELECTOR, RELEASE } from './provider.ts';
import type { World } from './world.ts';

const IN_FLIGHT_WITHIN_MS = 20_000;
/** A kill costs the driver one try; the kubelet may have to start the container anew after a back-off. */
const READY_WITHIN_MS = 60_000;

export type Interruption = 'killed' | 'stopped' | 'rolled';

const COMMANDS = {
  stopped: ['delete', 'pod', '-n', PROVIDER_NAMESPACE, '-l', PROVIDER_SELECTOR, '--wait=false'],
  rolled: ['rollout', 'restart', `daemonset/${RELEASE}`, '-n', PROVIDER_NAMESPACE],
};

/**
 * Starts a pod, ends the provider while its first mount waits, and expects the pod to start with its file and without a
 * failed mount. @returns the seconds from the end of the provider to Ready
 */
export async function interruptMount(world: World, space: string, role: string, how: Interruption): Promise<number> {
  const { node, store } = world;
  await startBrokenStores(node);
  // Its own path: a pod of the account that comes within the join window of another's read would be served that.
  const path = `${space}/slow-${how}`;
  await store.write(path, { password: 'late' });
  const objects = [{ objectName: 'password', secretPath: `secret/data/${path}`, secretKey: 'password' }];
  const command = ['sh', '-c', 'cat /secrets/password >/tmp/seen 2>&1; exec sleep 2147483647'];
  await node.apply(
    secretClass(space, how, { parameters: { roleName: role, vaultAddress: SLOW_STORE }, objects }),
    pod(space, how, { command }),
  );
  // Of the real store, which answers other pods' polls in milliseconds, hardly one is seen.
  await node.until('a request waits for the slow store', IN_FLIGHT_WITHIN_MS, async () => {
    return (await providerMetric(node, 'secretmount_store_slots_in_use')) > 0;
  });
  const endedAt = performance.now();
  if (how === 'killed') await node.run(['pkill', '-KILL', '-f', '/app/secretmount.js']);
  else await node.kubectl(COMMANDS[how]);
  await untilReady(node, space, how, READY_WITHIN_MS);
  const seconds = (performance.now() - endedAt) / 1000;
  assert.equal(await inPod(node, space, how, 'cat', '/tmp/seen'), 'late', `provider ${how}`);
  // A kubelet that misses the driver, rolled a second ago, does not come so far.
  const failures = (await eventsOf(node, space, how)).filter((text) => /^FailedMount: .*rpc error/s.test(text));
  assert.deepEqual(failures, [], `provider ${how}: the waiting mount fails`);
  await untilRolledOut(node, PROVIDER_NAMESPACE, RELEASE);
  return seconds;
}

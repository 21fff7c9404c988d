// A provider that goes while a first mount waits for the store: three ways, one promise.
import assert from 'node:assert/strict';
import { untilRolledOut } from './node/driver.ts';
import { GATED_STORE, Gate } from './node/gated-store.ts';
import type { Node } from './node/node.ts';
import { FinalError } from './node/wait.ts';
import { eventsOf, pod, SEE_AT_START, secretClass, seenAtStart, untilReady } from './pods.ts';
import { logOf, PROVIDER_NAMESPACE, PROVIDER_SELECTOR, providerPod, RELEASE } from './provider.ts';
import type { World } from './world.ts';

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
  // Its own path: a pod of the account that comes within the join window of another's read would be served that.
  const path = `${space}/slow-${how}`;
  await store.write(path, { password: 'late' });
  const objects = [{ objectName: 'password', secretPath: `secret/data/${path}`, secretKey: 'password' }];
  const parameters = { roleName: role, vaultAddress: GATED_STORE };
  const gate = await Gate.start(node);
  await gate.shut();
  let endedAt: number;
  try {
    await node.apply(secretClass(space, how, { parameters, objects }), pod(space, how, { command: SEE_AT_START }));
    await node.until('a request of the mount waits', async () => (await gate.waiting()) > 0);
    endedAt = performance.now();
    await endProvider(node, how);
  } finally {
    await gate.open();
  }
  await untilReady(node, space, how);
  const seconds = (performance.now() - endedAt) / 1000;
  assert.equal(await seenAtStart(node, space, how), 'late', `provider ${how}`);
  // A kubelet that misses the driver does not come so far.
  const failures = (await eventsOf(node, space, how)).filter((text) => /^FailedMount: .*rpc error/s.test(text));
  assert.deepEqual(failures, [], `provider ${how}: the waiting mount fails`);
  await untilRolledOut(node, PROVIDER_NAMESPACE, RELEASE);
  return seconds;
}

/** Returns once it is dead, or has said that it stops; it then waits for its mount, and the mount for the gate. */
async function endProvider(node: Node, how: Interruption): Promise<void> {
  if (how === 'killed') {
    await node.run(['pkill', '-KILL', '-f', '/app/secretmount.js']);
    return;
  }
  const { metadata } = await providerPod(node);
  await node.kubectl(COMMANDS[how]);
  await node.until('the provider is told to stop', async () => {
    const lines = await logOf(node, metadata.name).catch((error: Error) => {
      if (error.message.includes('NotFound')) throw new FinalError('it stopped and did not wait for its mount');
      throw error;
    });
    return lines.some(({ msg }) => msg === 'stopping');
  });
}

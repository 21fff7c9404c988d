// What a person reads in `kubectl describe pod` where a first mount fails.
import assert from 'node:assert/strict';
import { eventsOf, openNamespace, pod, type SecretObject, secretClass } from '../pods.ts';
import type { Step, World } from '../world.ts';

const SPACE = 'events';
/** Issue 6: the event is there so soon after the pod's creation. */
const WITHIN_MS = 15_000;

export const step: Step = {
  title: 'an event tells why',
  proves: 'refused account, missing path, missing key, wrong class: our whole message is in the pod event within 15 s',
  async run(world) {
    const { node, store } = world;
    await openNamespace(node, SPACE);
    await store.write('events/db', { password: 'never-shown' });
    await store.addPolicy('events', 'path "secret/data/events/*" { capabilities = ["read"] }');
    await store.addRole('events', { namespaces: [SPACE], policies: ['events'] });
    await store.addRole('events-other', { namespaces: [SPACE], accounts: ['somebody-else'], policies: ['events'] });
    const password = { objectName: 'p', secretPath: 'secret/data/events/db', secretKey: 'password' };
    await Promise.all([
      refuses(world, 'refused', 'events-other', password, 'Unauthenticated', 'login-refused'),
      refuses(
        world,
        'no-path',
        'events',
        { ...password, secretPath: 'secret/data/events/none' },
        'NotFound',
        'path-missing',
      ),
      refuses(world, 'no-key', 'events', { ...password, secretKey: 'passwort' }, 'NotFound', 'key-missing'),
      refuses(world, 'wrong', 'events', { ...password, encoding: 'base65' }, 'InvalidArgument', 'class-invalid'),
    ]);
  },
};

async function refuses(
  { node, note }: World,
  name: string,
  roleName: string,
  object: SecretObject,
  code: string,
  reason: string,
): Promise<void> {
  const startedAt = performance.now();
  await node.apply(secretClass(SPACE, name, { parameters: { roleName }, objects: [object] }), pod(SPACE, name));
  const event = await node.until(`an event of pod ${name}`, WITHIN_MS, async () =>
    (await eventsOf(node, SPACE, name)).find((text) => text.startsWith('FailedMount')),
  );
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  assert.match(event, new RegExp(`code = ${code} desc = [^]*\\[${reason}\\]$`));
  assert.doesNotMatch(event, /never-shown/);
  const { status } = await node.get(`pod/${name}`, '-n', SPACE);
  assert.equal(status.phase, 'Pending');
  note(`${reason} after ${seconds} s`);
}

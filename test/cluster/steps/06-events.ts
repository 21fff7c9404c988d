// What a person reads in `kubectl describe pod` where a first mount fails, word for word.
import assert from 'node:assert/strict';
import { eventsOf, openNamespace, pod, type SecretObject, secretClass } from '../pods.ts';
import type { Step, World } from '../world.ts';

const SPACE = 'events';
const PASSWORD = { objectName: 'p', secretPath: 'secret/data/events/db', secretKey: 'password' };

interface Refusal {
  readonly name: string;
  readonly roleName?: string;
  readonly object?: Partial<SecretObject>;
  readonly code: string;
  /** Ours, to its end. */
  readonly text: string;
}

const REFUSALS: readonly Refusal[] = [
  {
    name: 'refused',
    roleName: 'events-other',
    code: 'Unauthenticated',
    text:
      'object "p": login at auth/kubernetes as role "events-other": refused by the store (403: service account name not ' +
      'authorized); check that auth/kubernetes is a login method, that the role exists there, and that it admits the ' +
      "pod's service account, namespace and the token's audience [login-refused]",
  },
  {
    name: 'no-path',
    object: { secretPath: 'secret/data/events/none' },
    code: 'NotFound',
    text:
      'object "p": GET secret/data/events/none: there is nothing at this path (404); check the path, and that the ' +
      'secret has been written [path-missing]',
  },
  {
    name: 'no-key',
    object: { secretKey: 'passwort' },
    code: 'NotFound',
    text: 'object "p": secret/data/events/db has no key "passwort"; did you mean "password"? [key-missing]',
  },
  {
    name: 'wrong',
    object: { encoding: 'base65' },
    code: 'InvalidArgument',
    text:
      'SecretProviderClass events/wrong: 1 problem\n- objects line 1, object "p": unknown encoding "base65"; did you ' +
      'mean "base64"? [class-invalid]',
  },
];

export const step: Step = {
  title: 'an event tells why',
  proves: 'refused account, missing path, missing key, wrong class: the first failed mount says our whole message',
  async run(world) {
    const { node, store } = world;
    await openNamespace(node, SPACE);
    await store.write('events/db', { password: 'never-shown' });
    await store.addPolicy('events', 'path "secret/data/events/*" { capabilities = ["read"] }');
    await store.addRole('events', { namespaces: [SPACE], policies: ['events'] });
    await store.addRole('events-other', { namespaces: [SPACE], accounts: ['somebody-else'], policies: ['events'] });
    await Promise.all(REFUSALS.map((refusal) => refuses(world, refusal)));
  },
};

async function refuses({ node, note }: World, { name, roleName = 'events', object, code, text }: Refusal) {
  const startedAt = performance.now();
  const objects = [{ ...PASSWORD, ...object }];
  await node.apply(secretClass(SPACE, name, { parameters: { roleName }, objects }), pod(SPACE, name));
  const event = await node.until(`an event of pod ${name}`, async () =>
    (await eventsOf(node, SPACE, name)).find((text) => text.startsWith('FailedMount')),
  );
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  assert.equal(
    event,
    `FailedMount: MountVolume.SetUp failed for volume "s0" : rpc error: code = ${code} desc = failed to mount secrets ` +
      `store objects for pod ${SPACE}/${name}, err: rpc error: code = ${code} desc = ${text}`,
  );
  const { status } = await node.get(`pod/${name}`, '-n', SPACE);
  assert.equal(status.phase, 'Pending');
  note(`${/\[(.*)\]$/.exec(text)?.[1]} after ${seconds} s`);
}

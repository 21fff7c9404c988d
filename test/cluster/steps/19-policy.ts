// deploy/policy on the real API server: what it refuses, with its words, and what it lets through.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { openNamespace, pod, secretClass } from '../pods.ts';
import { ROOT } from '../provider.ts';
import type { Step, World } from '../world.ts';

const SPACE = 'policy';
const FILE = join(ROOT, 'deploy/policy/secretmount-policy.yaml');
const OBJECTS = [{ objectName: 'a', secretPath: 'secret/data/a' }];
const LISTED = 'https://vault.example.com:8200';

type Parameters = Readonly<Record<string, string>>;

const ALLOWED: Readonly<Record<string, Parameters>> = {
  'the role of the namespace': { roleName: SPACE },
  'a role below it': { roleName: '', vaultRoleName: `${SPACE}-web` },
  'a listed store': { roleName: SPACE, vaultAddress: LISTED },
  'a certificate that is checked': { roleName: SPACE, vaultSkipTLSVerify: 'false' },
  'empty parameters': { roleName: SPACE, baoAddress: '', openbaoSkipTLSVerify: '' },
};

const REFUSED: Readonly<Record<string, readonly [parameters: Parameters, words: string]>> = {
  'another store': [
    { roleName: SPACE, vaultAddress: 'https://evil.example:8200' },
    'vaultAddress names a store that is not listed',
  ],
  'another store by a second name': [
    { roleName: SPACE, vaultAddress: LISTED, baoAddress: 'https://evil.example:8200' },
    'baoAddress names a store that is not listed',
  ],
  'what only begins like a listed store': [
    { roleName: SPACE, openbaoAddress: `${LISTED}0` },
    'openbaoAddress names a store that is not listed',
  ],
  ...Object.fromEntries(
    ['true', 'True', 'T', '1', 'yes'].map((value) => [
      `a certificate that is not checked (${value})`,
      [
        { roleName: SPACE, openbaoSkipTLSVerify: value },
        'openbaoSkipTLSVerify leaves the certificate of the store unchecked',
      ] as const,
    ]),
  ),
  'the role of another namespace': [
    { roleName: 'payments' },
    `roleName names a role that a class of namespace ${SPACE} may not use; it must match ^(?:${SPACE}(-[a-z0-9-]+)?)$`,
  ],
  'a role by its other name': [{ roleName: SPACE, baoRoleName: 'payments' }, 'baoRoleName names a role'],
  'a role that only begins so': [{ roleName: `${SPACE}x` }, 'roleName names a role'],
};

export const step: Step = {
  title: 'admission policy',
  proves: 'the API server refuses what deploy/policy is against, with its words, and nothing else',
  async run(world) {
    const { node, note } = world;
    await openNamespace(node, SPACE);
    await node.kubectl(['apply', '-f', FILE]);
    try {
      await untilInForce(world);
      for (const [what, parameters] of Object.entries(ALLOWED))
        assert.equal(await answerTo(world, classWith(parameters)), '', what);
      for (const [what, [parameters, words]] of Object.entries(REFUSED))
        assert.ok(
          (await answerTo(world, classWith(parameters))).includes(words),
          `${what}: ${await answerTo(world, classWith(parameters))}`,
        );
      note(`${Object.keys(REFUSED).length} classes refused, ${Object.keys(ALLOWED).length} taken`);
      await podsWithAttributes(world);
      await withoutItsList(world);
    } finally {
      await node.kubectl(['delete', '--ignore-not-found', '-f', FILE]);
    }
  },
};

async function podsWithAttributes(world: World): Promise<void> {
  const plain = pod(SPACE, 'plain', { volumes: { '/secrets': 'a' } });
  assert.equal(await answerTo(world, plain), '');
  const overriding = JSON.parse(JSON.stringify(plain)) as typeof plain;
  for (const { csi } of volumesOf(overriding)) csi.volumeAttributes['vaultAddress'] = 'https://evil.example:8200';
  assert.match(await answerTo(world, overriding), /may name secretProviderClass alone/);
  world.note('a pod that lays an address over its class is refused');
}

/** Without its ConfigMap nothing is let through. */
async function withoutItsList(world: World): Promise<void> {
  await world.node.kubectl(['delete', 'configmap', 'secretmount-policy', '-n', 'secretmount']);
  await world.node.until('classes to be refused', async () =>
    (await answerTo(world, classWith({ roleName: SPACE }))) === '' ? undefined : true,
  );
  world.note('without its ConfigMap every class is refused');
}

/** The API server takes a policy up a moment after it was written. */
async function untilInForce(world: World): Promise<void> {
  const [[parameters] = [{}]] = Object.values(REFUSED);
  await world.node.until('the policy to be in force', async () =>
    (await answerTo(world, classWith(parameters))) === '' ? undefined : true,
  );
  const overriding = pod(SPACE, 'early', { volumes: { '/secrets': 'a' } });
  for (const { csi } of volumesOf(overriding)) csi.volumeAttributes['audience'] = 'x';
  await world.node.until('the policy of pods to be in force', async () =>
    (await answerTo(world, overriding)) === '' ? undefined : true,
  );
}

interface CsiVolume {
  readonly csi: { readonly volumeAttributes: Record<string, string> };
}

function volumesOf(podObject: object): readonly CsiVolume[] {
  const { spec } = podObject as { readonly spec: { readonly volumes: readonly Partial<CsiVolume>[] } };
  return spec.volumes.filter((volume): volume is CsiVolume => volume.csi !== undefined);
}

function classWith(parameters: Parameters): object {
  return secretClass(SPACE, 'a', { parameters, objects: OBJECTS });
}

/** What the API server says against it; empty: nothing. It keeps nothing of it. */
async function answerTo({ node }: World, object: object): Promise<string> {
  try {
    await node.kubectl(['create', '--dry-run=server', '-f', '-'], { input: JSON.stringify(object) });
    return '';
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

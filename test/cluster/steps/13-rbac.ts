// Each right of the chart's README, in its order there from the last to the first: with it the feature works, without
// it the feature fails as the README says and nothing else does. And what Pod Security says of both sides.
import assert from 'node:assert/strict';
import { applyDriver } from '../node/driver.ts';
import type { Json } from '../node/node.ts';
import { type ClassOptions, eventsOf, inPod, openNamespace, pod, secretClass, untilReady } from '../pods.ts';
import {
  installProvider,
  PROVIDER_NAMESPACE,
  providerLog,
  providerPod,
  RELEASE,
  restartProvider,
} from '../provider.ts';
import { DRIVER_OPTIONS, type Step, type World } from '../world.ts';

const SPACE = 'rights';
const KEY_SECRET = 'vault-csi-provider-hmac-key';
const ASKS = { tokenRequest: { enabled: true } };

export const step: Step = {
  title: 'rights and Pod Security',
  proves: 'each right at the API server is there for one feature, which without it fails with its reason and alone',
  async run(world) {
    const { node, store } = world;
    await openNamespace(node, SPACE);
    await store.write('rights/db', { password: 'read' });
    await store.addPolicy('rights', 'path "secret/data/rights/*" { capabilities = ["read"] }');
    await store.addRole('rights', { namespaces: [SPACE, `${SPACE}-restricted`], policies: ['rights'] });
    const objects = [{ objectName: 'password', secretPath: 'secret/data/rights/db', secretKey: 'password' }];
    // A token that is asked for has the API server's own audience where the class names none.
    const parameters = { roleName: 'rights', audience: 'vault' };
    await node.apply(secretClass(SPACE, 'db', { parameters, objects }));
    try {
      await tokensOfAccounts(world);
      await keyOfVersions(world);
      await noRightAtAll(world);
      await podSecurity(world, objects);
    } finally {
      await applyDriver(node, DRIVER_OPTIONS);
      await installProvider(node);
    }
    // The defaults hold no more.
    await untilRights(world, ['watch pods', 'create secrets', 'get key']);
  },
};

/** `create` on serviceaccounts/token, for tokenRequest.enabled. */
async function tokensOfAccounts(world: World): Promise<void> {
  const { node, note } = world;
  await applyDriver(node, { ...DRIVER_OPTIONS, audiences: [] });
  await installProvider(node, ASKS);
  await untilRights(world, ['create tokens', 'watch pods', 'create secrets', 'get key']);
  await mounts(world, 'asks');

  // Without the login of the pod before it, which a restart keeps.
  await installProvider(node, { ...ASKS, rbac: { create: false }, state: { enabled: false } });
  await restartProvider(node);
  await untilRights(world, []);
  await node.apply(pod(SPACE, 'refused', { volumes: { '/secrets': 'db' } }));
  const event = await node.until('the event', async () =>
    (await eventsOf(node, SPACE, 'refused')).find((text) => text.startsWith('FailedMount')),
  );
  assert.match(event, /cannot create resource "serviceaccounts\/token".*\[token-missing\]$/s);
  note('without `create` on serviceaccounts/token, and no token from the driver: the event says [token-missing]');
  await applyDriver(node, DRIVER_OPTIONS);
  await untilReady(node, SPACE, 'refused');
  note('the same pod is Ready once the driver passes tokens');
}

/** `get` on one Secret and `create` on all, for versionKey. */
async function keyOfVersions(world: World): Promise<void> {
  const { node, note } = world;
  // Still without any right.
  await warnsOfKey(world, /cannot get resource "secrets"/);
  await untilOneWarning(world, /^pods of node .* are not watched/);
  note('without `get`, `list` and `watch` on pods: one warning, pods mount');
  await mounts(world, 'no-get');
  note('without `get` on the Secret of the version key: one warning, pods mount');

  await installProvider(node, { versionKey: { create: false }, podWatch: { enabled: false } });
  // Only now: a provider with the right makes it again.
  await node.kubectl(['delete', 'secret', KEY_SECRET, '-n', PROVIDER_NAMESPACE]);
  await restartProvider(node);
  await untilRights(world, ['get key']);
  await warnsOfKey(world, /cannot create resource "secrets"/);
  await mounts(world, 'no-create');
  note('without `create` on Secrets: one warning, pods mount');

  const make = ['create', 'secret', 'generic', KEY_SECRET, '--from-literal=key=0123456789abcdef0123456789abcdef'];
  await node.kubectl(['-n', PROVIDER_NAMESPACE, ...make]);
  await restartProvider(node);
  assert.deepEqual(await warnings(world), []);
  note('no warning where that Secret was made by hand');
}

async function noRightAtAll(world: World): Promise<void> {
  const { node, note } = world;
  await installProvider(node, { versionKey: { enabled: false }, podWatch: { enabled: false } });
  const { spec } = await providerPod(node);
  assert.deepEqual(
    spec.volumes.map((one: Json) => one.name),
    ['sockets', 'additional-sockets', 'state'],
    'no token for the API server',
  );
  await untilRights(world, []);
  const [line = '', ...others] = await warnings(world);
  assert.match(line, /^no API server: .*object versions are of a key of this node alone$/);
  assert.deepEqual(others, []);
  await mounts(world, 'nothing');
  note('with all features off: no right, no token of the API server in the pod, one warning, pods mount');
}

/** CSI volumes are for every level; the provider's own hostPath only for the lowest. */
async function podSecurity({ node, note }: World, objects: ClassOptions['objects']): Promise<void> {
  const space = `${SPACE}-restricted`;
  await openNamespace(node, space);
  const enforce = (level: string) =>
    node.kubectl(['label', '--overwrite', 'namespace', space, `pod-security.kubernetes.io/enforce=${level}`]);
  await enforce('restricted');
  const securityContext = { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } };
  const container = { securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } };
  const parameters = { roleName: 'rights', audience: 'vault' };
  await node.apply(secretClass(space, 'db', { parameters, objects }), pod(space, 'db', { securityContext, container }));
  await untilReady(node, space, 'db');
  assert.equal(await inPod(node, space, 'db', 'cat', '/secrets/password'), 'read');

  await enforce('baseline');
  const { spec } = await node.get(`daemonset/${RELEASE}`, '-n', PROVIDER_NAMESPACE);
  const own = { ...spec.template.spec, serviceAccountName: 'default', serviceAccount: 'default' };
  const provider = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: space, name: 'provider' }, spec: own };
  await assert.rejects(
    node.kubectl(['create', '--dry-run=server', '-f', '-'], { input: JSON.stringify(provider) }),
    /violates PodSecurity "baseline:latest": hostPath volumes \(volumes "sockets", "additional-sockets", "state"\)$/m,
  );
  note('a pod of level restricted mounts; level baseline refuses the provider, for its hostPath and nothing else');
}

async function mounts({ node }: World, name: string): Promise<void> {
  await node.apply(pod(SPACE, name, { volumes: { '/secrets': 'db' } }));
  await untilReady(node, SPACE, name);
  assert.equal(await inPod(node, SPACE, name, 'cat', '/secrets/password'), 'read');
}

async function warnings({ node }: World): Promise<readonly string[]> {
  const lines = await providerLog(node);
  return lines.filter((line) => ['warn', 'error'].includes(line.level)).map((line) => line.msg);
}

async function warnsOfKey(world: World, why: RegExp): Promise<void> {
  assert.match(await untilOneWarning(world, /^no version key/), why);
}

/** A provider that is Ready may still be asking the API server. */
async function untilOneWarning(world: World, which: RegExp): Promise<string> {
  const found = () => warnings(world).then((lines) => lines.filter((line) => which.test(line)));
  await world.node.until(`a warning ${which}`, async () => (await found()).length > 0);
  const [line = '', ...others] = await found();
  assert.deepEqual(others, []);
  return line;
}

/** The API server takes a moment to know what was granted. */
async function untilRights(world: World, expected: readonly string[]): Promise<void> {
  await world.node.until(`the rights ${expected.join(', ')}`, async () => {
    assert.deepEqual(await rights(world), expected);
    return true;
  });
}

/** What the provider's account may do, of all that the chart can give. */
async function rights({ node }: World): Promise<readonly string[]> {
  const account = `--as=system:serviceaccount:${PROVIDER_NAMESPACE}:${RELEASE}`;
  const may = async (...what: readonly string[]) => {
    // `no` ends with 1.
    const answer = await node.kubectl(['auth', 'can-i', ...what, account]).catch(String);
    return answer.trim().endsWith('yes');
  };
  const own = ['-n', PROVIDER_NAMESPACE];
  assert.equal(await may('get', 'secrets', ...own), false, 'any Secret');
  assert.equal(await may('list', 'secrets', ...own), false);
  const asked: Readonly<Record<string, readonly string[]>> = {
    'create tokens': ['create', 'serviceaccounts', '--subresource=token', '-n', SPACE],
    'watch pods': ['watch', 'pods', '--all-namespaces'],
    'create secrets': ['create', 'secrets', ...own],
    'get key': ['get', `secrets/${KEY_SECRET}`, ...own],
  };
  const held = await Promise.all(
    Object.entries(asked).map(async ([name, what]) => ((await may(...what)) ? [name] : [])),
  );
  return held.flat();
}

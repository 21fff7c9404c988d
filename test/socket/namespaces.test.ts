// A class with a namespace of the store, and a store that ignores it: the built daemon, and stores that say of
// themselves what Vault's editions and OpenBao do (real ones: test/vault).
import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import { type Daemon, startDaemon } from '../harness/daemon.ts';
import type { MountWish } from '../harness/driver.ts';
import { answer, type Behaviour, type FaultyStore, hang, startFaultyStore } from '../harness/faulty-store.ts';
import { createTokenMint } from '../harness/jwt.ts';

const mint = createTokenMint();
const AUTH = { auth: { client_token: 's.token', lease_duration: 3600, renewable: true, metadata: {} } };
const SECRET = { data: { k: 'of-the-root-namespace' } };
const COMMUNITY = answer(200, { initialized: true, sealed: false, enterprise: false, version: '1.21.2' });
const ENTERPRISE = answer(200, { initialized: true, sealed: false, enterprise: true, version: '1.21.2+ent' });
const OPENBAO = answer(200, { initialized: true, sealed: false, version: '2.7.2' });
const IGNORED = /the store is Vault Community, which ignores vaultNamespace/;

describe('a class with a namespace of the store', () => {
  let store: FaultyStore;
  let daemon: Daemon;
  let isHealthAsked: () => boolean;
  const start = async (health: Behaviour, ...args: string[]) => {
    store.requests.length = 0;
    store.behaviour = (request, response) => {
      if (request.url.startsWith('/v1/sys/health')) return health(request, response);
      return answer(200, request.url.endsWith('/login') ? AUTH : SECRET)(request, response);
    };
    daemon = await startDaemon({ args: [`--vault-addr=${store.address}`, ...args] });
    return daemon.driver();
  };
  const health = () => store.requests.filter(({ url }) => url.startsWith('/v1/sys/health'));
  const wish = (pod: string, vaultNamespace = 'team-a', className = 'app'): MountWish => {
    const whose = { namespace: 'shop', account: pod, pod };
    const objects = '- {objectName: a, secretPath: kv/a, secretKey: k}';
    const parameters = { roleName: 'r', objects, ...(vaultNamespace === '' ? {} : { vaultNamespace }) };
    return { ...whose, className, tokens: { vault: mint.mintJwt(whose) }, parameters };
  };

  before(async () => {
    store = await startFaultyStore();
    isHealthAsked = () => health().length > 0;
  });
  afterEach(() => daemon.stop('SIGKILL'));
  after(() => store.stop());

  it('is mounted from a store that ignores it, with one warning per class and a count of all mounts', async () => {
    const driver = await start(COMMUNITY);
    for (const pod of ['p-1', 'p-2']) await driver.mount(wish(pod));
    await driver.mount(wish('p-3', 'team-a', 'other'));
    await daemon.untilLogged(({ msg, class: name }) => IGNORED.test(String(msg)) && name === 'other');
    const warnings = daemon.log.filter(({ msg }) => IGNORED.test(String(msg)));
    assert.deepEqual(
      warnings.map(({ level, namespace, class: name, address, vaultNamespace }) => ({
        ...{ level, namespace, name, address, vaultNamespace },
      })),
      ['app', 'other'].map((name) => ({
        ...{ level: 'warn', namespace: 'shop', name, address: store.address, vaultNamespace: 'team-a' },
      })),
    );
    assert.match((await daemon.http('/metrics')).text, /^secretmount_namespace_ignored_total 3$/m);
  });

  it('asks the store once for all pods, of the root namespace and without a token', async () => {
    const driver = await start(COMMUNITY);
    await Promise.all(Array.from({ length: 20 }, (_, number) => driver.mount(wish(`p-${number}`))));
    const [asked, ...more] = health();
    assert.equal(more.length, 0);
    assert.equal(asked?.headers['x-vault-token'], undefined);
    assert.equal(asked?.headers['x-vault-namespace'], undefined);
  });

  it('asks nothing where no namespace is named', async () => {
    const driver = await start(COMMUNITY, '--require-namespaces');
    await driver.mount(wish('p', ''));
    assert.equal(isHealthAsked(), false);
  });

  for (const [name, says] of [
    ['Vault Enterprise', ENTERPRISE],
    ['OpenBao', OPENBAO],
  ] as const)
    it(`is mounted from ${name} without a warning, also where namespaces are required`, async () => {
      const driver = await start(says, '--require-namespaces');
      await driver.mount(wish('p'));
      assert.equal(isHealthAsked(), true);
      assert.ok(!daemon.log.some(({ msg }) => IGNORED.test(String(msg))));
      assert.match((await daemon.http('/metrics')).text, /^secretmount_namespace_ignored_total 0$/m);
    });

  it('is refused with --require-namespaces, before anybody logs in', async () => {
    const driver = await start(COMMUNITY, '--require-namespaces');
    const { code, details } = await driver.refusal(wish('p'));
    assert.equal(code, status.FAILED_PRECONDITION);
    assert.equal(
      details,
      `object "a": vaultNamespace "team-a": ${store.address} is Vault Community, which has no namespaces and would answer with the root namespace's secrets; remove vaultNamespace, or name a store that has it [namespace-ignored]`,
    );
    assert.deepEqual(
      store.requests.map(({ url }) => url.split('?')[0]),
      ['/v1/sys/health'],
    );
  });

  it('is refused with --require-namespaces where the store will not say, and asked again by the next mount', async () => {
    const driver = await start(answer(403, { errors: ['no'] }), '--require-namespaces');
    for (const pod of ['p-1', 'p-2'])
      assert.match(
        (await driver.refusal(wish(pod))).details,
        /does not say whether it has namespaces \(GET sys\/health: read-forbidden\), and this node requires them \(--require-namespaces\); let sys\/health through to the store \[namespace-ignored\]$/,
      );
    assert.equal(health().length, 2);
  });

  it('is told of a store that is sealed as such', async () => {
    const driver = await start(answer(503, { errors: ['Vault is sealed'] }), '--require-namespaces');
    assert.match((await driver.refusal(wish('p'))).details, /is sealed.*\[store-sealed\]$/);
  });

  it('does not wait for a store whose sys/health hangs, but where namespaces are required', async () => {
    let driver = await start(hang);
    await driver.mount(wish('p'));
    await daemon.stop('SIGKILL');
    driver = await start(hang, '--require-namespaces', '--request-timeout=200ms');
    assert.match((await driver.refusal(wish('p'))).details, /GET sys\/health: no answer .* \[store-timeout\]$/);
  });
});

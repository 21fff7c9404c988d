// What the author of one pod can reach through the provider by the address, the certificates and the checks that a
// class names: the built daemon, a store of the attacker's own, and services that are none of the attacker's business.
import assert from 'node:assert/strict';
import { Code } from '../../src/errors.ts';
import { createAuthority } from '../harness/certificates.ts';
import { type Daemon, startDaemon } from '../harness/daemon.ts';
import type { MountWish } from '../harness/driver.ts';
import { answer, type Behaviour, type FaultyStore, redirectTo, startFaultyStore } from '../harness/faulty-store.ts';
import { createTokenMint } from '../harness/jwt.ts';

const mint = createTokenMint();
const AUTH = { auth: { client_token: 's.token-of-the-attacker', lease_duration: 3600, renewable: true, metadata: {} } };

/** Logs everybody in, and reads go as told. */
const loggingIn =
  (onRead: Behaviour): Behaviour =>
  (request, response) =>
    request.url.endsWith('/login') ? answer(200, AUTH)(request, response) : onRead(request, response);

function wish(parameters: Record<string, string>, of: { pod?: string; className?: string } = {}): MountWish {
  const { pod = 'p', className = 'evil' } = of;
  const whose = { namespace: 'evil', account: 'x', pod };
  return {
    ...{ ...whose, className },
    tokens: { vault: mint.mintJwt(whose) },
    parameters: { roleName: 'r', objects: '- {objectName: a, secretPath: s/a, secretKey: k}', ...parameters },
  };
}

describe('a class that reaches for what is not its own', () => {
  let daemon: Daemon | undefined;
  let store: FaultyStore;
  let inner: FaultyStore;
  let hostile: FaultyStore;
  const authority = createAuthority('Test CA');
  const run = async (...args: string[]) => {
    daemon = await startDaemon({ args: ['--vault-addr=http://127.0.0.1:1', ...args] });
    return { daemon, driver: daemon.driver() };
  };

  before(async () => {
    store = await startFaultyStore({ tls: authority.issue({ names: ['127.0.0.1'] }) });
    hostile = await startFaultyStore();
    inner = await startFaultyStore({ behaviour: answer(200, { data: { k: 'internal-s3cret' } }) });
  });
  afterEach(async () => {
    await daemon?.stop('SIGKILL');
    daemon = undefined;
  });
  after(() => Promise.all([store.stop(), inner.stop(), hostile.stop()]));

  it('is not sent on to another service, by any method, at its login or later', async () => {
    const { driver } = await run();
    const reads = ['GET', 'LIST', 'POST', 'PUT', 'PATCH'].map((method) => [method, `method: ${method}`] as const);
    for (const status of [301, 302, 307, 308])
      for (const [method, field] of reads) {
        hostile.behaviour = loggingIn(redirectTo(`${inner.address}/any/path?with=query`, status));
        const objects = `- {objectName: a, secretPath: s/a, ${field}${method === 'GET' ? '' : ', secretArgs: {a: b}'}}`;
        await driver.refusal(wish({ vaultAddress: hostile.address, objects }, { pod: `${method}-${status}` }));
      }
    hostile.behaviour = redirectTo(`${inner.address}/v1/auth/kubernetes/login`);
    const { code, details } = await driver.refusal(wish({ vaultAddress: hostile.address }, { pod: 'login' }));
    assert.equal(code, Code.FAILED_PRECONDITION);
    assert.match(details, /redirects to another address, and from one that a class names no redirect is followed; /);
    assert.equal(inner.connections, 0);
  });

  it("does not get at the provider's own port, under whatever address of it", async () => {
    const { driver, daemon } = await run();
    const { httpPort } = await daemon.untilLogged((line) => line['msg'] === 'started');
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '[::ffff:127.0.0.1]']) {
      const { code, details } = await driver.refusal(wish({ vaultAddress: `http://${host}:${httpPort}` }));
      assert.equal(code, Code.FAILED_PRECONDITION);
      assert.match(details, /the provider's own port.*\[address-refused\]$/, host);
    }
  });

  it('reads no certificate from where the node does not take them, and none that the kernel makes up', async () => {
    const { driver } = await run('--tls-dir=/etc/ssl', '--tls-dir=/proc/self/pagemap');
    const { details } = await driver.refusal(wish({ vaultAddress: store.address, vaultCACertPath: '/proc/self/maps' }));
    assert.match(details, /outside "\/etc\/ssl" and "\/proc\/self\/pagemap", the only places/);
    const pagemap = wish({ vaultAddress: store.address, vaultCACertPath: '/proc/self/pagemap' });
    const refused = await driver.refusal(pagemap);
    assert.equal(refused.code, Code.FAILED_PRECONDITION);
    assert.match(refused.details, /it is made up by the kernel \(procfs\)/);
  });

  it('is warned of once when it leaves the certificate unchecked, for all its pods and polls', async () => {
    store.behaviour = loggingIn(answer(200, { data: { k: 'v' } }));
    const { driver, daemon } = await run();
    const parameters = { vaultAddress: store.address, vaultSkipTLSVerify: 'true' };
    for (const pod of ['a', 'b', 'a', 'c']) await driver.mount(wish(parameters, { pod }));
    await driver.mount(wish(parameters, { className: 'other' }));
    const warnings = await daemon.untilLoggedTimes(2, ({ msg }) => String(msg).includes('vaultSkipTLSVerify'));
    assert.deepEqual(
      warnings.map(({ level, namespace, class: name, address }) => [level, namespace, name, address]),
      [
        ['warn', 'evil', 'evil', store.address],
        ['warn', 'evil', 'other', store.address],
      ],
    );
  });

  it('is refused when it does so where the node denies it, before anything is sent', async () => {
    const { driver } = await run('--deny-skip-verify');
    const before = store.connections;
    const parameters = { vaultAddress: store.address, vaultSkipTLSVerify: 'true' };
    const { code, details } = await driver.refusal(wish(parameters));
    assert.equal(code, Code.INVALID_ARGUMENT);
    assert.match(details, /this node checks every store's certificate \(--deny-skip-verify\)/);
    assert.equal(store.connections, before);
  });

  it('with listed addresses reaches no port of the node, and no path beside the listed one', async () => {
    const { driver } = await run('--addresses=listed', `--allow-store-address=${inner.address}/vault`);
    const before = inner.connections;
    for (const address of [inner.address, `${inner.address}/other`, `${inner.address}/vault/../other`, store.address]) {
      const { code, details } = await driver.refusal(wish({ vaultAddress: address }));
      assert.equal(code, Code.FAILED_PRECONDITION);
      assert.match(details, /only listed addresses are allowed/);
    }
    assert.equal(inner.connections, before);
    await driver.refusal(wish({ vaultAddress: `${inner.address}/vault` }));
    assert.deepEqual(
      inner.requests.map(({ url }) => url),
      ['/vault/v1/auth/kubernetes/login'],
    );
  });
});

// A login's token that the store ends before its time, and what it costs to find that out: Vault has a word for such a
// token; OpenBao answers as it does to a missing right, so there a lookup tells the two apart.
import assert from 'node:assert/strict';
import type { Driver, MountWish } from '../harness/driver.ts';
import { type CountingProxy, startProxy } from '../harness/faulty-store.ts';
import type { LoginMethod } from '../harness/openbao.ts';
import { MAY_READ, objects, type SocketWorld, socketWorld } from './world.ts';

const LOOKUP = 'GET /v1/auth/token/lookup-self';
const LOGIN = 'POST /v1/auth/dead/login';
const READ = 'GET /v1/secret/data/dead';
const NOTHING = 'path "secret/none" { capabilities = ["read"] }';

describe('a token that the store ended', () => {
  let world: SocketWorld;
  let method: LoginMethod;
  let proxy: CountingProxy;
  let driver: Driver;
  let lookupOfDeadToken: readonly [string, number][];
  const wish = (): MountWish => ({
    parameters: {
      roleName: 'dead',
      vaultAuthMountPath: 'dead',
      objects: objects('a secret/data/dead a'),
    },
    tokens: { vault: method.mintJwt({ pod: 'pod-a', namespace: 'team', account: 'app' }) },
  });
  const endTokens = () => world.bao.request('POST', 'sys/leases/revoke-prefix/auth/dead/login');

  before(async () => {
    world = await socketWorld();
    lookupOfDeadToken = world.bao.product === 'Vault' ? [] : [[LOOKUP, 1]];
    method = await world.bao.enableJwt({ mount: 'dead' });
    await method.addRole('dead', { policies: ['dead'] });
    await world.write('dead', { a: 'one' });
    proxy = await startProxy({ target: world.bao.address });
  });
  beforeEach(async () => {
    await world.bao.addPolicy('dead', MAY_READ);
    const daemon = await world.daemon({
      args: [`--vault-addr=${proxy.address}`, '--poll-window=0', '--coalesce-window=0'],
    });
    driver = daemon.driver();
    await driver.mount(wish());
    proxy.forget();
  });
  afterEach(() => world.endDaemons());
  after(() => proxy.stop());

  it('is replaced by one login, with a lookup only if the store has no word for it', async () => {
    await endTokens();
    await driver.mount(wish());
    assert.deepEqual(new Map(proxy.requests), new Map([[READ, 2], ...lookupOfDeadToken, [LOGIN, 1]]));
  });

  it('is not taken for one whose role lost a right', async () => {
    await world.bao.addPolicy('dead', NOTHING);
    const refused = await driver.refusal(wish());
    const requests: [string, number][] = [
      [READ, 2],
      [LOOKUP, 1],
      [LOGIN, 1],
    ];
    assert.deepEqual(new Map(proxy.requests), new Map(requests));
    assert.match(refused.details, /; a policy of the login's role must grant "read" on secret\/data\/dead /);
  });

  it('does not hide that its role lost a right too', async () => {
    await world.bao.addPolicy('dead', NOTHING);
    await endTokens();
    const refused = await driver.refusal(wish());
    assert.deepEqual(new Map(proxy.requests), new Map([[READ, 2], ...lookupOfDeadToken, [LOGIN, 1]]));
    assert.match(refused.details, /; a policy of the login's role must grant "read" on secret\/data\/dead /);
  });
});

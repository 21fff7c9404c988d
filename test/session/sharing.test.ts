// Who shares a login with whom.
import assert from 'node:assert/strict';
import { MountError } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import { makePlan, unsignedToken } from '../harness/plans.ts';
import { SessionWorld } from './world.ts';

describe('sharing a session', () => {
  let world: SessionWorld;
  beforeEach(() => {
    world = new SessionWorld();
  });
  afterEach(() => world.stop.abort());

  it('sends one login for ten pods of an account that come at once where the method is kubernetes', async () => {
    world.client.onLogin = async () => world.client.kubernetesGrant();
    const pods = Array.from({ length: 10 }, (_, index) => makePlan({ pod: `pod-${index}` }));
    const tokens = await Promise.all(pods.map((plan) => world.use(plan)));
    assert.equal(world.client.logins.length, 1);
    assert.deepEqual(new Set(tokens), new Set(['token-1']));
  });

  it('sends one login for each pod where the method is not kubernetes', async () => {
    const pods = Array.from({ length: 10 }, (_, index) => makePlan({ pod: `pod-${index}` }));
    const tokens = await Promise.all(pods.map((plan) => world.use(plan)));
    assert.equal(world.client.logins.length, 10);
    assert.equal(new Set(tokens).size, 10);
  });

  it('shares a jwt login among the pods of an account where the class says so', async () => {
    const pods = Array.from({ length: 10 }, (_, index) => makePlan({ pod: `pod-${index}`, scope: 'serviceAccount' }));
    await Promise.all(pods.map((plan) => world.use(plan)));
    assert.equal(world.client.logins.length, 1);
  });

  it('gives mounts a handle that ends their use and cannot end the login of the others', async () => {
    using handle = await world.open(makePlan());
    await handle.acquire(world.never);
    const reach = [...Object.keys(handle), ...Reflect.ownKeys(Object.getPrototypeOf(handle))];
    assert.deepEqual(new Set(reach), new Set(['constructor', 'session', 'acquire', 'afterForbidden', Symbol.dispose]));
    assert.deepEqual(Object.keys(handle.session), ['key', 'account']);
    handle[Symbol.dispose]();
    handle[Symbol.dispose]();
    assert.deepEqual(world.client.revoked, []);
  });

  it('shares nothing with --session-scope=pod', async () => {
    const alone = new SessionWorld({ isPodOnly: true });
    alone.client.onLogin = async () => alone.client.kubernetesGrant();
    await alone.use(makePlan({ pod: 'one' }));
    await alone.use(makePlan({ pod: 'two' }));
    assert.equal(alone.client.logins.length, 2);
    alone.stop.abort();
  });

  it('keeps accounts, namespaces, roles and mount paths apart', async () => {
    world.client.onLogin = async (request) => {
      const claims = JSON.parse(Buffer.from(request.jwt.reveal().split('.')[1] ?? '', 'base64url').toString());
      const { namespace, serviceaccount } = claims['kubernetes.io'];
      return world.client.kubernetesGrant(serviceaccount.name, namespace);
    };
    await world.use(makePlan());
    await world.use(makePlan({ account: 'other' }));
    await world.use(makePlan({ namespace: 'elsewhere' }));
    await world.use(makePlan({ role: 'admin' }));
    await world.use(makePlan({ mount: 'second' }));
    assert.equal(world.client.logins.length, 5);
  });

  it('never shares a token without claims, not even with the class asking for it', async () => {
    await world.use(makePlan({ pod: 'one', token: 'opaque-a', scope: 'serviceAccount' }));
    await world.use(makePlan({ pod: 'two', token: 'opaque-a', scope: 'serviceAccount' }));
    await world.use(makePlan({ pod: 'one', token: 'opaque-b', scope: 'serviceAccount' }));
    assert.equal(world.client.logins.length, 3);
  });

  it('reads what a token says of itself once for all that a mount asks', async () => {
    class CountedToken extends Secret<string> {
      reads = 0;
      override reveal(): string {
        this.reads += 1;
        return super.reveal();
      }
    }
    const token = new CountedToken(unsignedToken({ namespace: 'team', account: 'app', pod: 'pod-a' }));
    const login = { ...makePlan().login, tokens: new Map([['vault', token]]) };
    const context = { plan: { ...makePlan(), login }, client: world.client, cost: { logins: 0 } };
    world.sessions.leaseScopeKey(context, false);
    world.sessions.leaseScopeKey(context, true);
    using _handle = await world.sessions.open(context, world.never);
    using _lease = world.sessions.openLeaseLogin(context, 'lease').handle;
    assert.equal(token.reads, 1);
  });

  it("refuses a token of another account than the pod's", async () => {
    const token = unsignedToken({ namespace: 'team', account: 'admin', pod: 'pod-a' });
    await assert.rejects(world.use(makePlan({ token })), (error: MountError) => {
      assert.equal(error.reason, 'token-mismatch');
      assert.match(error.message, /of team\/admin, but the pod runs as team\/app/);
      return true;
    });
    assert.equal(world.client.logins.length, 0);
  });

  it('refuses a token that is bound to another pod, but not for a podless caller', async () => {
    const token = unsignedToken({ namespace: 'team', account: 'app', pod: 'pod-b' });
    await assert.rejects(world.use(makePlan({ token })), { reason: 'token-mismatch' });
    await world.use(makePlan({ token, isPodless: true }));
  });

  it('refuses a login that the store took for another account', async () => {
    world.client.onLogin = async () => world.client.kubernetesGrant('admin');
    await assert.rejects(world.use(makePlan()), { reason: 'token-mismatch' });
  });

  it('asks the API server for a token of each pod where the driver passed none, and logs in once for all', async () => {
    world.client.onLogin = async () => world.client.kubernetesGrant();
    const pods = Array.from({ length: 5 }, (_, index) => makePlan({ pod: `pod-${index}`, token: null }));
    await Promise.all(pods.map((plan) => world.use(plan)));
    for (const plan of pods) await world.use(plan);
    // The source keeps a token for a while (kube/token-request.ts): the login's is the one that was asked for before.
    assert.deepEqual(world.asked, ['pod-0', 'pod-1', 'pod-2', 'pod-3', 'pod-4', 'pod-0']);
    assert.equal(world.client.logins.length, 1);
  });

  it('never resumes the login of an account that was deleted, for a pod of one with its name', async () => {
    world.client.onLogin = async () => world.client.kubernetesGrant();
    const isShared = [true, false];
    const keysOf = async (pod: string) => {
      const plan = await world.sessions.identify(makePlan({ pod, token: null }), world.never);
      return isShared.map((shared) => world.sessions.leaseScopeKey({ plan, client: world.client }, shared));
    };
    const old = await world.use(makePlan({ pod: 'old', token: null }));
    const [oldShared, oldOwn] = await keysOf('old');
    world.accountUid = 'second-uid';
    const anew = await world.use(makePlan({ pod: 'new', token: null }));
    assert.notEqual(anew, old);
    assert.equal(await world.use(makePlan({ pod: 'another', token: null })), anew);
    assert.equal(await world.use(makePlan({ pod: 'old', token: null })), old);
    const [newShared, newOwn] = await keysOf('new');
    assert.notEqual(newShared, oldShared);
    assert.notEqual(newOwn, oldOwn);
    assert.deepEqual(await keysOf('old'), [oldShared, oldOwn]);
  });

  it('asks anew for a caller without a pod, which outlives accounts', async () => {
    world.client.onLogin = async () => world.client.kubernetesGrant();
    const plan = makePlan({ token: null, isPodless: true });
    const first = await world.use(plan);
    world.accountUid = 'second-uid';
    assert.notEqual(await world.use(plan), first);
  });

  it('uses a use-limited token for one mount and all its reads, and keeps it for nobody', async () => {
    world.client.onLogin = async () => ({ ...world.client.kubernetesGrant(), uses: 3 });
    const first = await world.open(makePlan());
    const tokens = await Promise.all([1, 2, 3].map(() => first.acquire(world.never)));
    assert.equal(new Set(tokens).size, 1);
    first[Symbol.dispose]();
    await world.use(makePlan());
    assert.equal(world.client.logins.length, 2);
  });

  it('counts a login for the caller who had it sent and for nobody else', async () => {
    world.client.onLogin = async () => world.client.kubernetesGrant();
    const costs = [{ logins: 0 }, { logins: 0 }];
    await Promise.all(
      costs.map(async (cost, index) => {
        const handle = await world.open(makePlan({ pod: `pod-${index}` }), cost);
        await handle.acquire(world.never);
        handle[Symbol.dispose]();
      }),
    );
    assert.deepEqual(costs, [{ logins: 1 }, { logins: 0 }]);
  });

  it('forgets the idle session used longest ago when there are too many, and revokes its token', async () => {
    const small = new SessionWorld({ capacity: 2 });
    const lease = await small.open(makePlan({ pod: 'held' }));
    await lease.acquire(small.never);
    await small.use(makePlan({ pod: 'old' }));
    await small.use(makePlan({ pod: 'new' }));
    await small.clock.advance(0);
    assert.deepEqual(small.client.revoked, ['token-2']);
    lease[Symbol.dispose]();
    small.stop.abort();
  });
});

describe('the bound on logins', () => {
  const setUp = () => {
    const world = new SessionWorld({ capacity: 3 });
    world.client.onLogin = async ({ role }) => {
      if (role.startsWith('nope')) throw new MountError('login-refused', 'no');
      return world.client.grant();
    };
    return world;
  };
  const victims = ['one', 'two'].map((namespace) => makePlan({ namespace, pod: namespace, scope: 'serviceAccount' }));
  const evil = (role: string) => makePlan({ namespace: 'evil', role, scope: 'serviceAccount' });

  it('is not reached by logins that are refused: they take no place and leave nothing behind', async () => {
    const world = setUp();
    for (const plan of [...victims, evil('good')]) await world.use(plan);
    for (let turn = 0; turn < 20; turn += 1) await assert.rejects(world.use(evil(`nope-${turn}`)));
    await world.clock.advance(0);
    assert.deepEqual(world.client.revoked, []);
    assert.equal([...world.sessions.describe()].length, 3);
    world.stop.abort();
  });

  it('costs whoever has most of them its own oldest', async () => {
    const world = setUp();
    for (const plan of victims) await world.use(plan);
    for (let turn = 0; turn < 20; turn += 1) await world.use(evil(`role-${turn}`));
    await world.clock.advance(0);
    const logins = world.client.logins.length;
    for (const plan of victims) await world.use(plan);
    assert.equal(world.client.logins.length, logins);
    assert.deepEqual(
      world.client.revoked,
      Array.from({ length: 19 }, (_, index) => `token-${index + 3}`),
    );
    world.stop.abort();
  });

  it('forgets a login that fails after its caller has gone', async () => {
    const world = setUp();
    const login = Promise.withResolvers<never>();
    world.client.onLogin = () => login.promise;
    const mount = new AbortController();
    const handle = await world.open(evil('slow'));
    const token = handle.acquire(mount.signal);
    mount.abort();
    await assert.rejects(token);
    handle[Symbol.dispose]();
    assert.equal([...world.sessions.describe()].length, 1);
    login.reject(new MountError('login-refused', 'no'));
    await world.clock.advance(0);
    assert.equal([...world.sessions.describe()].length, 0);
    world.stop.abort();
  });
});

describe('a refused login', () => {
  let world: SessionWorld;
  beforeEach(() => {
    world = new SessionWorld();
  });
  afterEach(() => world.stop.abort());

  const refuse = () => Promise.reject(new MountError('login-refused', 'no'));

  it('fails only the caller whose token was refused; the next one leads', async () => {
    const bad = makePlan({ pod: 'bad', scope: 'serviceAccount' });
    const good = makePlan({ pod: 'good', scope: 'serviceAccount' });
    const badToken = bad.login.tokens.get('vault')?.reveal();
    world.client.onLogin = (request) =>
      request.jwt.reveal() === badToken ? refuse() : Promise.resolve(world.client.kubernetesGrant());
    const [first, second] = await Promise.allSettled([world.use(bad), world.use(good)]);
    assert.equal(first.status, 'rejected');
    assert.equal(second.status, 'fulfilled');
    assert.equal(world.client.logins.length, 2);
  });

  it('is sent once for callers that hold the same token', async () => {
    world.client.onLogin = refuse;
    const plan = makePlan({ scope: 'serviceAccount' });
    const results = await Promise.allSettled([world.use(plan), world.use(plan), world.use(plan)]);
    assert.ok(results.every((result) => result.status === 'rejected'));
    assert.equal(world.client.logins.length, 1);
  });

  it('is tried at most three times by one caller', async () => {
    world.client.onLogin = refuse;
    const pods = Array.from({ length: 8 }, (_, index) => makePlan({ pod: `pod-${index}`, scope: 'serviceAccount' }));
    const results = await Promise.allSettled(pods.map((plan) => world.use(plan)));
    assert.ok(results.every((result) => result.status === 'rejected'));
    assert.ok(world.client.logins.length <= 8, `${world.client.logins.length} logins`);
  });

  it('fails all who wait where the store is down', async () => {
    world.client.onLogin = () => Promise.reject(new MountError('store-unreachable', 'down'));
    const pods = Array.from({ length: 5 }, (_, index) => makePlan({ pod: `pod-${index}`, scope: 'serviceAccount' }));
    const results = await Promise.allSettled(pods.map((plan) => world.use(plan)));
    assert.ok(results.every((result) => result.status === 'rejected'));
    assert.equal(world.client.logins.length, 1);
  });
});

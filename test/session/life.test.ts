// A token's life: renewed, superseded, verified, revoked.
import assert from 'node:assert/strict';
import { MountError } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import type { SendRequest } from '../../src/session/options.ts';
import { deferred } from '../harness/fake-store-client.ts';
import { makePlan } from '../harness/plans.ts';
import { SessionWorld } from './world.ts';

const HOUR_MS = 3_600_000;
const FORBIDDEN = new MountError('read-forbidden', 'no');

describe("a token's life", () => {
  let world: SessionWorld;
  beforeEach(() => {
    world = new SessionWorld({ idleMs: 1_000 * HOUR_MS });
  });
  afterEach(() => world.stop.abort());

  it('renews at the moment drawn between 60 and 80 % of the grant, once per grant', async () => {
    await world.use(makePlan());
    await world.clock.advance(0.69 * HOUR_MS);
    assert.equal(world.client.renewed.length, 0);
    await world.clock.advance(0.02 * HOUR_MS);
    assert.equal(world.client.renewed.length, 1);
    await world.clock.advance(7 * HOUR_MS);
    assert.equal(world.client.renewed.length, 11);
    assert.equal(world.client.logins.length, 1);
  });

  it('ends with the pod whose own it is, and with no pod where the account shares it', async () => {
    await world.use(makePlan());
    world.sessions.podGone('pod-b-uid');
    assert.deepEqual([[...world.sessions.pods()].map(({ uid }) => uid), world.client.revoked], [['pod-a-uid'], []]);
    world.sessions.podGone('pod-a-uid');
    await world.clock.advance(0);
    assert.deepEqual([[...world.sessions.pods()], world.client.revoked], [[], ['token-1']]);
    world.client.onLogin = async () => world.client.kubernetesGrant();
    const shared = makePlan({ mount: 'shared' });
    await world.use(shared);
    world.sessions.podGone('pod-a-uid');
    await world.clock.advance(0);
    assert.deepEqual(world.client.revoked, ['token-1']);
  });

  it('is waited for by nobody once it is over', async () => {
    for (let login = 1; login <= 3; login += 1) {
      await world.use(makePlan());
      world.sessions.podGone('pod-a-uid');
      await world.clock.advance(0);
    }
    assert.deepEqual([world.client.revoked, world.clock.sleepers], [['token-1', 'token-2', 'token-3'], 0]);
  });

  it('is revoked at the end of the process, however many there are', async () => {
    const send: SendRequest = async (_client, { what }, request, signal) => {
      // As at the gate: all but the first wait for their turn.
      if (what === 'token revocation') await Promise.resolve();
      signal.throwIfAborted();
      return request(signal);
    };
    world = new SessionWorld({ capacity: 4_000, send });
    for (let pod = 0; pod < 3_000; pod += 1) await world.use(makePlan({ pod: `pod-${pod}` }));
    await world.sessions.close(world.never);
    assert.equal(world.client.revoked.length, 3_000);
  });

  it('does not end with its pod under a mount that still uses it', async () => {
    const handle = await world.open(makePlan());
    await handle.acquire(world.never);
    world.sessions.podGone('pod-a-uid');
    await world.clock.advance(0);
    assert.deepEqual(world.client.revoked, []);
    handle[Symbol.dispose]();
    world.sessions.podGone('pod-a-uid');
    await world.clock.advance(0);
    assert.deepEqual(world.client.revoked, ['token-1']);
  });

  it('does not overflow at 768 hours', async () => {
    world.client.onLogin = async () => world.client.grant({ ttlMs: 768 * HOUR_MS });
    await world.use(makePlan());
    await world.clock.advance(500 * HOUR_MS);
    assert.equal(world.client.renewed.length, 0);
  });

  it('serves the old token and logs in beside it when a grant falls under 90 % of the first', async () => {
    await world.use(makePlan());
    world.client.onRenew = async () => world.client.grant({ token: new Secret('token-1'), ttlMs: 0.5 * HOUR_MS });
    await world.clock.advance(0.71 * HOUR_MS);
    assert.equal(await world.use(makePlan()), 'token-1');
    await world.clock.advance(0);
    assert.equal(world.client.logins.length, 2);
    assert.equal(await world.use(makePlan()), 'token-2');
    await world.clock.advance(30_000);
    assert.deepEqual(world.client.revoked, ['token-1']);
  });

  it('keeps serving the old token while the store is down and it is still valid', async () => {
    world.client.onLogin = async () => world.client.grant({ isRenewable: false });
    await world.use(makePlan());
    await world.clock.advance(0.75 * HOUR_MS);
    world.client.onLogin = () => Promise.reject(new MountError('store-unreachable', 'down'));
    for (let turn = 0; turn < 5; turn += 1) assert.equal(await world.use(makePlan()), 'token-1');
    await world.clock.advance(0);
    assert.equal(world.client.logins.length, 2, 'one try in ten seconds, not one for each use');
    await world.clock.advance(0.26 * HOUR_MS);
    await assert.rejects(world.use(makePlan()), { reason: 'store-unreachable' });
  });

  it('tries a failed renewal again before the token ends', async () => {
    await world.use(makePlan());
    world.client.onRenew = () => Promise.reject(new MountError('store-unreachable', 'down'));
    await world.clock.advance(0.72 * HOUR_MS);
    const failed = world.client.renewed.length;
    assert.ok(failed >= 1);
    world.client.onRenew = async (token) => world.client.grant({ token: new Secret(token) });
    await world.clock.advance(60_000);
    assert.equal(world.client.renewed.length, failed + 1);
    await world.clock.advance(0.5 * HOUR_MS);
    assert.equal(await world.use(makePlan()), 'token-1');
  });

  it('logs in anew after a renewal was refused', async () => {
    await world.use(makePlan());
    world.client.onRenew = () => Promise.reject(new MountError('read-forbidden', 'no'));
    await world.clock.advance(0.71 * HOUR_MS);
    assert.equal(await world.use(makePlan()), 'token-2');
  });

  it('never renews and never revokes a batch token', async () => {
    world.client.onLogin = async () => world.client.grant({ isBatch: true });
    await world.use(makePlan());
    await world.clock.advance(2 * HOUR_MS);
    assert.deepEqual([world.client.renewed, world.client.revoked], [[], []]);
  });

  it('revokes a login that nobody used for the idle time', async () => {
    const idle = new SessionWorld({ idleMs: 600_000 });
    await idle.use(makePlan());
    await idle.clock.advance(500_000);
    await idle.use(makePlan());
    await idle.clock.advance(500_000);
    assert.deepEqual(idle.client.revoked, []);
    await idle.clock.advance(200_000);
    assert.deepEqual(idle.client.revoked, ['token-1']);
    assert.equal(await idle.use(makePlan()), 'token-2');
    idle.stop.abort();
  });

  it('keeps and renews an idle login while a lease hangs on it', async () => {
    const idle = new SessionWorld({ idleMs: 600_000 });
    const handle = await idle.open(makePlan());
    (await handle.acquire(idle.never)).leaseEndsAt(idle.clock.now() + 5 * HOUR_MS);
    handle[Symbol.dispose]();
    await idle.clock.advance(4 * HOUR_MS);
    assert.deepEqual(idle.client.revoked, []);
    assert.ok(idle.client.renewed.length >= 4);
    await idle.clock.advance(1.1 * HOUR_MS);
    assert.deepEqual(idle.client.revoked, ['token-1']);
    idle.stop.abort();
  });

  it('keeps a shared token of an account beyond the idle time of the pod that got it', async () => {
    const idle = new SessionWorld({ idleMs: 600_000 });
    idle.client.onLogin = async () => idle.client.kubernetesGrant();
    await idle.use(makePlan({ pod: 'first' }));
    for (let turn = 0; turn < 10; turn += 1) {
      await idle.clock.advance(300_000);
      assert.equal(await idle.use(makePlan({ pod: 'second' })), 'token-1');
    }
    assert.deepEqual(idle.client.revoked, []);
    idle.stop.abort();
  });

  it('revokes every login at the end, except one that carries a lease', async () => {
    await world.use(makePlan({ pod: 'one' }));
    const handle = await world.open(makePlan({ pod: 'two' }));
    (await handle.acquire(world.never)).leaseEndsAt(world.clock.now() + HOUR_MS);
    handle[Symbol.dispose]();
    await world.sessions.close(world.never);
    assert.deepEqual(world.client.revoked, ['token-1']);
  });
});

describe('a 403 on a read', () => {
  let world: SessionWorld;
  beforeEach(() => {
    world = new SessionWorld();
  });
  afterEach(() => world.stop.abort());

  it('brings one fresh login where the token is dead, shared by all who hit it', async () => {
    world.client.onLookup = async () => false;
    const handle = await world.open(makePlan());
    const token = await handle.acquire(world.never);
    const next = await Promise.all([1, 2, 3].map(() => handle.afterForbidden(token, world.clock.now(), FORBIDDEN)));
    assert.deepEqual(
      next.map((one) => one?.secret.reveal()),
      ['token-2', 'token-2', 'token-2'],
    );
    assert.equal(world.client.lookedUp.length, 1);
  });

  it('brings one fresh login and no lookup where the store says that it does not know the token', async () => {
    const unknown = new MountError('read-forbidden', 'no', { isTokenUnknown: true });
    const handle = await world.open(makePlan());
    const token = await handle.acquire(world.never);
    const next = await Promise.all([1, 2, 3].map(() => handle.afterForbidden(token, world.clock.now(), unknown)));
    assert.deepEqual(
      next.map((one) => one?.secret.reveal()),
      ['token-2', 'token-2', 'token-2'],
    );
    assert.deepEqual(world.client.lookedUp, []);
  });

  it('doubts a token that a later read proved, whatever is said of it', async () => {
    const unknown = new MountError('read-forbidden', 'no', { isTokenUnknown: true });
    const handle = await world.open(makePlan());
    for (const expected of ['token-2', undefined]) {
      const token = await handle.acquire(world.never);
      const sentAt = world.clock.now();
      await world.clock.advance(5);
      token.proved(world.clock.now());
      assert.equal((await handle.afterForbidden(token, sentAt, unknown))?.secret.reveal(), expected);
    }
  });

  it('brings one fresh login a minute where the token lives', async () => {
    const handle = await world.open(makePlan());
    const token = await handle.acquire(world.never);
    const next = await handle.afterForbidden(token, world.clock.now(), FORBIDDEN);
    assert.equal(next?.secret.reveal(), 'token-2');
    assert.ok(next);
    assert.equal(await handle.afterForbidden(next, world.clock.now(), FORBIDDEN), undefined);
    await world.clock.advance(61_000);
    assert.equal((await handle.afterForbidden(next, world.clock.now(), FORBIDDEN))?.secret.reveal(), 'token-3');
  });

  it('asks the store about the token only if no later read proved it', async () => {
    const handle = await world.open(makePlan());
    const token = await handle.acquire(world.never);
    const sentAt = world.clock.now();
    await world.clock.advance(5);
    token.proved(world.clock.now());
    await handle.afterForbidden(token, sentAt, FORBIDDEN);
    assert.deepEqual(world.client.lookedUp, []);
  });

  it('stands where the token lives and no fresh login is to be had', async () => {
    const handle = await world.open(makePlan());
    const token = await handle.acquire(world.never);
    world.client.onLogin = () => Promise.reject(new MountError('login-refused', 'no'));
    assert.equal(await handle.afterForbidden(token, world.clock.now(), FORBIDDEN), undefined);
    assert.equal((await handle.acquire(world.never)).secret.reveal(), 'token-1');
  });

  it('lets each waiter keep its own deadline', async () => {
    const slow = deferred<ReturnType<typeof world.client.grant>>();
    world.client.onLogin = () => slow.promise;
    const impatient = new AbortController();
    const handle = await world.sessions.open(
      { plan: makePlan({ scope: 'serviceAccount' }), client: world.client, cost: { logins: 0 } },
      world.never,
    );
    const patient = handle.acquire(world.never);
    const hasty = handle.acquire(impatient.signal);
    impatient.abort();
    await assert.rejects(hasty, {
      reason: 'mount-timeout',
      message: 'login at auth/kubernetes as role "app": no answer within the mount\'s time',
    });
    slow.resolve(world.client.grant());
    assert.equal((await patient).secret.reveal(), 'token-1');
  });
});

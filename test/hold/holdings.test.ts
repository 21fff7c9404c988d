// A credential over polls: one as long as it can be kept, the next in time, none left behind.
import assert from 'node:assert/strict';
import { MountError, type Reason } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import { settle } from '../harness/fake-clock.ts';
import { deferred } from '../harness/fake-door.ts';
import { makeObject, makeRead } from '../harness/plans.ts';
import { databaseUser, HOUR_MS, HoldWorld, MINUTE_MS, OVERLAP_MS, type WorldWish } from './world.ts';

const down = (reason: Reason = 'store-unreachable') => Promise.reject(new MountError(reason, reason));
const shared = { objects: [databaseUser({ isShared: true })] };

describe('a held credential', () => {
  let world: HoldWorld;
  const start = (wish: WorldWish = {}) => {
    world = new HoldWorld(wish);
    world.know();
  };
  const grantOf =
    (leaseMs: number, isRenewable = true) =>
    async () => ({
      sentAt: world.clock.now(),
      leaseMs,
      isRenewable,
    });
  /** From here on the lease can be lengthened no further. */
  const meetMaxTtl = () => {
    world.door.onRenewLease = grantOf(HOUR_MS / 2);
  };
  beforeEach(() => {
    start();
    world.door.onRenewLease = grantOf(HOUR_MS);
  });
  afterEach(() => world.close());

  describe('whose lease can be renewed', () => {
    it('is one over a day of polls, renewed at the moment drawn once per grant', async () => {
      assert.equal(await world.user(), 'user-1');
      await world.clock.advance(0.7 * HOUR_MS - 1);
      assert.equal(world.door.renewedLeases.length, 0);
      await world.clock.advance(2);
      assert.equal(world.door.renewedLeases.length, 1);
      assert.deepEqual(await world.poll(24 * HOUR_MS), ['user-1']);
      assert.equal(world.door.renewedLeases.length, 35);
      assert.equal(world.issued, 1);
      assert.equal(world.door.logins.length, 1);
      assert.deepEqual(world.door.revoked, []);
    });

    it('gives way at the next poll once a grant falls under 90 % of the first, and goes after the overlap', async () => {
      await world.user();
      meetMaxTtl();
      await world.clock.advance(0.7 * HOUR_MS);
      assert.equal(world.issued, 1, 'a timer issues nothing');
      assert.equal(await world.user(), 'user-2');
      await world.clock.advance(OVERLAP_MS - 1);
      assert.deepEqual(world.door.revoked, []);
      await world.clock.advance(1);
      assert.deepEqual(world.door.revoked, ['token-1']);
    });

    it('stays at a grant of 90 %', async () => {
      world.door.onRenewLease = grantOf(0.9 * HOUR_MS);
      await world.user();
      assert.deepEqual(await world.poll(2 * HOUR_MS), ['user-1']);
    });

    it('changes all parts of one answer in one poll', async () => {
      const { read } = databaseUser();
      const objects = [databaseUser(), makeObject('again', { read })];
      await world.mount({ objects });
      meetMaxTtl();
      await world.clock.advance(0.7 * HOUR_MS);
      assert.deepEqual((await world.mount({ objects })).users, ['user-2', 'user-2']);
    });

    it('is kept for the volume of its pod that has not been given the new one', async () => {
      await world.user();
      await world.user({ className: 'other' });
      assert.equal(world.issued, 1);
      meetMaxTtl();
      await world.clock.advance(0.7 * HOUR_MS);
      world.door.onRenewLease = grantOf(HOUR_MS);
      assert.equal(await world.user(), 'user-2');
      await world.clock.advance(0.2 * HOUR_MS);
      assert.deepEqual(world.door.revoked, []);
      assert.equal(await world.user({ className: 'other' }), 'user-2');
      await world.clock.advance(OVERLAP_MS);
      assert.deepEqual(world.door.revoked, ['token-1']);
    });

    it('is kept for a mount that had taken it when another volume was given the new one', async () => {
      await world.user();
      await world.clock.advance(0.65 * HOUR_MS);
      const slow = deferred<void>();
      const { onRead } = world.door;
      world.door.onRead = async (read, token) => {
        if (!read.path.startsWith('database/')) await slow.promise;
        return onRead(read, token);
      };
      const late = world.mount({ className: 'late', objects: [databaseUser(), makeObject('slow')] });
      await settle();
      meetMaxTtl();
      await world.clock.advance(0.06 * HOUR_MS);
      assert.equal(await world.user(), 'user-2');
      slow.resolve();
      assert.equal((await late).users[0], 'user-1');
      await world.clock.advance(2 * OVERLAP_MS);
      assert.ok(!world.door.revoked.includes('token-1'));
      assert.equal(await world.user({ className: 'late' }), 'user-2');
      await world.clock.advance(OVERLAP_MS);
      assert.ok(world.door.revoked.includes('token-1'));
    });

    it('is issued anew at the next poll after the store knows its lease no longer', async () => {
      await world.user();
      world.door.onRenewLease = () => down('request-refused');
      await world.clock.advance(0.7 * HOUR_MS);
      world.door.onLogin = () => down();
      assert.equal((await world.mount()).errors.length, 1, 'what the store forgot is not served');
      world.door.onLogin = async () => world.door.kubernetesGrant();
      assert.equal(await world.user(), 'user-2');
    });

    it('is issued anew at the next poll after its token was revoked', async () => {
      await world.user();
      world.door.onRenewLease = () => down('read-forbidden');
      world.door.onRenew = () => down('read-forbidden');
      await world.clock.advance(0.7 * HOUR_MS);
      assert.equal(await world.user(), 'user-2');
    });

    it('is renewed as soon as the store is back', async () => {
      await world.user();
      world.door.onRenewLease = () => down();
      await world.clock.advance(0.75 * HOUR_MS);
      world.door.onRenewLease = grantOf(HOUR_MS);
      assert.deepEqual(await world.poll(3 * HOUR_MS), ['user-1']);
    });

    it('is due when its token can be renewed no further', async () => {
      world.door.onLogin = async () => world.door.grant({ isRenewable: false });
      world.lease = { leaseMs: 10 * HOUR_MS, isRenewable: true };
      await world.user();
      assert.deepEqual(await world.poll(0.9 * HOUR_MS), ['user-1', 'user-2']);
    });

    it('under a batch token is due with it, and the token is neither renewed nor revoked', async () => {
      world.door.onLogin = async () => world.door.grant({ isBatch: true, isRenewable: false });
      await world.user();
      assert.deepEqual(await world.poll(0.9 * HOUR_MS), ['user-1', 'user-2']);
      await world.clock.advance(HOUR_MS);
      assert.deepEqual([world.door.renewed, world.door.revoked], [[], []]);
    });

    it('under a token with counted uses is due before that token ends', async () => {
      world.door.onLogin = async () => world.door.grant({ uses: 9 });
      world.lease = { leaseMs: 10 * HOUR_MS, isRenewable: true };
      await world.user();
      assert.deepEqual(await world.poll(0.9 * HOUR_MS), ['user-1', 'user-2']);
    });
  });

  describe('while the store is down', () => {
    it('serves to its end and not beyond, also when it is due', async () => {
      world.lease = { leaseMs: HOUR_MS, isRenewable: false };
      await world.user();
      world.door.onLogin = () => down();
      assert.deepEqual(await world.poll(HOUR_MS - 1), ['user-1']);
      await world.clock.advance(1);
      const { errors } = await world.mount();
      assert.deepEqual(
        errors.map(({ reason }) => reason),
        ['store-unreachable'],
      );
      world.door.onLogin = async () => world.door.kubernetesGrant();
      assert.equal(await world.user(), 'user-2');
    });

    it('is not used beyond its end after the machine was asleep', async () => {
      await world.user();
      world.clock.suspend(5 * HOUR_MS);
      world.door.onLogin = () => down();
      assert.equal((await world.mount()).errors.length, 1);
      world.door.onLogin = async () => world.door.kubernetesGrant();
      assert.equal(await world.user(), 'user-2');
      await world.clock.advance(MINUTE_MS);
      assert.deepEqual(world.door.renewedLeases, []);
    });
  });

  describe('of a path that was not known for leases', () => {
    beforeEach(() => {
      world.close();
      world = new HoldWorld();
    });

    it('takes the shared login with it, and is given back with that when its pod is gone', async () => {
      await world.user();
      world.holdings.podGone('pod-a-uid');
      await settle();
      assert.deepEqual([world.door.revokedLeases, world.door.revoked], [[], ['token-1']]);
      await world.mount({ objects: [makeObject('plain')] });
      assert.equal(world.door.logins.length, 2, 'whoever comes next logs in anew');
    });

    const two = () => [databaseUser(), makeObject('other', { read: makeRead('database/creds/other') })];

    it('hangs on the shared login with another, and each is given back by its name', async () => {
      await world.mount({ objects: two() });
      world.holdings.podGone('pod-a-uid');
      await settle();
      assert.deepEqual([world.door.revokedLeases.toSorted(), world.door.revoked], [['lease-1', 'lease-2'], []]);
    });

    it('or is left to run out where the store forbids that', async () => {
      await world.mount({ objects: two() });
      world.door.onRevokeLease = () => down('read-forbidden');
      world.holdings.podGone('pod-a-uid');
      await world.clock.advance(HOUR_MS);
      assert.deepEqual(world.door.renewedLeases, []);
    });

    for (const isGivenBack of [true, false]) {
      it(`takes nothing with it that another pod found on that login (revoke: ${isGivenBack})`, async () => {
        await world.mount({ objects: [makeObject('plain')] });
        const slow = deferred<void>();
        const { onRead } = world.door;
        world.door.onRead = async (read, token) => {
          if (read.path.endsWith('slow')) await slow.promise;
          return onRead(read, token);
        };
        const objects = [makeObject('other', { key: 'username', read: makeRead('database/creds/slow') })];
        const other = world.user({ pod: 'pod-b', objects });
        await settle();
        await world.user({ objects: [databaseUser({ isGivenBack })] });
        slow.resolve();
        assert.equal(await other, 'user-2');
        world.holdings.podGone('pod-a-uid');
        await world.clock.advance(2 * OVERLAP_MS);
        assert.equal(await world.user({ pod: 'pod-b', objects }), 'user-2');
        assert.deepEqual(world.door.revoked, []);
        assert.deepEqual(world.door.revokedLeases, isGivenBack ? ['lease-1'] : []);
      });
    }

    it('is one for each of ten pods of the account that come at once, and stays', async () => {
      const pods = Array.from({ length: 10 }, (_, index) => `pod-${index}`);
      const users = await Promise.all(pods.map((pod) => world.user({ pod })));
      assert.equal(new Set(users).size, 10);
      assert.deepEqual(await Promise.all(pods.map((pod) => world.user({ pod }))), users);
      assert.equal(world.issued, 10);
    });

    it('is one and the same for two volumes of a pod that come at once', async () => {
      const both = () => Promise.all(['one', 'other'].map((className) => world.user({ className })));
      const users = await both();
      assert.equal(new Set(users).size, 1);
      await world.clock.advance(2 * OVERLAP_MS);
      assert.deepEqual(await both(), users);
      assert.deepEqual([world.issued, world.door.revoked, world.door.revokedLeases], [1, [], []]);
    });
  });

  describe('shared by an account', () => {
    it('is one for ten pods that come at once', async () => {
      const pods = Array.from({ length: 10 }, (_, index) => `pod-${index}`);
      const users = await Promise.all(pods.map((pod) => world.user({ ...shared, pod })));
      assert.deepEqual(new Set(users), new Set(['user-1']));
    });

    it('is another for another account and another role', async () => {
      await world.user(shared);
      world.door.onLogin = async () => world.door.kubernetesGrant('other');
      assert.equal(await world.user({ ...shared, account: 'other' }), 'user-2');
      world.door.onLogin = async () => world.door.kubernetesGrant();
      assert.equal(await world.user({ ...shared, role: 'other' }), 'user-3');
    });

    it('comes for those who wait although the mount that asked was cancelled', async () => {
      const slow = deferred<void>();
      world.door.onLogin = async () => {
        await slow.promise;
        return world.door.kubernetesGrant();
      };
      const leader = new AbortController();
      const first = world.mount({ ...shared, pod: 'leader', signal: leader.signal });
      await settle();
      const second = world.user({ ...shared, pod: 'second' });
      await settle();
      leader.abort();
      assert.equal((await first).errors[0]?.reason, 'mount-timeout');
      slow.resolve();
      assert.equal(await second, 'user-1');
      assert.equal(await world.user({ ...shared, pod: 'leader' }), 'user-1');
    });

    it('stays for a pod whose mount had taken it when the last other pod went', async () => {
      await world.user(shared);
      const slow = deferred<void>();
      const { onRead } = world.door;
      world.door.onRead = async (read, token) => {
        if (!read.path.startsWith('database/')) await slow.promise;
        return onRead(read, token);
      };
      const objects = [databaseUser({ isShared: true }), makeObject('slow')];
      const mounting = world.mount({ pod: 'pod-b', objects });
      await settle();
      world.holdings.podGone('pod-a-uid');
      await world.clock.advance(MINUTE_MS / 2);
      slow.resolve();
      assert.equal((await mounting).users[0], 'user-1');
      await world.clock.advance(MINUTE_MS);
      assert.deepEqual(world.door.revoked, []);
      assert.equal((await world.mount({ pod: 'pod-b', objects })).users[0], 'user-1');
    });

    it('stays while one pod of the account has it', async () => {
      await world.user(shared);
      await world.user({ ...shared, pod: 'pod-b' });
      world.holdings.podGone('pod-a-uid');
      await world.clock.advance(2 * OVERLAP_MS);
      assert.deepEqual(world.door.revoked, []);
      world.holdings.podGone('pod-b-uid');
      await settle();
      assert.deepEqual(world.door.revoked, ['token-1']);
    });
  });

  describe('that nobody needs any longer', () => {
    it('goes at once with its pod, and no other pod loses its own', async () => {
      await world.user();
      await world.user({ pod: 'pod-b' });
      world.holdings.podGone('pod-a-uid');
      await settle();
      assert.deepEqual(world.door.revoked, ['token-1']);
      await world.clock.advance(HOUR_MS);
      assert.equal(await world.user({ pod: 'pod-b' }), 'user-2');
    });

    it('is let go after a poll whose class does not name it, with the whole overlap', async () => {
      await world.user();
      await world.clock.advance(OVERLAP_MS - MINUTE_MS);
      await world.user({ objects: [makeObject('plain')] });
      await world.clock.advance(OVERLAP_MS - 1);
      assert.deepEqual(world.door.revoked, []);
      await world.clock.advance(1);
      assert.deepEqual(world.door.revoked, ['token-1']);
    });

    it('waits for the next try of a mount that failed, which gets the same', async () => {
      await world.mount({ isUndelivered: true });
      await world.clock.advance(OVERLAP_MS - 1);
      await world.mount({ isUndelivered: true });
      await world.clock.advance(OVERLAP_MS - 1);
      assert.equal(await world.user(), 'user-1');
      await world.clock.advance(2 * OVERLAP_MS);
      assert.deepEqual(world.door.revoked, []);
    });

    it('goes after the overlap where no mount delivered it', async () => {
      await world.mount({ isUndelivered: true });
      await world.clock.advance(OVERLAP_MS);
      assert.deepEqual(world.door.revoked, ['token-1']);
    });

    it('outlives the mount that issued it also where there is no overlap', async () => {
      world.close();
      start({ overlapMs: 0 });
      const slow = deferred<void>();
      const { onRead } = world.door;
      world.door.onRead = async (read, token) => {
        if (!read.path.startsWith('database/')) await slow.promise;
        return onRead(read, token);
      };
      const mounted = world.mount({ objects: [databaseUser(), makeObject('slow')] });
      await world.clock.advance(10_000);
      slow.resolve();
      await mounted;
      await world.clock.advance(MINUTE_MS);
      assert.deepEqual(world.door.revoked, []);
    });

    it('is neither given back nor its token revoked where the class says so', async () => {
      await world.user({ objects: [databaseUser({ isGivenBack: false })] });
      world.holdings.podGone('pod-a-uid');
      await world.clock.advance(MINUTE_MS);
      assert.deepEqual([world.door.revoked, world.door.revokedLeases], [[], []]);
    });
  });

  describe('of a pod that is silent', () => {
    const others = async (ms: number) => {
      await world.poll(ms, { pod: 'other', objects: [makeObject('plain')] });
    };

    it('is renewed no longer after ten minutes while others are asked, and never given back', async () => {
      await world.user();
      await others(HOUR_MS - MINUTE_MS);
      assert.deepEqual([world.door.renewedLeases, world.door.revoked], [[], []]);
    });

    it('is renewed where nobody is asked: the node is silent, not the pod', async () => {
      await world.user();
      await world.clock.advance(HOUR_MS);
      assert.equal(world.door.renewedLeases.length, 1);
    });

    it('is waited for by three of its own intervals', async () => {
      await world.user();
      await world.poll(HOUR_MS, {}, 20 * MINUTE_MS);
      const before = world.door.renewedLeases.length;
      await others(50 * MINUTE_MS);
      assert.ok(world.door.renewedLeases.length > before);
    });

    it('is waited for by ten minutes, however often it was polled', async () => {
      world.lease = { leaseMs: 20 * MINUTE_MS, isRenewable: true };
      await world.user();
      await world.poll(6 * MINUTE_MS, {}, MINUTE_MS);
      await others(9 * MINUTE_MS);
      assert.equal(world.door.renewedLeases.length, 1);
    });

    it('is renewed again when it is polled again', async () => {
      await world.user();
      await others(50 * MINUTE_MS);
      assert.equal(world.door.renewedLeases.length, 0);
      assert.equal(await world.user(), 'user-1');
      await world.clock.advance(9 * MINUTE_MS);
      assert.equal(world.door.renewedLeases.length, 1);
    });

    it('is not taken for silent while its polls fail on another object', async () => {
      await world.user();
      for (let turn = 0; turn < 25; turn += 1) {
        await others(2 * MINUTE_MS);
        await world.mount({ isUndelivered: true });
      }
      assert.equal(world.door.renewedLeases.length, 1);
    });

    it('is always renewed where pods are watched', async () => {
      world.close();
      start({ isWatching: () => true });
      await world.user();
      await others(HOUR_MS);
      assert.ok(world.door.renewedLeases.length > 0);
    });
  });

  describe('of a caller without a pod', () => {
    it('is not held without share', async () => {
      assert.deepEqual(await world.poll(4 * MINUTE_MS, { isPodless: true }), ['user-1', 'user-2']);
    });

    it('is held with share as long as it is asked for', async () => {
      await world.user({ ...shared, isPodless: true });
      assert.deepEqual(await world.poll(HOUR_MS, { ...shared, isPodless: true }), ['user-1']);
    });
  });

  it('is not held for an answer of KV without a lease', async () => {
    const objects = [makeObject('plain')];
    await world.user({ objects });
    await world.poll(10 * MINUTE_MS, { objects });
    assert.equal(world.door.reads.length, 6);
  });

  it('is held for refreshAfter where the class says so', async () => {
    const read = makeRead('secret/data/app', {
      holding: { isShared: false, isGivenBack: true, refreshAfterMs: 30 * MINUTE_MS },
    });
    const objects = [makeObject('plain', { read })];
    await world.user({ objects });
    await world.poll(28 * MINUTE_MS, { objects });
    assert.equal(world.door.reads.length, 1);
    await world.poll(2 * MINUTE_MS, { objects });
    assert.equal(world.door.reads.length, 2);
  });

  it('is not starved by a pod that mounts again and again under a new uid', async () => {
    world.close();
    start({ concurrency: 2 });
    let isBusy = true;
    // A `jwt` login: each pod has a session of its own, and with it a turn of its own.
    world.door.onLogin = async () => world.door.grant();
    world.lease = { leaseMs: 10 * MINUTE_MS, isRenewable: true };
    world.door.onRenewLease = () => down();
    await world.user();
    await world.clock.advance(8.1 * MINUTE_MS);
    world.door.onRenewLease = grantOf(10 * MINUTE_MS);
    const before = world.door.renewedLeases.length;
    world.door.onRead = async () => {
      await settle();
      return world.door.answer();
    };
    let pod = 0;
    const crashLoop = async () => {
      while (isBusy) {
        pod += 1;
        const objects = Array.from({ length: 10 }, (_, index) =>
          makeObject(`o${index}`, { read: makeRead(`kv/${pod}/${index}`) }),
        );
        await world.mount({ pod: `loop-${pod}`, objects });
      }
    };
    const loops = Array.from({ length: 8 }, crashLoop);
    await world.clock.advance(30_000);
    for (let turn = 0; turn < 20; turn += 1) await settle();
    const renewed = world.door.renewedLeases.length - before;
    isBusy = false;
    await Promise.all(loops);
    assert.ok(pod > 1 && renewed >= 1);
    assert.equal(await world.user(), 'user-1');
  });

  it('shares the last answers of an account with no other account', async () => {
    const read = makeRead('secret/data/app', { holding: { ...databaseUser({ isShared: true }).read.holding } });
    const objects = [makeObject('plain', { read })];
    const pair = (account: string) =>
      Promise.all(['a', 'b'].map((pod) => world.mount({ account, pod: `${account}-${pod}`, objects })));
    for (const account of ['app', 'other']) {
      world.door.onLogin = async () => world.door.kubernetesGrant(account);
      world.door.onRead = async () => world.door.answer({ password: account });
      await pair(account);
      await world.clock.advance(MINUTE_MS);
    }
    world.door.onRead = () => down();
    for (const account of ['app', 'other'])
      assert.deepEqual(
        (await pair(account)).map(({ users }) => users[0]),
        [account, account],
      );
  });

  it('shares what was read by a login of its own with nobody, also where it came without a lease', async () => {
    const objects = [makeObject('once', { read: makeRead('aws/creds/app') })];
    world.know('aws/creds/app');
    await world.mount({ objects });
    world.door.onLogin = async () => world.door.kubernetesGrant('other');
    await world.mount({ account: 'other', pod: 'pod-b', objects: [makeObject('plain')] });
    world.door.onLogin = () => down();
    world.door.onRead = () => down();
    const { errors } = await world.mount({ account: 'other', pod: 'pod-b', objects });
    assert.deepEqual(
      errors.map(({ reason }) => reason),
      ['store-unreachable'],
    );
    assert.deepEqual((await world.mount({ objects })).errors, [], 'its own pod has it');
  });

  it('replaces at its bound, and holds nothing beyond it', async function () {
    this.timeout(60_000);
    const write = (path: string) => [makeObject('w', { read: makeRead(path, { method: 'POST' }) })];
    world.lease = { leaseMs: HOUR_MS, isRenewable: false };
    await world.user();
    const objects = Array.from({ length: 9_999 }, (_, index) => write(`sign/${index}`)).flat();
    await world.mount({ pod: 'many', objects });
    const before = world.door.reads.length;
    for (let turn = 0; turn < 2; turn += 1) await world.user({ pod: 'late', objects: write('sign/late') });
    assert.equal(world.door.reads.length, before + 2);
    world.clock.suspend(0.75 * HOUR_MS);
    for (let turn = 0; turn < 3; turn += 1) {
      assert.equal(await world.user(), 'user-2');
      world.clock.suspend(1);
    }
  });
});

describe('a login of a held credential', () => {
  it('is renewed as long as the credential is', async () => {
    const world = new HoldWorld();
    world.know();
    world.door.onLogin = async () => world.door.grant({ ttlMs: 10 * MINUTE_MS });
    world.door.onRenewLease = async () => ({ sentAt: world.clock.now(), leaseMs: HOUR_MS, isRenewable: true });
    world.door.onRenew = async (token) => world.door.grant({ token: new Secret(token), ttlMs: 10 * MINUTE_MS });
    await world.user();
    assert.deepEqual(await world.poll(5 * HOUR_MS), ['user-1']);
    world.close();
  });
});

// Who has a credential together: the volumes of a pod, the pods of an account, and nobody else.
import assert from 'node:assert/strict';
import { settle } from '../harness/fake-clock.ts';
import { deferred } from '../harness/fake-store-client.ts';
import { makeObject, makeRead, readOf, valueSource } from '../harness/plans.ts';
import { databaseUser, down, HOUR_MS, LeaseWorld, MINUTE_MS, OVERLAP_MS } from './world.ts';

const shared = { objects: [databaseUser({ isShared: true })] };

describe('a lease', () => {
  let world: LeaseWorld;
  beforeEach(() => {
    world = new LeaseWorld();
    world.know();
    world.renewTo(HOUR_MS);
  });
  afterEach(() => world.close());

  describe('of a path that was not known for leases', () => {
    beforeEach(() => {
      world.close();
      world = new LeaseWorld();
    });

    it('takes the shared login with it, and is revoked with that when its pod is gone', async () => {
      await world.user();
      world.leases.podGone('pod-a-uid');
      await settle();
      assert.deepEqual([world.client.revokedLeases, world.client.revoked], [[], ['token-1']]);
      await world.mount({ objects: [makeObject('plain')] });
      assert.equal(world.client.logins.length, 2, 'whoever comes next logs in anew');
    });

    const two = () => [databaseUser(), makeObject('other', { read: makeRead('database/creds/other') })];

    it('is asked for anew where it was found on one login with another, and each goes with a login of its own', async () => {
      const { users } = await world.mount({ objects: two() });
      assert.deepEqual(users.toSorted(), ['user-3', 'user-4']);
      await settle();
      assert.deepEqual([world.client.logins.length, world.client.revoked], [3, ['token-1']]);
      await world.mount({ objects: two() });
      assert.equal(world.issued, 4, 'nothing more is issued');
      world.leases.podGone('pod-a-uid');
      await settle();
      assert.deepEqual(world.client.revoked.toSorted(), ['token-1', 'token-2', 'token-3']);
      assert.deepEqual(world.client.revokedLeases, []);
    });

    it('is asked for anew also if the account shares it', async () => {
      const objects = two().map((object) => {
        const { read, key } = valueSource(object);
        return makeObject(object.name, {
          key,
          read: { ...read, leaseSettings: { ...read.leaseSettings, isShared: true } },
        });
      });
      await world.mount({ objects });
      await world.mount({ pod: 'pod-b', objects });
      assert.deepEqual([world.issued, world.client.revoked], [4, ['token-1']]);
    });

    for (const isRevoked of [true, false]) {
      it(`takes nothing with it that another pod found on that login (revoke: ${isRevoked})`, async () => {
        await world.mount({ objects: [makeObject('plain')] });
        const slow = deferred<void>();
        const { onRead } = world.client;
        world.client.onRead = async (read, token) => {
          if (read.path.endsWith('slow')) await slow.promise;
          return onRead(read, token);
        };
        const objects = [makeObject('other', { key: 'username', read: makeRead('database/creds/slow') })];
        const other = world.user({ pod: 'pod-b', objects });
        await settle();
        await world.user({ objects: [databaseUser({ isRevoked })] });
        slow.resolve();
        assert.equal(await other, 'user-3');
        world.leases.podGone('pod-a-uid');
        await world.clock.advance(2 * OVERLAP_MS);
        assert.equal(await world.user({ pod: 'pod-b', objects }), 'user-3');
        assert.deepEqual(world.client.revoked, isRevoked ? ['token-1'] : []);
        assert.deepEqual(world.client.revokedLeases, []);
      });
    }

    it('is one for each of ten pods of the account that come at once, and stays', async () => {
      const pods = Array.from({ length: 10 }, (_, index) => `pod-${index}`);
      const users = await Promise.all(pods.map((pod) => world.user({ pod })));
      assert.equal(new Set(users).size, 10);
      assert.deepEqual(await Promise.all(pods.map((pod) => world.user({ pod }))), users);
      assert.equal(world.issued, 10);
    });

    it('is one for a pod alone and one for those that share, where both come at once', async () => {
      await world.mount({ pod: 'first', objects: [makeObject('plain')] });
      const slow = deferred<void>();
      const { onRead } = world.client;
      world.client.onRead = async (read, token) => {
        await slow.promise;
        return onRead(read, token);
      };
      const both = Promise.all([world.user(), world.user({ ...shared, pod: 'pod-b' })]);
      await settle();
      slow.resolve();
      const users = await both;
      assert.deepEqual(users.toSorted(), ['user-1', 'user-2']);
      assert.deepEqual(await Promise.all([world.user(), world.user({ ...shared, pod: 'pod-b' })]), users);
    });

    it('is one and the same for two volumes of a pod that come at once', async () => {
      const both = () => Promise.all(['one', 'other'].map((className) => world.user({ className })));
      const users = await both();
      assert.equal(new Set(users).size, 1);
      await world.clock.advance(2 * OVERLAP_MS);
      assert.deepEqual(await both(), users);
      assert.deepEqual([world.issued, world.client.revoked, world.client.revokedLeases], [1, [], []]);
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
      world.client.onLogin = async () => world.client.kubernetesGrant('other');
      assert.equal(await world.user({ ...shared, account: 'other' }), 'user-2');
      world.client.onLogin = async () => world.client.kubernetesGrant();
      assert.equal(await world.user({ ...shared, role: 'other' }), 'user-3');
    });

    it('comes for those who wait although the mount that asked was cancelled', async () => {
      const slow = deferred<void>();
      world.client.onLogin = async () => {
        await slow.promise;
        return world.client.kubernetesGrant();
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
      const { onRead } = world.client;
      world.client.onRead = async (read, token) => {
        if (!read.path.startsWith('database/')) await slow.promise;
        return onRead(read, token);
      };
      const objects = [databaseUser({ isShared: true }), makeObject('slow')];
      const mounting = world.mount({ pod: 'pod-b', objects });
      await settle();
      world.leases.podGone('pod-a-uid');
      await world.clock.advance(MINUTE_MS / 2);
      slow.resolve();
      assert.equal((await mounting).users[0], 'user-1');
      await world.clock.advance(MINUTE_MS);
      assert.deepEqual(world.client.revoked, []);
      assert.equal((await world.mount({ pod: 'pod-b', objects })).users[0], 'user-1');
    });

    it('stays while one pod of the account has it', async () => {
      await world.user(shared);
      await world.user({ ...shared, pod: 'pod-b' });
      world.leases.podGone('pod-a-uid');
      await world.clock.advance(2 * OVERLAP_MS);
      assert.deepEqual(world.client.revoked, []);
      world.leases.podGone('pod-b-uid');
      await settle();
      assert.deepEqual(world.client.revoked, ['token-1']);
    });
  });

  describe('of a caller without a pod', () => {
    it('is no lease without share', async () => {
      assert.deepEqual(await world.poll(4 * MINUTE_MS, { isPodless: true }), ['user-1', 'user-2']);
    });

    it('is a lease with share as long as it is asked for', async () => {
      await world.user({ ...shared, isPodless: true });
      assert.deepEqual(await world.poll(HOUR_MS, { ...shared, isPodless: true }), ['user-1']);
    });
  });

  it('shares the last answers of an account with no other account', async () => {
    const read = makeRead('secret/data/app', {
      leaseSettings: { ...readOf(databaseUser({ isShared: true })).leaseSettings },
    });
    const objects = [makeObject('plain', { read })];
    const pair = (account: string) =>
      Promise.all(['a', 'b'].map((pod) => world.mount({ account, pod: `${account}-${pod}`, objects })));
    for (const account of ['app', 'other']) {
      world.client.onLogin = async () => world.client.kubernetesGrant(account);
      world.client.onRead = async () => world.client.answer({ password: account });
      await pair(account);
      await world.clock.advance(MINUTE_MS);
    }
    world.client.onRead = () => down();
    for (const account of ['app', 'other'])
      assert.deepEqual(
        (await pair(account)).map(({ users }) => users[0]),
        [account, account],
      );
  });

  it('shares what was read by a login of its own with nobody, also if it came without a lease', async () => {
    const objects = [makeObject('once', { read: makeRead('aws/creds/app') })];
    world.know('aws/creds/app');
    await world.mount({ objects });
    world.client.onLogin = async () => world.client.kubernetesGrant('other');
    await world.mount({ account: 'other', pod: 'pod-b', objects: [makeObject('plain')] });
    world.client.onLogin = () => down();
    world.client.onRead = () => down();
    const { errors } = await world.mount({ account: 'other', pod: 'pod-b', objects });
    assert.deepEqual(
      errors.map(({ reason }) => reason),
      ['store-unreachable'],
    );
    assert.deepEqual((await world.mount({ objects })).errors, [], 'its own pod has it');
  });
});

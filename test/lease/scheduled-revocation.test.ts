// What becomes of a credential that nobody needs or polls for any longer.
import assert from 'node:assert/strict';
import { settle } from '../harness/fake-clock.ts';
import { deferred } from '../harness/fake-store-client.ts';
import { makeObject } from '../harness/plans.ts';
import { databaseUser, HOUR_MS, LeaseWorld, MINUTE_MS, OVERLAP_MS, type WorldWish } from './world.ts';

describe('a lease', () => {
  let world: LeaseWorld;
  const start = (wish: WorldWish = {}) => {
    world = new LeaseWorld(wish);
    world.know();
    world.renewTo(HOUR_MS);
  };
  beforeEach(() => start());
  afterEach(() => world.close());

  describe('that nobody needs any longer', () => {
    it('goes at once with its pod, and no other pod loses its own', async () => {
      await world.user();
      await world.user({ pod: 'pod-b' });
      world.leases.podGone('pod-a-uid');
      await settle();
      assert.deepEqual(world.client.revoked, ['token-1']);
      await world.clock.advance(HOUR_MS);
      assert.equal(await world.user({ pod: 'pod-b' }), 'user-2');
    });

    it('is revoked if its pod went while its mount was under way', async () => {
      const slow = deferred<void>();
      const { onRead } = world.client;
      world.client.onRead = async (read, token) => {
        if (!read.path.startsWith('database/')) await slow.promise;
        return onRead(read, token);
      };
      const mounting = world.mount({ objects: [databaseUser(), makeObject('slow')] });
      await settle();
      world.pods.gone('pod-a-uid');
      slow.resolve();
      await mounting;
      await settle();
      assert.deepEqual([...world.pods.all()], []);
      assert.deepEqual(world.client.revoked, ['token-1']);
    });

    it('is revoked after a poll whose class does not name it, with the whole overlap', async () => {
      await world.user();
      await world.clock.advance(OVERLAP_MS - MINUTE_MS);
      await world.user({ objects: [makeObject('plain')] });
      await world.clock.advance(OVERLAP_MS - 1);
      assert.deepEqual(world.client.revoked, []);
      await world.clock.advance(1);
      assert.deepEqual(world.client.revoked, ['token-1']);
    });

    it('waits for the next try of a mount that failed, which gets the same', async () => {
      await world.mount({ isUndelivered: true });
      await world.clock.advance(OVERLAP_MS - 1);
      await world.mount({ isUndelivered: true });
      await world.clock.advance(OVERLAP_MS - 1);
      assert.equal(await world.user(), 'user-1');
      await world.clock.advance(2 * OVERLAP_MS);
      assert.deepEqual(world.client.revoked, []);
    });

    it('goes after the overlap where no mount delivered it', async () => {
      await world.mount({ isUndelivered: true });
      await world.clock.advance(OVERLAP_MS);
      assert.deepEqual(world.client.revoked, ['token-1']);
    });

    it('outlives the mount that issued it also if there is no overlap', async () => {
      world.close();
      start({ overlapMs: 0 });
      const slow = deferred<void>();
      const { onRead } = world.client;
      world.client.onRead = async (read, token) => {
        if (!read.path.startsWith('database/')) await slow.promise;
        return onRead(read, token);
      };
      const mounted = world.mount({ objects: [databaseUser(), makeObject('slow')] });
      await world.clock.advance(10_000);
      slow.resolve();
      await mounted;
      await world.clock.advance(MINUTE_MS);
      assert.deepEqual(world.client.revoked, []);
    });

    it('is neither revoked nor its token revoked where the class says so', async () => {
      await world.user({ objects: [databaseUser({ isRevoked: false })] });
      world.leases.podGone('pod-a-uid');
      await world.clock.advance(MINUTE_MS);
      assert.deepEqual([world.client.revoked, world.client.revokedLeases], [[], []]);
    });
  });

  it('still has its value in a mount that it answered before it was revoked', async () => {
    const objects = [databaseUser(), makeObject('plain')];
    await world.user({ objects });
    await world.clock.advance(2 * MINUTE_MS);
    const isRead = Promise.withResolvers<void>();
    world.client.onRead = () => isRead.promise.then(() => world.client.answer());
    const mounting = world.mount({ objects });
    await settle();
    world.pods.gone('pod-a-uid');
    await settle();
    assert.equal(world.client.revoked.length, 1);
    isRead.resolve();
    assert.deepEqual((await mounting).users, ['user-1', 'one']);
  });

  describe('of a pod that is silent', () => {
    const others = async (ms: number) => {
      await world.poll(ms, { pod: 'other', objects: [makeObject('plain')] });
    };

    it('is renewed no longer after ten minutes while others are asked, and never revoked', async () => {
      await world.user();
      await others(HOUR_MS - MINUTE_MS);
      assert.deepEqual([world.client.renewedLeases, world.client.revoked], [[], []]);
    });

    it('is renewed where nobody is asked: the node is silent, not the pod', async () => {
      await world.user();
      await world.clock.advance(HOUR_MS);
      assert.equal(world.client.renewedLeases.length, 1);
    });

    it('is waited for by three of its own intervals', async () => {
      await world.user();
      await world.poll(HOUR_MS, {}, 20 * MINUTE_MS);
      const before = world.client.renewedLeases.length;
      await others(50 * MINUTE_MS);
      assert.ok(world.client.renewedLeases.length > before);
    });

    it('is waited for by ten minutes, however often it was polled', async () => {
      world.lease = { leaseMs: 20 * MINUTE_MS, isRenewable: true };
      await world.user();
      await world.poll(6 * MINUTE_MS, {}, MINUTE_MS);
      await others(9 * MINUTE_MS);
      assert.equal(world.client.renewedLeases.length, 1);
    });

    it('is renewed again when it is polled again', async () => {
      await world.user();
      await others(50 * MINUTE_MS);
      assert.equal(world.client.renewedLeases.length, 0);
      assert.equal(await world.user(), 'user-1');
      await world.clock.advance(9 * MINUTE_MS);
      assert.equal(world.client.renewedLeases.length, 1);
    });

    it('is not taken for silent while its polls fail on another object', async () => {
      await world.user();
      for (let turn = 0; turn < 25; turn += 1) {
        await others(2 * MINUTE_MS);
        await world.mount({ isUndelivered: true });
      }
      assert.equal(world.client.renewedLeases.length, 1);
    });

    it('is always renewed where pods are watched', async () => {
      world.close();
      start({ isWatching: () => true });
      await world.user();
      await others(HOUR_MS);
      assert.ok(world.client.renewedLeases.length > 0);
    });
  });
});

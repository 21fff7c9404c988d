// Which answers become leases. How much memory they take: memory.test.ts.
import assert from 'node:assert/strict';
import { NO_RECORDS } from '../../src/record-store.ts';
import { settle } from '../harness/fake-clock.ts';
import { makeObject, makeRead } from '../harness/plans.ts';
import { databaseUser, down, HOUR_MS, LeaseWorld, MINUTE_MS, OVERLAP_MS, type WorldWish } from './world.ts';

describe('a lease', () => {
  let world: LeaseWorld;
  const start = (wish: WorldWish = {}) => {
    world = new LeaseWorld(wish);
    world.know();
    world.renewTo(HOUR_MS);
  };
  beforeEach(() => start());
  afterEach(() => world.close());

  it('is not made for an answer of KV without a lease', async () => {
    const objects = [makeObject('plain')];
    await world.user({ objects });
    await world.poll(10 * MINUTE_MS, { objects });
    assert.equal(world.client.reads.length, 6);
  });

  it('is used by its volume also if it was found to be needed later in the mount', async () => {
    const wish = { objects: [makeObject('plain')], later: databaseUser().reads };
    await world.user(wish);
    await world.poll(3 * OVERLAP_MS, wish);
    assert.deepEqual([world.issued, world.client.revoked], [1, []]);
    await world.user({ objects: [makeObject('plain')] });
    await world.clock.advance(OVERLAP_MS + MINUTE_MS);
    assert.equal(world.client.revoked.length, 1, 'no longer used');
  });

  it('has no record made of it, nor has anything else of its mount, where none is kept', async () => {
    world.close();
    const put = () => assert.fail('a record was made');
    const records = { ...NO_RECORDS, put };
    start({ records, recordStores: { session: records, volume: records, answer: records } });
    const objects = [databaseUser(), makeObject('plain')];
    assert.deepEqual((await world.mount({ objects })).errors, []);
    await world.poll(2 * HOUR_MS, { objects });
    assert.ok(world.client.renewedLeases.length > 0);
  });

  it('is made for refreshAfter where the class says so', async () => {
    const read = makeRead('secret/data/app', {
      leaseSettings: { isShared: false, isRevoked: true, refreshAfterMs: 30 * MINUTE_MS },
    });
    const objects = [makeObject('plain', { read })];
    await world.user({ objects });
    await world.poll(28 * MINUTE_MS, { objects });
    assert.equal(world.client.reads.length, 1);
    await world.poll(2 * MINUTE_MS, { objects });
    assert.equal(world.client.reads.length, 2);
  });

  describe('for refreshAfter, when that is over and the store is down', () => {
    const plain = (isShared: boolean) => {
      const leaseSettings = { isShared, isRevoked: true, refreshAfterMs: 30 * MINUTE_MS };
      return [makeObject('plain', { read: makeRead('secret/data/app', { leaseSettings }) })];
    };
    const stale = () => world.facts.flatMap((fact) => (fact.type === 'stale' ? [[fact.isStale, fact.reason]] : []));

    it('serves a poll, which is told as stale until the store is back', async () => {
      const objects = plain(false);
      await world.mount({ objects });
      await world.clock.advance(29 * MINUTE_MS);
      world.client.onRead = () => down();
      assert.deepEqual([(await world.mount({ objects })).errors, stale()], [[], []]);
      await world.clock.advance(2 * MINUTE_MS);
      assert.deepEqual([(await world.mount({ objects })).errors, stale()], [[], [[true, 'store-unreachable']]]);
      world.client.onRead = async () => world.client.answer();
      await world.mount({ objects });
      assert.deepEqual(stale().at(-1), [false, undefined]);
    });

    it('does not serve the first mount of another pod', async () => {
      const objects = plain(true);
      await world.mount({ objects });
      world.client.onRead = () => down();
      await world.clock.advance(29 * MINUTE_MS);
      assert.equal((await world.mount({ objects, pod: 'within' })).errors.length, 0);
      await world.clock.advance(2 * MINUTE_MS);
      assert.equal((await world.mount({ objects, pod: 'late' })).errors.length, 1);
    });
  });

  it('is not starved by a pod that mounts again and again under a new uid', async () => {
    world.close();
    start({ concurrency: 2 });
    let isBusy = true;
    // A `jwt` login: each pod has a session of its own, and with it a turn of its own.
    world.client.onLogin = async () => world.client.grant();
    world.lease = { leaseMs: 10 * MINUTE_MS, isRenewable: true };
    world.client.onRenewLease = () => down();
    await world.user();
    await world.clock.advance(8.1 * MINUTE_MS);
    world.renewTo(10 * MINUTE_MS);
    const before = world.client.renewedLeases.length;
    world.client.onRead = async () => {
      await settle();
      return world.client.answer();
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
    const renewed = world.client.renewedLeases.length - before;
    isBusy = false;
    await Promise.all(loops);
    assert.ok(pod > 1 && renewed >= 1);
    assert.equal(await world.user(), 'user-1');
  });
});

// What a pod leaves behind goes back to the store, also if the store is down when the pod goes.
import assert from 'node:assert/strict';
import { MountError, type Reason } from '../../src/errors.ts';
import { makeObject, makeRead } from '../harness/plans.ts';
import { databaseUser, HOUR_MS, LeaseWorld, MINUTE_MS, OVERLAP_MS } from './world.ts';

describe('revoking a credential', () => {
  let world: LeaseWorld;
  let tries = 0;
  const refuseRevocations = (reason: Reason, times = Number.POSITIVE_INFINITY) => {
    world.client.revoke = async () => {
      tries += 1;
      if (tries <= times) throw new MountError(reason, reason);
    };
  };
  beforeEach(() => {
    world = new LeaseWorld();
    tries = 0;
  });
  afterEach(() => world.close());

  it('is tried until the store answers', async () => {
    world.know();
    await world.user();
    refuseRevocations('store-sealed', 3);
    world.leases.podGone('pod-a-uid');
    await world.clock.advance(5 * MINUTE_MS);
    assert.equal(tries, 4);
  });

  it('is not tried beyond the end of its login', async () => {
    world.know();
    await world.user();
    refuseRevocations('store-sealed');
    world.leases.podGone('pod-a-uid');
    await world.clock.advance(HOUR_MS + MINUTE_MS);
    const before = tries;
    await world.clock.advance(HOUR_MS);
    assert.equal(tries, before);
  });

  it('is not tried again where the store knows the login no longer', async () => {
    world.know();
    await world.user();
    refuseRevocations('read-forbidden');
    world.leases.podGone('pod-a-uid');
    await world.clock.advance(HOUR_MS);
    assert.equal(tries, 1);
  });

  it('is tried until the store answers also if it is ended by its name', async () => {
    // A login whose uses the store counts is no session's, so its leases cannot have it to themselves.
    world.client.onLogin = async () => world.client.grant({ uses: 9 });
    const other = makeObject('other', { read: makeRead('database/creds/other') });
    await world.mount({ objects: [databaseUser(), other] });
    let left = 6;
    world.client.onRevokeLease = async () => {
      left -= 1;
      if (left >= 0) throw new MountError('store-unreachable', 'down');
    };
    world.leases.podGone('pod-a-uid');
    await world.clock.advance(10 * MINUTE_MS);
    assert.equal(world.client.revokedLeases.length, 8);
    assert.deepEqual(world.client.renewedLeases, []);
  });

  it('ends the login on which an account found the first lease of a path', async () => {
    await world.user({ objects: [databaseUser({ isShared: true })] });
    world.leases.podGone('pod-a-uid');
    await world.clock.advance(OVERLAP_MS);
    assert.deepEqual([world.client.revoked, world.client.revokedLeases], [['token-1'], []]);
  });
});

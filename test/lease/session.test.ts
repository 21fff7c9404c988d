// What a lease needs of its login.
import assert from 'node:assert/strict';
import { MountError } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import { settle } from '../harness/fake-clock.ts';
import { FakeRecordStore } from '../harness/fake-record-store.ts';
import { deferred } from '../harness/fake-store-client.ts';
import { makeObject } from '../harness/plans.ts';
import { databaseUser, HOUR_MS, LeaseWorld, MINUTE_MS } from './world.ts';

describe('the login of a lease', () => {
  let world: LeaseWorld;
  const sessions = () => world.facts.flatMap((fact) => (fact.type === 'sessions' ? [fact.count] : [])).at(-1);
  beforeEach(() => {
    world = new LeaseWorld();
    world.client.onRenewLease = async () => ({
      sentAt: world.clock.now(),
      leaseMs: HOUR_MS,
      isRenewable: true,
    });
  });
  afterEach(() => world.close());

  it('is forgotten with the credential', async () => {
    world.know();
    await world.user();
    assert.equal(sessions(), 1);
    world.leases.podGone('pod-a-uid');
    await world.clock.advance(HOUR_MS);
    assert.equal(sessions(), 0);
  });

  it('is forgotten where it was refused', async () => {
    world.know();
    world.client.onLogin = () => Promise.reject(new MountError('login-refused', 'no'));
    for (let turn = 0; turn < 5; turn += 1) assert.equal((await world.mount()).errors.length, 1);
    assert.equal(sessions(), 0);
  });

  it('is left to expire if the class says revoke: false', async () => {
    world.know();
    const objects = [databaseUser({ isRevoked: false })];
    await world.user({ objects });
    world.leases.podGone('pod-a-uid');
    await world.clock.advance(10 * HOUR_MS);
    assert.deepEqual([world.client.revoked, world.client.renewed.length], [[], 0]);
  });

  it('of a path first seen is revoked with its lease, also if another took its place while that was made', async () => {
    const records = new FakeRecordStore();
    world.close();
    world = new LeaseWorld({ records });
    world.renewTo(HOUR_MS);
    const made = deferred<void>();
    const { onRead } = world.client;
    world.client.onRead = async (read, token) => {
      // Another pod's refusal brings a fresh login.
      if (!read.path.startsWith('database/')) throw new MountError('read-forbidden', 'no');
      await made.promise;
      return onRead(read, token);
    };
    const first = world.user();
    await settle();
    await world.clock.advance(MINUTE_MS / 60);
    await world.mount({ pod: 'foreign', objects: [makeObject('plain')] });
    assert.equal(world.client.logins.length, 2);
    made.resolve();
    assert.equal(await first, 'user-1');
    assert.deepEqual(await world.poll(3 * HOUR_MS), ['user-1']);
    assert.equal(records.records.size, 1, 'a later process could not go on with it');
    world.leases.podGone('pod-a-uid');
    await world.clock.advance(MINUTE_MS);
    assert.ok(world.client.revoked.includes('token-1'), world.client.revoked.join());
  });

  it('of a path first seen lives as long as the lease renewed on it, also after another login took its place', async () => {
    await world.user();
    const plain = [makeObject('plain')];
    // A refusal brings a fresh login; the old token carries the lease.
    let refuse = true;
    const { onRead } = world.client;
    world.client.onRead = async (read, token) => {
      if (!refuse) return onRead(read, token);
      refuse = false;
      throw new MountError('read-forbidden', 'no');
    };
    await world.clock.advance(MINUTE_MS);
    await world.mount({ objects: [databaseUser(), ...plain] });
    assert.equal(world.client.logins.length, 3);
    for (let turn = 0; turn < 90; turn += 1) {
      await world.clock.advance(2 * MINUTE_MS);
      assert.equal(await world.user(), 'user-1', `poll ${turn}`);
    }
    assert.ok(!world.client.revoked.includes('token-1'));
  });

  it('with limited uses is revoked with the credential', async () => {
    world.know();
    world.client.onLogin = async () => world.client.grant({ uses: 9 });
    await world.user();
    world.leases.podGone('pod-a-uid');
    await settle();
    assert.deepEqual(world.client.revoked, ['token-1']);
  });

  it('is revoked where its read brought no lease', async () => {
    world.know();
    world.client.onRead = async () => world.client.answer();
    await world.user();
    await settle();
    assert.deepEqual(world.client.revoked, ['token-1']);
    assert.equal(sessions(), 0);
  });

  it('comes for all of the account although the mount that logged in first was cancelled', async () => {
    const slow = deferred<void>();
    world.client.onLogin = async () => {
      await slow.promise;
      return world.client.kubernetesGrant();
    };
    const shared = { objects: [databaseUser({ isShared: true })] };
    const leader = new AbortController();
    const first = world.mount({
      ...shared,
      pod: 'leader',
      signal: leader.signal,
    });
    await settle();
    const second = world.mount({ ...shared, pod: 'second' });
    await settle();
    leader.abort();
    await first;
    await settle();
    slow.resolve();
    assert.deepEqual(
      (await second).errors.map(({ message }) => message),
      [],
    );
  });

  it('is renewed no longer once its lease is lost', async () => {
    world.know();
    world.client.onLogin = async () => world.client.grant({ token: new Secret('t'), ttlMs: HOUR_MS });
    await world.user();
    world.client.onRenewLease = () => Promise.reject(new MountError('request-refused', 'no'));
    await world.clock.advance(3 * HOUR_MS);
    assert.deepEqual(world.client.revoked, ['t']);
    assert.equal(sessions(), 0);
  });
});

// A credential over polls: one as long as its lease can be kept, the next in time.
import assert from 'node:assert/strict';
import { Secret } from '../../src/secret.ts';
import { settle } from '../harness/fake-clock.ts';
import { deferred } from '../harness/fake-store-client.ts';
import { makeObject, readOf } from '../harness/plans.ts';
import { databaseUser, down, HOUR_MS, LeaseWorld, MINUTE_MS, OVERLAP_MS } from './world.ts';

describe('a lease', () => {
  let world: LeaseWorld;
  beforeEach(() => {
    world = new LeaseWorld();
    world.know();
    world.renewTo(HOUR_MS);
  });
  afterEach(() => world.close());

  describe('whose lease can be renewed', () => {
    it('is one over a day of polls, renewed at the moment drawn once per grant', async () => {
      assert.equal(await world.user(), 'user-1');
      await world.clock.advance(0.7 * HOUR_MS - 1);
      assert.equal(world.client.renewedLeases.length, 0);
      await world.clock.advance(2);
      assert.equal(world.client.renewedLeases.length, 1);
      assert.deepEqual(await world.poll(24 * HOUR_MS), ['user-1']);
      assert.equal(world.client.renewedLeases.length, 35);
      assert.equal(world.issued, 1);
      assert.equal(world.client.logins.length, 1);
      assert.deepEqual(world.client.revoked, []);
    });

    it('gives way at the next poll once a grant falls under 90 % of the first, and goes after the overlap', async () => {
      await world.user();
      world.meetMaxTtl();
      await world.clock.advance(0.7 * HOUR_MS);
      assert.equal(world.issued, 1, 'a timer issues nothing');
      assert.equal(await world.user(), 'user-2');
      await world.clock.advance(OVERLAP_MS - 1);
      assert.deepEqual(world.client.revoked, []);
      await world.clock.advance(1);
      assert.deepEqual(world.client.revoked, ['token-1']);
    });

    it('counts as near its end in the last tenth of its life, while a pod polls for it', async () => {
      const nearEnd = () => {
        const fact = world.facts.findLast(({ type }) => type === 'leases');
        return fact?.type === 'leases' ? fact.nearEnd : undefined;
      };
      world.client.onRenewLease = () => down();
      await world.user();
      await world.poll(0.88 * HOUR_MS);
      assert.equal(nearEnd(), 0);
      await world.clock.advance(0.021 * HOUR_MS);
      assert.equal(nearEnd(), 1, 'counted by the clock alone');
      world.renewTo(HOUR_MS);
      await world.clock.advance(MINUTE_MS);
      assert.equal(nearEnd(), 0, 'renewed');
    });

    it('stays at a grant of 90 %', async () => {
      world.renewTo(0.9 * HOUR_MS);
      await world.user();
      assert.deepEqual(await world.poll(2 * HOUR_MS), ['user-1']);
    });

    it('changes all parts of one answer in one poll', async () => {
      const read = readOf(databaseUser());
      const objects = [databaseUser(), makeObject('again', { read })];
      await world.mount({ objects });
      world.meetMaxTtl();
      await world.clock.advance(0.7 * HOUR_MS);
      assert.deepEqual((await world.mount({ objects })).users, ['user-2', 'user-2']);
    });

    it('is kept for the volume of its pod that has not been given the new one', async () => {
      await world.user();
      await world.user({ className: 'other' });
      assert.equal(world.issued, 1);
      world.meetMaxTtl();
      await world.clock.advance(0.7 * HOUR_MS);
      world.renewTo(HOUR_MS);
      assert.equal(await world.user(), 'user-2');
      await world.clock.advance(0.2 * HOUR_MS);
      assert.deepEqual(world.client.revoked, []);
      assert.equal(await world.user({ className: 'other' }), 'user-2');
      await world.clock.advance(OVERLAP_MS);
      assert.deepEqual(world.client.revoked, ['token-1']);
    });

    it('is kept for a mount that had taken it when another volume was given the new one', async () => {
      await world.user();
      await world.clock.advance(0.65 * HOUR_MS);
      const slow = deferred<void>();
      const { onRead } = world.client;
      world.client.onRead = async (read, token) => {
        if (!read.path.startsWith('database/')) await slow.promise;
        return onRead(read, token);
      };
      const late = world.mount({ className: 'late', objects: [databaseUser(), makeObject('slow')] });
      await settle();
      world.meetMaxTtl();
      await world.clock.advance(0.06 * HOUR_MS);
      assert.equal(await world.user(), 'user-2');
      slow.resolve();
      assert.equal((await late).users[0], 'user-1');
      await world.clock.advance(2 * OVERLAP_MS);
      assert.ok(!world.client.revoked.includes('token-1'));
      assert.equal(await world.user({ className: 'late' }), 'user-2');
      await world.clock.advance(OVERLAP_MS);
      assert.ok(world.client.revoked.includes('token-1'));
    });

    it('is issued anew at the next poll after the store knows its lease no longer', async () => {
      await world.user();
      world.client.onRenewLease = () => down('request-refused');
      await world.clock.advance(0.7 * HOUR_MS);
      world.client.onLogin = () => down();
      assert.equal((await world.mount()).errors.length, 1, 'what the store forgot is not served');
      world.client.onLogin = async () => world.client.kubernetesGrant();
      assert.equal(await world.user(), 'user-2');
    });

    it('is issued anew at the next poll after its token was revoked', async () => {
      await world.user();
      world.client.onRenewLease = () => down('read-forbidden');
      world.client.onRenew = () => down('read-forbidden');
      await world.clock.advance(0.7 * HOUR_MS);
      assert.equal(await world.user(), 'user-2');
    });

    it('is renewed as soon as the store is back', async () => {
      await world.user();
      world.client.onRenewLease = () => down();
      await world.clock.advance(0.75 * HOUR_MS);
      world.renewTo(HOUR_MS);
      assert.deepEqual(await world.poll(3 * HOUR_MS), ['user-1']);
    });

    it('is due when its token can be renewed no further', async () => {
      world.client.onLogin = async () => world.client.grant({ isRenewable: false });
      world.lease = { leaseMs: 10 * HOUR_MS, isRenewable: true };
      await world.user();
      assert.deepEqual(await world.poll(0.9 * HOUR_MS), ['user-1', 'user-2']);
    });

    it('under a batch token is due with it, and the token is neither renewed nor revoked', async () => {
      world.client.onLogin = async () => world.client.grant({ isBatch: true, isRenewable: false });
      await world.user();
      assert.deepEqual(await world.poll(0.9 * HOUR_MS), ['user-1', 'user-2']);
      await world.clock.advance(HOUR_MS);
      assert.deepEqual([world.client.renewed, world.client.revoked], [[], []]);
    });

    it('under a token with limited uses is due before that token ends', async () => {
      world.client.onLogin = async () => world.client.grant({ uses: 9 });
      world.lease = { leaseMs: 10 * HOUR_MS, isRenewable: true };
      await world.user();
      assert.deepEqual(await world.poll(0.9 * HOUR_MS), ['user-1', 'user-2']);
    });
  });

  describe('while the store is down', () => {
    it('serves to its end and not beyond, also when it is due', async () => {
      world.lease = { leaseMs: HOUR_MS, isRenewable: false };
      await world.user();
      world.client.onLogin = () => down();
      assert.deepEqual(await world.poll(HOUR_MS - 1), ['user-1']);
      await world.clock.advance(1);
      const { errors } = await world.mount();
      assert.deepEqual(
        errors.map(({ reason }) => reason),
        ['store-unreachable'],
      );
      world.client.onLogin = async () => world.client.kubernetesGrant();
      assert.equal(await world.user(), 'user-2');
    });

    it('is not used beyond its end after the machine was asleep', async () => {
      await world.user();
      world.clock.suspend(5 * HOUR_MS);
      world.client.onLogin = () => down();
      assert.equal((await world.mount()).errors.length, 1);
      world.client.onLogin = async () => world.client.kubernetesGrant();
      assert.equal(await world.user(), 'user-2');
      await world.clock.advance(MINUTE_MS);
      assert.deepEqual(world.client.renewedLeases, []);
    });
  });
});

describe('a login of a lease', () => {
  it('is renewed as long as the credential is', async () => {
    const world = new LeaseWorld();
    world.know();
    world.client.onLogin = async () => world.client.grant({ ttlMs: 10 * MINUTE_MS });
    world.client.onRenewLease = async () => ({ sentAt: world.clock.now(), leaseMs: HOUR_MS, isRenewable: true });
    world.client.onRenew = async (token) => world.client.grant({ token: new Secret(token), ttlMs: 10 * MINUTE_MS });
    await world.user();
    assert.deepEqual(await world.poll(5 * HOUR_MS), ['user-1']);
    world.close();
  });
});

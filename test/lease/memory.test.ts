// How much memory leases may take, whose, and what a mount reports without memory: a lease in use is never dropped for it.
import assert from 'node:assert/strict';
import { settle } from '../harness/fake-clock.ts';
import { makeObject, makeRead, type PlanWish } from '../harness/plans.ts';
import { databaseUser, down, HOUR_MS, LeaseWorld, MINUTE_MS, type WorldWish } from './world.ts';

const MIB = 1024 * 1024;

describe('room for leases', () => {
  let world: LeaseWorld;
  const start = (wish: WorldWish = {}) => {
    world = new LeaseWorld({ isWatching: () => true, ...wish });
    world.know();
    world.renewTo(HOUR_MS);
  };
  beforeEach(() => start());
  afterEach(() => world.close());
  const leased = (path: string) => [databaseUser({}, makeRead(`database/creds/${path}`))];
  const reasons = async (wish: PlanWish) => (await world.mount(wish)).errors.map(({ reason }) => reason);
  const warnings = () => world.facts.flatMap((fact) => (fact.type === 'notice' ? [fact.message] : []));

  /** Leases of 1 MiB for as many pods of one account as will get one. @returns how many */
  const attack = async (account = 'x', sizeBytes = MIB): Promise<number> => {
    const { onRead } = world.client;
    world.client.onRead = async () => world.leased({ sizeBytes });
    let got = 0;
    for (let turn = 0; turn < 20; turn += 1) {
      const wish = { namespace: 'evil', account, pod: `${account}-${turn}`, objects: leased(`${account}-${turn}`) };
      const { errors } = await world.mount(wish);
      if (errors.length === 0) got += 1;
      else assert.equal(errors[0]?.reason, 'lease-memory-full');
    }
    world.client.onRead = onRead;
    return got;
  };

  it('of one account is a quarter of all, after which its next first mount is refused', async () => {
    assert.equal(await attack(), 3);
    assert.ok(world.leases.sizeBytes < 5 * MIB);
    const { errors } = await world.mount({ namespace: 'evil', account: 'x', pod: 'more', objects: leased('more') });
    assert.equal(errors.length, 0, 'what is small still finds room');
  });

  it('is there for a pod that needs little, however many accounts took theirs', async () => {
    for (let turn = 0; turn < 8; turn += 1) await attack(`x-${turn}`);
    assert.ok(world.leases.sizeBytes < 9 * MIB);
    for (let pod = 0; pod < 110; pod += 1) {
      const objects = Array.from({ length: 5 }, (_, index) => leased(`app-${index}`)[0] ?? makeObject('none'));
      assert.deepEqual((await world.mount({ pod: `pod-${pod}`, objects })).errors, [], `pod ${pod}`);
    }
    assert.ok(world.leases.sizeBytes <= world.leases.maxBytes);
  });

  it('is never made at the cost of a lease in use: the victim keeps its user, over polls too', async () => {
    const user = await world.user();
    for (let turn = 0; turn < 8; turn += 1) await attack(`x-${turn}`);
    assert.deepEqual(await world.poll(HOUR_MS), [user]);
    assert.ok(!world.client.revoked.includes('token-1'));
  });

  it('that is full is told before the store makes another lease, which then nobody would take', async () => {
    await attack();
    const mountMany = async (sizeBytes: number) => {
      world.client.onRead = async () => world.leased({ sizeBytes });
      for (let turn = 0; turn < 100; turn += 1) {
        const objects = leased(`many-${sizeBytes}-${turn}`);
        const className = `many-${sizeBytes}-${turn}`;
        const { errors } = await world.mount({ namespace: 'evil', account: 'x', pod: 'many', className, objects });
        if (errors.length > 0) return;
      }
      assert.fail('never refused');
    };
    for (const sizeBytes of [60_000, 1_000, 512]) await mountMany(sizeBytes);
    world.know('database/creds/again');
    const before = world.issued;
    const again = { namespace: 'evil', account: 'x', pod: 'many', objects: leased('again') };
    for (let turn = 0; turn < 5; turn += 1) assert.deepEqual(await reasons(again), ['lease-memory-full']);
    assert.equal(world.issued, before);
  });

  it('revokes what it had no memory for, and keeps no value of it', async () => {
    await attack();
    await settle();
    world.client.onRead = async () => world.leased({ sizeBytes: MIB });
    const before = world.leases.sizeBytes;
    const { revoked } = world.client;
    const revokedBefore = revoked.length;
    const wish = { namespace: 'evil', account: 'x', pod: 'late', objects: leased('late') };
    assert.deepEqual(await reasons(wish), ['lease-memory-full']);
    await settle();
    assert.equal(revoked.length, revokedBefore + 1);
    assert.equal(world.leases.sizeBytes, before);
  });

  it('is not taken by the values of leases that a store does not revoke', async () => {
    world.client.revoke = () => down();
    for (let turn = 0; turn < 20; turn += 1) {
      world.client.onRead = async () => world.leased({ sizeBytes: MIB });
      await world.mount({ pod: `pod-${turn}` });
      world.pods.gone(`pod-${turn}-uid`);
      await settle();
    }
    assert.ok(world.leases.sizeBytes < 20 * 8 * 1024, `${world.leases.sizeBytes} bytes`);
  });

  it('is free again when a lease was lost, though its volume is never polled again', async () => {
    await world.user();
    assert.ok(world.leases.sizeBytes > 0);
    world.client.onRenewLease = () => down('request-refused');
    await world.clock.advance(HOUR_MS);
    assert.equal(world.leases.sizeBytes, 0);
  });

  it('leaves no timer behind that would keep a value until its lease ends', async () => {
    world.lease = { leaseMs: 87_600 * HOUR_MS, isRenewable: false };
    await world.user({ pod: 'first' });
    const before = world.clock.sleepers;
    for (let turn = 0; turn < 20; turn += 1) await world.user({ pod: `pod-${turn}` });
    assert.ok(world.clock.sleepers >= before + 20);
    for (let turn = 0; turn < 20; turn += 1) world.pods.gone(`pod-${turn}-uid`);
    await settle();
    // Logins that were revoked sleep on; they keep no value.
    const { facts } = world;
    assert.equal(facts.filter((fact) => fact.type === 'lease' && fact.event === 'revoked').length, 20);
    assert.ok(world.clock.sleepers <= before + 20, `${world.clock.sleepers} timers, ${before} before`);
  });

  it('is free again when the pods that took it are gone', async () => {
    assert.equal(await attack(), 3);
    for (let turn = 0; turn < 20; turn += 1) world.pods.gone(`x-${turn}-uid`);
    await settle();
    assert.equal(world.leases.sizeBytes, 0);
    assert.equal(await attack('y'), 3);
  });

  it('lacks for a replacement: the old lease serves to its end, and the poll succeeds', async () => {
    await attack();
    const wish = { namespace: 'evil', account: 'x', pod: 'x-0', objects: leased('x-0') };
    world.meetMaxTtl();
    await world.clock.advance(0.71 * HOUR_MS);
    world.client.onRead = async () => world.leased({ sizeBytes: 2 * MIB });
    assert.equal(await world.user(wish), 'user-1');
    await world.clock.advance(HOUR_MS);
    world.client.onRead = async () => world.leased({ sizeBytes: MIB });
    assert.notEqual(await world.user(wish), 'user-1');
  });

  it('for a write is needed as for a lease: each poll would write again', async () => {
    world.client.onRead = async () => world.client.answer({ password: 'x' }, { sizeBytes: 3 * MIB });
    const write = (path: string) => [makeObject('w', { read: makeRead(path, { method: 'POST' }) })];
    await world.user({ objects: write('sign/a') });
    assert.deepEqual(await reasons({ pod: 'pod-b', objects: write('sign/b') }), ['lease-memory-full']);
  });

  describe('for refreshAfter', () => {
    const leaseSettings = { isShared: false, isRevoked: true, refreshAfterMs: 8760 * HOUR_MS };
    const large = (path: string) => [makeObject('large', { read: makeRead(path, { leaseSettings }) })];
    beforeEach(() => {
      world.client.onRead = async () => world.client.answer({ password: 'x' }, { sizeBytes: 3.8 * MIB });
    });

    it('is bounded: beyond it each poll reads, which one warning tells', async () => {
      for (let turn = 0; turn < 5; turn += 1) {
        const wish = { objects: large(`secret/data/${turn}`), className: `class-${turn}` };
        for (let poll = 0; poll < 3; poll += 1) {
          await world.user(wish);
          await world.clock.advance(2 * MINUTE_MS);
        }
      }
      assert.equal(world.client.reads.length, 1 + 4 * 3);
      assert.ok(world.leases.sizeBytes <= 4 * MIB);
      assert.deepEqual(warnings(), [
        'GET secret/data/1: refreshAfter has no effect, as the provider has no memory left to keep the answer for service account team/app; each poll reads it; mount fewer or smaller objects with refreshAfter',
      ]);
    });

    it('is given up by what nobody polls for, where nobody tells that a pod is gone', async () => {
      world.close();
      start({ isWatching: () => false });
      world.client.onRead = async () => world.client.answer({ password: 'x' }, { sizeBytes: 3.8 * MIB });
      await world.user({ pod: 'gone', objects: large('secret/data/gone') });
      for (let turn = 0; turn < 8; turn += 1) {
        await world.clock.advance(2 * MINUTE_MS);
        await world.user({ pod: 'pod-b', objects: [makeObject('plain')], account: 'other' });
      }
      const before = world.client.reads.length;
      for (let turn = 0; turn < 3; turn += 1) await world.user({ pod: 'new', objects: large('secret/data/new') });
      assert.equal(world.client.reads.length, before + 1);
    });
  });

  it('counts volumes too, and refuses one more rather than let another go', async () => {
    const shared = { isShared: true };
    const objects = [databaseUser(shared)];
    for (let turn = 0; turn < 8; turn += 1) await attack(`x-${turn}`);
    await attack('x-8', 100_000);
    let refused = 0;
    for (let turn = 0; turn < 120; turn += 1) {
      const wish = { namespace: 'evil', account: 'y', pod: 'many', objects, className: `class-${turn}` };
      if ((await reasons(wish).catch((thrown) => [thrown.reason]))[0] === 'lease-memory-full') refused += 1;
    }
    assert.ok(refused > 10 && refused < 100, `${refused} refused`);
    assert.deepEqual((await world.mount({ objects })).errors, []);
  });
});

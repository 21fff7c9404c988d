// Whose login a later process resumes.
import assert from 'node:assert/strict';
import { FakeRecordStore } from '../harness/fake-record-store.ts';
import { makePlan } from '../harness/plans.ts';
import { SessionWorld } from './world.ts';

describe('a login after a restart', () => {
  let world: SessionWorld;
  let records: FakeRecordStore;
  const start = () => {
    world?.stop.abort();
    records = records.restarted();
    world = new SessionWorld({}, records);
    world.client.onLogin = async () => world.client.kubernetesGrant();
  };
  const withJwt = () => {
    world.client.onLogin = async () => world.client.grant();
  };
  beforeEach(() => {
    records = new FakeRecordStore();
    start();
  });
  afterEach(() => world.stop.abort());

  it('is resumed by each pod of the account if the method is kubernetes', async () => {
    await world.use(makePlan({ pod: 'one' }));
    start();
    assert.equal(await world.use(makePlan({ pod: 'two' })), 'token-1');
    assert.equal(await world.use(makePlan({ pod: 'three' })), 'token-1');
    assert.equal(world.client.logins.length, 0);
  });

  it('is resumed by its own pod alone if the method is not kubernetes', async () => {
    withJwt();
    await world.use(makePlan({ pod: 'one' }));
    start();
    withJwt();
    assert.equal(await world.use(makePlan({ pod: 'one' })), 'token-1');
    await world.use(makePlan({ pod: 'two' }));
    assert.equal(world.client.logins.length, 1);
  });

  for (const [whose, wish] of [
    ['that a class shares', { scope: 'serviceAccount' }],
    ['of a caller without a pod', { isPodless: true }],
  ] as const) {
    it(`by jwt ${whose} is for no pod whose class does not share it`, async () => {
      withJwt();
      await world.use(makePlan({ pod: 'one', ...wish }));
      start();
      withJwt();
      assert.equal(await world.use(makePlan({ pod: 'one', ...wish })), 'token-1');
      await world.use(makePlan({ pod: 'two' }));
      assert.equal(world.client.logins.length, 1);
    });
  }

  it('is of nobody else: another account, role or mount path logs in', async () => {
    await world.use(makePlan());
    start();
    await world.use(makePlan({ role: 'admin' }));
    await world.use(makePlan({ mount: 'second' }));
    world.client.onLogin = async () => world.client.kubernetesGrant('other');
    await world.use(makePlan({ account: 'other' }));
    assert.equal(world.client.logins.length, 3);
  });

  it('is dropped when nobody used it for the idle time, and only then', async () => {
    await world.use(makePlan());
    start();
    await world.clock.advance(600_000 - 1);
    assert.equal(records.records.size, 1);
    await world.clock.advance(1);
    assert.equal(records.records.size, 0);
    await world.use(makePlan());
    assert.equal(world.client.logins.length, 1);
  });

  it('leaves no record once it was revoked', async () => {
    await world.use(makePlan());
    await world.clock.advance(600_000);
    assert.deepEqual([world.client.revoked, records.records.size], [['token-1'], 0]);
  });

  it('is not counted where its record was of no use', () => {
    const whose = { namespace: 'team', account: 'app', pod: 'pod-a' };
    assert.equal(world.sessions.resumeLeaseLogin('none', world.client, whose), undefined);
    const counts = world.facts.flatMap((fact) => (fact.type === 'sessions' ? [fact.count] : []));
    assert.equal(counts.at(-1) ?? 0, 0);
  });
});

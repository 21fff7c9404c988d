// What lives too briefly to be renewed, as a client reports it.
import assert from 'node:assert/strict';
import type { Fact } from '../../src/events.ts';
import { Secret } from '../../src/secret.ts';
import { FakeClock } from '../harness/fake-clock.ts';
import { answer, type FaultyStore, startFaultyStore } from '../harness/faulty-store.ts';
import { openClient, readOf, TOKEN, within } from './client-fixture.ts';

describe('the floor of renewals', () => {
  let store: FaultyStore;
  let facts: Fact[];
  let clock: FakeClock;
  beforeEach(async () => {
    store = await startFaultyStore();
    facts = [];
    clock = new FakeClock();
  });
  afterEach(() => store.stop());

  const open = () => openClient(store.address, { shortestRenewedMs: 10_000, clock, emit: (fact) => facts.push(fact) });
  const warnings = () => facts.flatMap((fact) => (fact.type === 'notice' ? [fact.message] : []));

  for (const [seconds, isRenewable] of [
    [0.2, false],
    [9.999, false],
    [10, true],
    [3_600, true],
    [0, true],
  ] as const) {
    it(`lets ${seconds} s ${isRenewable ? 'be' : 'not be'} renewed: a lease, a login, what a renewal grants`, async () => {
      const client = await open();
      store.behaviour = answer(200, { lease_id: 'a/b', lease_duration: seconds, renewable: true, data: {} });
      const lease = await client.read(readOf('db/creds/app'), TOKEN, within(2_000));
      const renewed = await client.renewLease('a/b', TOKEN, within(2_000));
      store.behaviour = answer(200, { auth: { client_token: 's.x', lease_duration: seconds, renewable: true } });
      const login = await client.login({ mount: 'jwt', role: 'app', jwt: new Secret('x') }, within(2_000));
      const token = await client.renew(TOKEN, within(2_000));
      assert.deepEqual(
        [lease, renewed, login, token].map((granted) => granted.isRenewable),
        Array(4).fill(isRenewable),
      );
    });
  }

  it('never makes renewable what the store does not renew', async () => {
    const client = await open();
    store.behaviour = answer(200, { lease_id: 'a/b', lease_duration: 3_600, renewable: false, data: {} });
    assert.equal((await client.read(readOf('db/creds/app'), TOKEN, within(2_000))).isRenewable, false);
    assert.deepEqual(warnings(), []);
  });

  it('is told once a minute, however many leases are too short, and not of one that comes to its max_ttl', async () => {
    const client = await open();
    store.behaviour = answer(200, { lease_id: 'a/b', lease_duration: 5, renewable: true, data: {} });
    await client.renewLease('a/b', TOKEN, within(2_000));
    assert.deepEqual(warnings(), []);
    for (let turn = 0; turn < 50; turn += 1) await client.read(readOf(`db/creds/${turn}`), TOKEN, within(2_000));
    assert.deepEqual(warnings(), [
      'GET db/creds/0: the store grants 5 s, which is too short to be renewed (--min-renewal-interval), so it is replaced when it is needed; lengthen it in the store',
    ]);
    await clock.advance(60_000);
    await client.read(readOf('db/creds/late'), TOKEN, within(2_000));
    assert.equal(warnings().length, 2);
  });
});

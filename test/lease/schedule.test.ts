// How long an answer is good and when something is done about it, by what it says and what the class says.
import assert from 'node:assert/strict';
import { systemClock } from '../../src/clock.ts';
import type { Answer } from '../../src/fetch/ports.ts';
import { isManaged, scheduleOf } from '../../src/lease/schedule.ts';
import type { LeaseSettings } from '../../src/plan/plan.ts';
import { OWN_LEASE } from '../../src/plan/read.ts';
import { createAuthority } from '../harness/certificates.ts';
import { FakeClock } from '../harness/fake-clock.ts';
import { FakeStoreClient } from '../harness/fake-store-client.ts';
import { makeObject, makeRead } from '../harness/plans.ts';
import { HOUR_MS, LeaseWorld, MAX_STALE_MS, MINUTE_MS } from './world.ts';

const DAY_MS = 24 * HOUR_MS;
const NEVER = Number.POSITIVE_INFINITY;
const clock = new FakeClock();
const client = new FakeStoreClient(clock);
const authority = createAuthority('ca');
const certificate = (lifeMs: number, from = clock) =>
  authority.issue({ names: ['app'], notAfter: from.wall() + lifeMs }).certPem;

interface Wish extends Partial<Answer> {
  readonly data?: Record<string, string>;
  readonly method?: string;
  readonly leaseSettings?: Partial<LeaseSettings>;
}

/** Moments from when the request was sent. */
function schedule({ data = {}, method = 'GET', leaseSettings = {}, ...wish }: Wish, random = () => 0) {
  const read = makeRead('a/b', { method, leaseSettings: { ...OWN_LEASE, ...leaseSettings } });
  const answer = client.answer(data, { hasLease: (wish.leaseMs ?? 0) > 0, leaseId: 'id', ...wish });
  const { endsAt, renewAt, dueAt } = scheduleOf(read, answer, clock, random, MAX_STALE_MS);
  return { ends: endsAt - answer.sentAt, renew: renewAt - answer.sentAt, due: dueAt - answer.sentAt };
}

/** Whole seconds: a certificate knows no others. */
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) <= 1_000, `${actual} is not ${expected}`);

describe("an answer's life", () => {
  it('is renewed from 60 % of its lease on, and by 80 %', () => {
    const lease = { leaseMs: HOUR_MS, isRenewable: true };
    assert.deepEqual(schedule(lease), { ends: HOUR_MS, renew: 0.6 * HOUR_MS, due: NEVER });
    near(schedule(lease, () => 0.999_999).renew, 0.8 * HOUR_MS);
  });

  it('is due from 60 % on where its lease cannot be renewed, and by 80 %', () => {
    const lease = { leaseMs: HOUR_MS, isRenewable: false };
    assert.deepEqual(schedule(lease), { ends: HOUR_MS, renew: NEVER, due: 0.6 * HOUR_MS });
    near(schedule(lease, () => 0.999_999).due, 0.8 * HOUR_MS);
  });

  it('counts from when the request was sent, not from when it was answered', () => {
    const { ends } = schedule({ leaseMs: HOUR_MS, sentAt: clock.now() - 10 * MINUTE_MS });
    assert.equal(ends, HOUR_MS);
    near(
      schedule({ method: 'POST', data: { certificate: certificate(HOUR_MS) }, sentAt: clock.now() - 10 * MINUTE_MS })
        .ends,
      69 * MINUTE_MS,
    );
  });

  it("ends with a certificate's NotAfter, less a minute for clocks that differ", () => {
    const { ends, renew, due } = schedule({ method: 'POST', data: { certificate: certificate(DAY_MS) } });
    near(ends, DAY_MS - MINUTE_MS);
    near(due, 0.6 * DAY_MS);
    assert.equal(renew, NEVER);
  });

  it('of a certificate of a few minutes still reaches beyond the moment to replace it', () => {
    const { ends, due } = schedule(
      { method: 'POST', data: { certificate: certificate(3 * MINUTE_MS) } },
      () => 0.999_999,
    );
    assert.ok(ends >= due && due > MINUTE_MS);
  });

  it('is over for a certificate that has ended', () => {
    const { ends, due } = schedule({ method: 'POST', data: { certificate: certificate(-MINUTE_MS) } });
    assert.deepEqual([ends, due], [0, 0]);
  });

  it('is the shorter one of a lease that cannot be renewed and the certificate in it', () => {
    const data = { certificate: certificate(HOUR_MS) };
    near(schedule({ method: 'POST', data, leaseMs: DAY_MS, isRenewable: false }).ends, 59 * MINUTE_MS);
    near(schedule({ method: 'POST', data, leaseMs: MINUTE_MS, isRenewable: false }).ends, MINUTE_MS);
  });

  it('has no end for a write that names none, and for a lease of no length', () => {
    const none = { ends: NEVER, renew: NEVER, due: NEVER };
    assert.deepEqual(schedule({ method: 'POST' }), none);
    assert.deepEqual(schedule({ hasLease: true, leaseMs: 0, isRenewable: true }), none);
  });

  it('is due at refreshAfter, and serves beyond it only as long as the store may be down', () => {
    const leaseSettings = { refreshAfterMs: 10 * MINUTE_MS };
    assert.deepEqual(schedule({ leaseSettings }), {
      ends: 10 * MINUTE_MS + MAX_STALE_MS,
      renew: NEVER,
      due: 10 * MINUTE_MS,
    });
  });

  it('is due at refreshAfter before its lease, and at its lease before refreshAfter', () => {
    const soon = schedule({ leaseMs: HOUR_MS, isRenewable: true, leaseSettings: { refreshAfterMs: MINUTE_MS } });
    assert.deepEqual(soon, { ends: HOUR_MS, renew: 0.6 * HOUR_MS, due: MINUTE_MS });
    assert.equal(schedule({ leaseMs: HOUR_MS, leaseSettings: { refreshAfterMs: DAY_MS } }).due, 0.6 * HOUR_MS);
  });
});

describe('an answer becomes a lease', () => {
  const lease = (wish: Partial<Answer>, method = 'GET', leaseSettings: Partial<LeaseSettings> = {}) =>
    isManaged(makeRead('a/b', { method, leaseSettings: { ...OWN_LEASE, ...leaseSettings } }), client.answer({}, wish));

  it('where it has a lease, where it answers a write, and where the class says refreshAfter', () => {
    assert.equal(lease({ hasLease: true }), true);
    for (const method of ['POST', 'PUT', 'PATCH']) assert.equal(lease({}, method), true);
    for (const method of ['GET', 'LIST']) assert.equal(lease({}, method, { refreshAfterMs: 1 }), true);
  });

  it('never otherwise: not for a certificate kept in KV, not for share alone', () => {
    const read = makeRead('secret/data/tls');
    assert.equal(isManaged(read, client.answer({ certificate: certificate(HOUR_MS) })), false);
    for (const method of ['GET', 'LIST']) assert.equal(lease({}, method, { isShared: true }), false);
  });
});

describe('a life over polls', () => {
  let world: LeaseWorld;
  beforeEach(() => {
    world = new LeaseWorld();
  });
  afterEach(() => world.close());
  const issue = [makeObject('c', { read: makeRead('pki/issue/app', { method: 'POST' }) })];
  const requests = () => world.client.reads.length;

  it('of a certificate is one until between 60 and 80 % of it', async () => {
    world.client.onRead = async () => world.client.answer({ certificate: certificate(10 * HOUR_MS, world.clock) });
    await world.user({ objects: issue });
    await world.poll(6.9 * HOUR_MS, { objects: issue });
    assert.equal(requests(), 1);
    await world.poll(0.2 * HOUR_MS, { objects: issue });
    assert.equal(requests(), 2);
  });

  it('of a write without an end is that of its pod', async () => {
    await world.user({ objects: issue });
    await world.poll(40 * DAY_MS, { objects: issue }, 2 * HOUR_MS);
    assert.equal(requests(), 1);
    world.leases.podGone('pod-a-uid');
    await world.user({ objects: issue });
    assert.equal(requests(), 2);
  });

  it('of a lease of 768 hours is one request and one renewal in 600', async () => {
    world.know();
    world.client.onLogin = async () => world.client.grant({ ttlMs: 0, isRenewable: false });
    world.lease = { leaseMs: 32 * DAY_MS, isRenewable: true };
    world.client.onRenewLease = async () => ({ sentAt: world.clock.now(), leaseMs: 32 * DAY_MS, isRenewable: true });
    await world.user();
    assert.deepEqual(await world.poll(25 * DAY_MS, {}, 2 * HOUR_MS), ['user-1']);
    assert.equal(world.client.renewedLeases.length, 1);
  });
});

describe('the clock that leases sleep by', () => {
  const { setTimeout } = globalThis;
  afterEach(() => {
    globalThis.setTimeout = setTimeout;
  });

  it('sleeps 32 days in pieces that a timer can hold', async () => {
    const slept: number[] = [];
    globalThis.setTimeout = ((wake: () => void, ms: number) => {
      slept.push(ms);
      return setTimeout(wake, 0);
    }) as typeof setTimeout;
    await systemClock.sleep(32 * DAY_MS);
    assert.equal(
      slept.reduce((sum, ms) => sum + ms, 0),
      32 * DAY_MS,
    );
    assert.ok(slept.every((ms) => ms < 2 ** 31));
  });
});

// What a poll gets while the store is down, and what a first mount does not get.
import assert from 'node:assert/strict';
import { MountError, type Reason } from '../../src/errors.ts';
import type { Fact } from '../../src/events.ts';
import type { ReadResult } from '../../src/fetch/read-result.ts';
import { parseJson } from '../../src/json.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { NO_RECORDS } from '../../src/record-store.ts';
import { Secret } from '../../src/secret.ts';
import { VaultAnswer } from '../../src/vault/answer.ts';
import { LastAnswers } from '../../src/volume/last-answers.ts';
import { fallBack } from '../../src/volume/stale-fallback.ts';
import { Volumes } from '../../src/volume/volumes.ts';
import { FakeClock } from '../harness/fake-clock.ts';
import { answerBody, parsed } from '../harness/json.ts';
import { makeObject, makePlan, makeRead } from '../harness/plans.ts';

const HOUR_MS = 3_600_000;

class HoldWorld {
  readonly clock = new FakeClock();
  readonly facts: Fact[] = [];
  readonly volumes = new Volumes({
    records: NO_RECORDS,
    clock: this.clock,
    emit: (fact) => void this.facts.push(fact),
    keepMs: 3 * HOUR_MS,
  });
  readonly lastAnswers = new LastAnswers({
    clock: this.clock,
    emit: () => {},
    records: NO_RECORDS,
    parseBody: VaultAnswer.parse,
    maxStaleMs: HOUR_MS,
  });

  /** One call: every read of the plan ends in `outcome`. */
  call(plan: Plan, result: ReadResult, session = 'session') {
    const volume = this.volumes.open(plan);
    const results = new Map(plan.reads.map((read) => [read.key, result]));
    const settled = fallBack(
      plan.reads,
      volume,
      () => session,
      { results, leases: new Map() },
      this.lastAnswers,
      this.clock,
    );
    if (settled.errors.size === 0) this.volumes.recordDelivery(plan, volume, settled);
    return { volume, settled, body: parsed([...settled.answers.values()][0]?.body.reveal()) };
  }

  /** Of optional objects: what is absent fails nothing. */
  poll(plan: Plan, result: ReadResult) {
    const { volume, settled } = this.call(plan, result);
    const isDelivered = [...settled.errors.keys()].every((key) => settled.absent.has(key));
    if (isDelivered && settled.errors.size > 0) this.volumes.recordDelivery(plan, volume, settled);
    return settled;
  }

  answer(text = '{"data":{"password":"one"}}', lease: { leaseMs?: number } = {}): ReadResult {
    const body = new Secret(answerBody(text));
    const hasLease = lease.leaseMs !== undefined;
    return {
      answer: { body, sentAt: this.clock.now(), hasLease, leaseMs: lease.leaseMs ?? 0, sizeBytes: text.length },
      token: undefined,
    };
  }

  stale(): boolean[] {
    return this.facts.flatMap((fact) => (fact.type === 'stale' ? [fact.isStale] : []));
  }
}

const fails = (reason: Reason): ReadResult => ({ error: new MountError(reason, reason) });

describe('a volume', () => {
  it('is a first mount until an answer was delivered, then a poll', async () => {
    const world = new HoldWorld();
    assert.equal(world.call(makePlan(), fails('store-timeout')).volume.isFirst, true);
    assert.equal(world.call(makePlan(), world.answer()).volume.isFirst, true);
    assert.equal(world.call(makePlan(), world.answer()).volume.isFirst, false);
  });

  for (const reason of ['path-missing', 'version-deleted'] as const)
    it(`gets nothing back while the store is down that the store said is gone: ${reason}`, () => {
      const world = new HoldWorld();
      world.call(makePlan(), world.answer());
      world.call(makePlan(), fails(reason));
      const { settled } = world.call(makePlan(), fails('store-timeout'));
      assert.deepEqual([settled.answers.size, settled.errors.size], [0, 1]);
      world.call(makePlan(), world.answer());
      assert.equal(world.call(makePlan(), fails('store-timeout')).settled.answers.size, 1);
    });

  it('goes on without what was not there while the store is down, for as long as an answer would stand in', async () => {
    const world = new HoldWorld();
    const plan = makePlan({ objects: [{ ...makeObject('password'), isOptional: true }] });
    const poll = (result: ReadResult) => world.poll(plan, result);
    assert.equal(poll(fails('path-missing')).absent.size, 1);
    for (let turn = 0; turn < 2; turn += 1) {
      await world.clock.advance(HOUR_MS / 2);
      const { absent, staleFallbacks } = poll(fails('store-unreachable'));
      assert.equal(absent.size, 1);
      assert.deepEqual(
        [...staleFallbacks.values()],
        [{ ageMs: ((turn + 1) * HOUR_MS) / 2, reason: 'store-unreachable' }],
      );
    }
    await world.clock.advance(1);
    assert.equal(poll(fails('store-unreachable')).absent.size, 0);
  });

  it('does not go on without what was there since', () => {
    const world = new HoldWorld();
    const plan = makePlan({ objects: [{ ...makeObject('password'), isOptional: true }] });
    world.poll(plan, fails('path-missing'));
    world.poll(plan, world.answer());
    const { absent, answers } = world.poll(plan, fails('store-unreachable'));
    assert.deepEqual([absent.size, answers.size], [0, 1]);
  });

  it('is another one for another pod, path or class', () => {
    const world = new HoldWorld();
    world.call(makePlan(), world.answer());
    for (const other of [
      makePlan({ pod: 'pod-b' }),
      { ...makePlan(), targetPath: '/elsewhere/pod-a-uid' },
      { ...makePlan(), className: 'other' },
    ]) {
      assert.equal(world.call(other, world.answer()).volume.isFirst, true);
    }
  });

  it('is a first mount each time for a podless caller', () => {
    const world = new HoldWorld();
    const plan = makePlan({ isPodless: true });
    world.call(plan, world.answer());
    assert.equal(world.call(plan, world.answer()).volume.isFirst, true);
  });

  it('is forgotten when nobody asked for it for hours', async () => {
    const world = new HoldWorld();
    world.call(makePlan(), world.answer());
    await world.clock.advance(3 * HOUR_MS + 1);
    world.call(makePlan({ pod: 'other' }), world.answer());
    assert.equal(world.call(makePlan(), world.answer()).volume.isFirst, true);
  });
});

describe('the outage rule', () => {
  for (const reason of [
    'store-unreachable',
    'store-connection-reset',
    'store-tls',
    'store-sealed',
    'store-rate-limited',
    'store-not-caught-up',
    'store-unavailable',
    'store-internal-error',
    'store-malformed-response',
    'store-timeout',
    'mount-timeout',
    'api-unreachable',
  ] as const) {
    it(`gives a poll the last answer on ${reason}`, () => {
      const world = new HoldWorld();
      world.call(makePlan(), world.answer());
      const { settled, body } = world.call(makePlan(), fails(reason));
      assert.equal(settled.errors.size, 0);
      assert.deepEqual(body, parseJson('{"data":{"password":"one"}}'));
    });
  }

  for (const reason of [
    'read-forbidden',
    'path-missing',
    'login-refused',
    'request-refused',
    'token-missing',
  ] as const) {
    it(`fails a poll on ${reason}`, () => {
      const world = new HoldWorld();
      world.call(makePlan(), world.answer());
      assert.equal(world.call(makePlan(), fails(reason)).settled.errors.size, 1);
    });
  }

  it('never answers a first mount, not even where another pod of the session has an answer', () => {
    const world = new HoldWorld();
    world.call(makePlan(), world.answer());
    assert.equal(world.call(makePlan({ pod: 'new' }), fails('store-unreachable')).settled.errors.size, 1);
  });

  it('never gives an answer of another session', () => {
    const world = new HoldWorld();
    world.call(makePlan(), world.answer(), 'mine');
    assert.equal(world.call(makePlan(), fails('store-unreachable'), 'theirs').settled.errors.size, 1);
  });

  it('ends with the bound on age, counted from the last good read', async () => {
    const world = new HoldWorld();
    world.call(makePlan(), world.answer());
    await world.clock.advance(0.9 * HOUR_MS);
    world.call(makePlan(), world.answer());
    await world.clock.advance(HOUR_MS);
    assert.equal(world.call(makePlan(), fails('store-unreachable')).settled.errors.size, 0);
    await world.clock.advance(1);
    assert.equal(world.call(makePlan(), fails('store-unreachable')).settled.errors.size, 1);
  });

  it("never goes beyond a lease's end", async () => {
    const world = new HoldWorld();
    world.call(makePlan(), world.answer('{"data":{}}', { leaseMs: 60_000 }));
    await world.clock.advance(59_999);
    assert.equal(world.call(makePlan(), fails('store-unreachable')).settled.errors.size, 0);
    await world.clock.advance(1);
    assert.equal(world.call(makePlan(), fails('store-unreachable')).settled.errors.size, 1);
  });

  it('gives each pod its own leased answer', () => {
    const world = new HoldWorld();
    for (const pod of ['a', 'b'])
      world.call(makePlan({ pod }), world.answer(`{"data":{"user":"${pod}"}}`, { leaseMs: HOUR_MS }));
    for (const pod of ['a', 'b']) {
      assert.deepEqual(world.call(makePlan({ pod }), fails('store-unreachable')).body, { data: { user: pod } });
    }
  });

  it('takes an object of several reads for as old as the oldest of them', () => {
    const world = new HoldWorld();
    const [one, two] = [makeRead('secret/data/a'), makeRead('secret/data/b')];
    const plan = makePlan({ objects: [{ ...makeObject('both', { read: one }), reads: [one, two] }] });
    const volume = world.volumes.open(plan);
    const staleFallbacks = new Map([
      [one.key, { ageMs: 1_000, reason: 'store-timeout' as const }],
      [two.key, { ageMs: 2_000, reason: 'store-sealed' as const }],
    ]);
    const rest = { answers: new Map(), errors: new Map(), absent: new Set<string>(), newestAt: 0 };
    world.volumes.recordDelivery(plan, volume, { ...rest, staleFallbacks });
    const [fact] = world.facts.filter(({ type }) => type === 'stale');
    assert.ok(fact?.type === 'stale');
    assert.deepEqual([fact.object, fact.ageMs, fact.reason], ['both', 2_000, 'store-sealed']);
  });

  it('states each object that became stale or fresh once', () => {
    const world = new HoldWorld();
    const plan = makePlan({ objects: [makeObject('a'), makeObject('b', { read: makeRead('secret/data/b') })] });
    world.call(plan, world.answer());
    for (let turn = 0; turn < 3; turn += 1) world.call(plan, fails('store-unreachable'));
    assert.deepEqual(world.stale(), [true, true]);
    for (let turn = 0; turn < 3; turn += 1) world.call(plan, world.answer());
    assert.deepEqual(world.stale(), [true, true, false, false]);
  });

  it('counts volumes that are stale', () => {
    const world = new HoldWorld();
    for (const pod of ['a', 'b']) world.call(makePlan({ pod }), world.answer());
    for (const pod of ['a', 'b']) world.call(makePlan({ pod }), fails('store-unreachable'));
    world.call(makePlan({ pod: 'a' }), world.answer());
    const last = world.facts.findLast((fact) => fact.type === 'volumes');
    assert.deepEqual(last, { type: 'volumes', count: 2, stale: 1 });
  });
});

describe('an answer whose data did not change', () => {
  it('keeps the earlier request id, and counts as fresh', async () => {
    const world = new HoldWorld();
    world.call(makePlan(), world.answer('{"request_id":"1","data":{"a":1}}'));
    await world.clock.advance(1_000);
    const { body, settled } = world.call(makePlan(), world.answer('{"request_id":"2","data":{"a":1}}'));
    assert.equal(body['request_id'], '1');
    assert.equal(settled.newestAt, world.clock.now());
  });

  it('gives way to one whose data did', async () => {
    const world = new HoldWorld();
    world.call(makePlan(), world.answer('{"request_id":"1","data":{"a":1}}'));
    await world.clock.advance(1);
    const { body } = world.call(makePlan(), world.answer('{"request_id":"2","data":{"a":2}}'));
    assert.equal(body['request_id'], '2');
  });
});

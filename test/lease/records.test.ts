// Records of answers, leases and volumes, written by one process and read by another whose clock began at another
// time.
import assert from 'node:assert/strict';
import { Lease, type LeaseOptions } from '../../src/lease/lease.ts';
import { isRecordable, parseRecord, readOfForm, scheduleOfForm, toRecord } from '../../src/lease/lease-record.ts';
import { describeLease, factOf } from '../../src/lease/lease-status.ts';
import type { Schedule } from '../../src/lease/schedule.ts';
import { Secret } from '../../src/secret.ts';
import { VaultAnswer } from '../../src/vault/answer.ts';
import { parseAnswerRecord, toAnswerRecord } from '../../src/volume/answer-record.ts';
import { parseVolumeRecord, toVolumeRecord, volumeRecordId } from '../../src/volume/volume-record.ts';
import { FakeClock } from '../harness/fake-clock.ts';
import { FakeStoreClient } from '../harness/fake-store-client.ts';
import { answerBody, parsed } from '../harness/json.ts';
import { makePlan, makeRead } from '../harness/plans.ts';

/** /proc/uptime goes in steps of 10 ms, and the test takes a few. */
const STEP_MS = 100;
const MINUTE_MS = 60_000;

describe('a record', () => {
  const before = new FakeClock();
  const after = new FakeClock();
  beforeEach(() => after.advance(29 * MINUTE_MS));

  /** The same distance from now, on the other clock. */
  const same = (at: number, expectedAt: number) => {
    const offMs = at - after.now() - (expectedAt - before.now());
    assert.ok(Math.abs(offMs) < STEP_MS, `${offMs} ms off`);
  };
  const answer = (text = '{"data":{"password":"one"}}') => ({
    ...{ body: new Secret(answerBody(text)), sentAt: before.now() - MINUTE_MS },
    ...{ hasLease: true, leaseMs: 7 * MINUTE_MS, leaseId: 'lease-1', isRenewable: true, sizeBytes: 77 },
  });
  const kept = (text?: string) => ({
    ...{ answer: answer(text), account: 'team/app' },
    pods: new Map([['pod-a-uid', { namespace: 'team', name: 'pod-a', uid: 'pod-a-uid' }]]),
  });

  describe('of an answer', () => {
    it('brings it as it was', () => {
      const {
        key,
        account,
        pods,
        answer: found,
      } = parseAnswerRecord(toAnswerRecord('a\0b', kept(), before), after, VaultAnswer.parse) ?? {};
      assert.deepEqual([key, account, pods], ['a\0b', 'team/app', kept().pods]);
      assert.ok(found !== undefined);
      const { body, sentAt, ...rest } = found;
      same(sentAt, answer().sentAt);
      assert.deepEqual(parsed(body.reveal()), { data: { password: 'one' } });
      const lease = { hasLease: true, leaseMs: 7 * MINUTE_MS, leaseId: 'lease-1', isRenewable: true };
      assert.deepEqual(rest, { ...lease, sizeBytes: body.reveal().sizeBytes });
    });

    it('keeps numbers to the last digit, and names that mean something to a language', () => {
      const text = '{"data":{"n":12345678901234567890,"f":1.10,"e":1E5,"__proto__":{"x":1},"s":"\\u2028"}}';
      const found = parseAnswerRecord(toAnswerRecord('key', kept(text), before), after, VaultAnswer.parse);
      assert.equal(found?.answer.body.reveal().bytes.toString(), text);
    });

    it('keeps bytes that were no JSON', () => {
      const found = parseAnswerRecord(toAnswerRecord('key', kept('"AP8="'), before), after, VaultAnswer.parse);
      assert.deepEqual(Buffer.from(found?.answer.body.reveal().open([]).whole(10) ?? []), Buffer.from([0, 255]));
    });
  });

  describe('of a lease', () => {
    const client = new FakeStoreClient(before);
    const schedule: Schedule = {
      endsAt: before.now() + 10 * MINUTE_MS,
      renewAt: before.now() + 7 * MINUTE_MS,
      dueAt: Number.POSITIVE_INFINITY,
    };
    const make = (wish: Partial<LeaseOptions> = {}) => {
      const owner = { namespace: 'team', account: 'app', pod: 'pod-a' };
      const leaseSettings = { isShared: false, isRevoked: false, refreshAfterMs: 5 };
      const read = makeRead('pki/issue/app', {
        method: 'POST',
        leaseSettings,
        body: new Secret('{"common_name":"app"}'),
      });
      const from = { key: 'key', owner, read, client, store: makePlan().store, answer: answer() };
      return new Lease({ ...from, schedule, token: undefined, login: undefined, random: () => 0.5, ...wish });
    };
    const users = [{ volume: 'v\0/path', pod: { namespace: 'team', name: 'pod-a', uid: 'uid' } }];

    it('brings what it is, who has it, and its life', () => {
      const lease = make({ state: 'due' });
      const form = parseRecord(toRecord(lease, users, before));
      assert.ok(form !== undefined);
      const { key, owner, store, state, firstMs, login } = form;
      assert.deepEqual(
        { key, owner, store, state, firstMs, login, users: form.users },
        {
          ...{ key: 'key', owner: lease.owner, store: lease.store, state: 'due' },
          firstMs: lease.firstMs,
          login: '',
          users,
        },
      );
      const found = scheduleOfForm(form, after);
      same(found.endsAt, schedule.endsAt);
      same(found.renewAt, schedule.renewAt);
      assert.equal(found.dueAt, Number.POSITIVE_INFINITY);
    });

    it('brings its read with a body that does not show', () => {
      const form = parseRecord(toRecord(make(), [], before));
      assert.ok(form !== undefined);
      const read = readOfForm(form);
      assert.equal(read.body?.reveal(), '{"common_name":"app"}');
      assert.equal(JSON.stringify(read).includes('common_name'), false);
      assert.deepEqual({ ...read, body: undefined }, { ...make().read, body: undefined });
    });

    it('brings what is shown in place of its path, which logs and the status show', () => {
      const lease = make({ read: { ...makeRead('db/creds/hunter2'), shownAs: '(a path)' } });
      const form = parseRecord(toRecord(lease, [], before));
      assert.ok(form !== undefined);
      assert.equal(readOfForm(form).shownAs, '(a path)');
      const flags = { isSilent: false, isRenewed: true, overlapMs: 0 };
      assert.equal(describeLease(lease, 0, flags).request, 'GET (a path)');
      assert.equal(factOf(lease, 'issued').request, 'GET (a path)');
      const damaged = JSON.stringify({ ...form, read: { ...form.read, shownAs: 5 } });
      assert.equal(parseRecord(new Secret(damaged)), undefined);
    });

    it('brings a life without any end', () => {
      const never = Number.POSITIVE_INFINITY;
      const lease = make({ schedule: { endsAt: never, renewAt: never, dueAt: never } });
      const form = parseRecord(toRecord(lease, users, before));
      assert.ok(form !== undefined);
      assert.equal(form.firstMs, null);
      assert.deepEqual(scheduleOfForm(form, after), { endsAt: never, renewAt: never, dueAt: never });
    });

    it('is made of no lease on a login that others share', () => {
      assert.equal(isRecordable(make()), false);
      assert.equal(isRecordable(make({ answer: { ...answer(), hasLease: false } })), true);
    });
  });

  describe('of a volume', () => {
    const delivered = {
      ...{ podName: 'pod-a', newestAt: before.now() - 2 * MINUTE_MS, askedAt: before.now() - MINUTE_MS },
      stale: new Map([['user', { sentAt: 1, reason: 'store-unreachable' }]]),
      absences: new Map([['id', before.now() - MINUTE_MS]]),
    };

    it('brings how fresh it is, when it was asked for, which objects are stale, and what was not there', () => {
      const [key, found] = parseVolumeRecord(toVolumeRecord('key', delivered, before), after) ?? [];
      assert.deepEqual([key, found?.podName], ['key', 'pod-a']);
      assert.ok(found !== undefined);
      same(found.newestAt, delivered.newestAt);
      same(found.askedAt, delivered.askedAt);
      assert.deepEqual([...found.stale], [['user', undefined]]);
      assert.deepEqual([...found.absences.keys()], ['id']);
      same(found.absences.get('id') ?? 0, before.now() - MINUTE_MS);
    });

    it('brings one that was only ever answered from leases', () => {
      const lease = { ...delivered, newestAt: Number.NEGATIVE_INFINITY };
      const [, found] = parseVolumeRecord(toVolumeRecord('key', lease, before), after) ?? [];
      assert.equal(found?.newestAt, Number.NEGATIVE_INFINITY);
    });

    it('has the same id for the same volume, which names it to nobody', () => {
      assert.equal(volumeRecordId('key'), volumeRecordId('key'));
      assert.match(volumeRecordId('key'), /^[0-9a-f]{64}$/);
    });
  });
});

// What a later process makes of what an earlier one held: all that lives, in the state it was in, and nothing else.
import assert from 'node:assert/strict';
import { MountError } from '../../src/errors.ts';
import type { RestoreWays } from '../../src/lease/restore.ts';
import { VaultAnswer } from '../../src/vault/answer.ts';
import { LastAnswers } from '../../src/volume/last-answers.ts';
import { settle } from '../harness/fake-clock.ts';
import { changed, FakeRecordStore } from '../harness/fake-record-store.ts';
import { makeObject, makePlan, makeRead } from '../harness/plans.ts';
import { HOUR_MS, LeaseWorld, MINUTE_MS, OVERLAP_MS } from './world.ts';

describe('a lease after a restart', () => {
  let world: LeaseWorld;
  let lease: FakeRecordStore;
  let session: FakeRecordStore;
  let volume: FakeRecordStore;
  let answer: FakeRecordStore;

  /** Another process, whose clock began at another time. */
  const restart = async (ways: Partial<RestoreWays> = {}) => {
    const { issued } = world;
    world.close();
    [lease, session, volume, answer] = [lease, session, volume, answer].map((records) => records.restarted()) as [
      FakeRecordStore,
      FakeRecordStore,
      FakeRecordStore,
      FakeRecordStore,
    ];
    world = new LeaseWorld({ records: lease, recordStores: { session, volume, answer }, laterMs: 17 * HOUR_MS });
    world.issued = issued;
    world.renewTo(HOUR_MS);
    await world.leases.restore({
      open: async () => world.client,
      parseBody: VaultAnswer.parse,
      resumeLeaseLogin: (record, client, whose) => world.sessions.resumeLeaseLogin(record, client, whose),
      markLeases: (client, read) => world.fetcher.markLeases(client, read),
      ...ways,
    });
  };
  const change = (records: FakeRecordStore, to: Readonly<Record<string, unknown>>) => {
    for (const [id, record] of records.records) records.records.set(id, changed(record, to));
  };
  beforeEach(async () => {
    [lease, session, volume, answer] = [
      new FakeRecordStore(),
      new FakeRecordStore(),
      new FakeRecordStore(),
      new FakeRecordStore(),
    ];
    world = new LeaseWorld();
    await restart();
    world.know();
  });
  afterEach(() => world.close());

  it('goes on: the same user, no login, renewed when it would have been', async () => {
    await world.user();
    await restart();
    assert.equal(await world.user(), 'user-1');
    assert.deepEqual([world.issued, world.client.logins.length], [1, 0]);
    await world.clock.advance(0.69 * HOUR_MS);
    assert.equal(world.client.renewedLeases.length, 0);
    await world.clock.advance(0.02 * HOUR_MS);
    assert.equal(world.client.renewedLeases.length, 1);
    assert.deepEqual(await world.poll(5 * HOUR_MS), ['user-1']);
  });

  it('is counted, before anybody asks for it and as it ends', async () => {
    const counts = () => {
      const fact = world.facts.findLast(({ type }) => type === 'leases');
      return fact?.type === 'leases' ? [fact.active, fact.due, fact.superseded] : undefined;
    };
    await world.user();
    await restart();
    assert.deepEqual(counts(), [1, 0, 0]);
    world.meetMaxTtl();
    await world.clock.advance(0.71 * HOUR_MS);
    assert.deepEqual(counts(), [0, 1, 0]);
    await world.clock.advance(HOUR_MS);
    assert.deepEqual(counts(), [0, 0, 0]);
  });

  it('is revoked when its pod is gone, and its records with it', async () => {
    await world.user();
    await restart();
    assert.deepEqual([...world.leases.pods()], [{ namespace: 'team', name: 'pod-a', uid: 'pod-a-uid' }]);
    world.leases.podGone('pod-a-uid');
    await settle();
    assert.deepEqual([world.client.revoked, lease.records.size, session.records.size], [['token-1'], 0, 0]);
  });

  it('is revoked after the overlap if it was superseded before', async () => {
    await world.user();
    world.meetMaxTtl();
    await world.clock.advance(0.71 * HOUR_MS);
    assert.equal(await world.user(), 'user-2');
    await restart();
    assert.equal(await world.user(), 'user-2');
    await world.clock.advance(OVERLAP_MS);
    assert.deepEqual(world.client.revoked, ['token-1']);
    assert.deepEqual([lease.records.size, session.records.size], [1, 1]);
  });

  it('is due where it was due', async () => {
    await world.user();
    world.meetMaxTtl();
    await world.clock.advance(0.71 * HOUR_MS);
    await restart();
    assert.equal(await world.user(), 'user-2');
  });

  it('is not resumed if it ended in between', async () => {
    await world.user();
    change(lease, { endsAt: 0 });
    await restart();
    assert.equal(lease.records.size, 0);
    assert.equal(await world.user(), 'user-2');
  });

  it('is not resumed if its login is not', async () => {
    await world.user();
    session.records.clear();
    await restart();
    assert.equal(lease.records.size, 0);
  });

  it('is not resumed if its store cannot be opened', async () => {
    await world.user();
    await restart({ open: () => Promise.reject(new MountError('tls-file', 'no such file')) });
    assert.equal(lease.records.size, 0);
    await world.clock.advance(10 * MINUTE_MS);
    assert.equal(session.records.size, 0, 'nobody will take its login');
  });

  it('is made for refreshAfter from when it was asked for', async () => {
    const leaseSettings = { isShared: false, isRevoked: true, refreshAfterMs: 30 * MINUTE_MS };
    const objects = [makeObject('plain', { read: makeRead('secret/data/app', { leaseSettings }) })];
    await world.user({ objects });
    await restart();
    await world.clock.advance(29 * MINUTE_MS);
    await world.user({ objects });
    assert.equal(world.client.reads.length, 0);
    await world.clock.advance(2 * MINUTE_MS);
    await world.user({ objects });
    assert.equal(world.client.reads.length, 1);
  });

  it('without an end has none after it', async () => {
    const objects = [makeObject('w', { read: makeRead('transit/sign/app', { method: 'POST' }) })];
    await world.mount({ objects });
    await restart();
    await world.clock.advance(999 * HOUR_MS);
    await world.mount({ objects });
    assert.equal(world.client.reads.length, 0);
  });

  for (const [name, form] of Object.entries({
    'no object': '7',
    'no JSON': '{"key":',
    'no state': { state: 'sleeping' },
    'no owner': { owner: null },
    'no store': { store: undefined },
    'no read': { read: { path: 'database/creds/app' } },
    'no answer': { answer: {} },
    'no times': { endsAt: undefined, renewAt: 'soon' },
    'no holders': { users: [null] },
    'holders without a pod': { users: [{ volume: 'v' }] },
  })) {
    it(`costs no more than itself where a record has ${name}`, async () => {
      await world.user();
      await world.user({ pod: 'pod-b' });
      const [[id, record] = []] = lease.records;
      assert.ok(id !== undefined && record !== undefined);
      lease.records.set(id, typeof form === 'string' ? form : changed(record, form));
      await restart();
      assert.deepEqual([lease.records.has(id), lease.records.size], [false, 1]);
      assert.equal(await world.user(), 'user-3');
      assert.equal(await world.user({ pod: 'pod-b' }), 'user-2');
    });
  }

  describe('of last answers and volumes', () => {
    const objects = [makeObject('plain')];
    const goDown = () => {
      const down = () => Promise.reject(new MountError('store-unreachable', 'down'));
      [world.client.onRead, world.client.onLogin] = [down, down];
    };

    it('is served in place of the store, to its age', async () => {
      await world.user({ objects });
      await restart();
      goDown();
      assert.equal(await world.user({ objects }), 'one');
      await world.clock.advance(HOUR_MS + MINUTE_MS);
      assert.equal((await world.mount({ objects })).errors.length, 1);
    });

    it('are counted before anybody asks', async () => {
      await world.user({ objects });
      await restart();
      assert.deepEqual(
        world.facts.filter(({ type }) => type === 'volumes'),
        [{ type: 'volumes', count: 1, stale: 0 }],
      );
    });

    it('are written nowhere with --max-stale=0', async () => {
      const puts: string[] = [];
      const records = {
        isKept: true,
        takeFound: () => new Map(),
        put: (id: string) => void puts.push(id),
        remove: () => {},
      };
      const never = new LastAnswers({
        clock: world.clock,
        emit: () => {},
        records,
        parseBody: VaultAnswer.parse,
        maxStaleMs: 0,
      });
      never.keep('session', world.volumes.open(makePlan()), makeRead(), world.client.answer());
      assert.deepEqual(puts, []);
    });

    it('are none if the pod is another', async () => {
      await world.user({ objects });
      await restart();
      goDown();
      assert.equal((await world.mount({ objects, pod: 'pod-b' })).errors.length, 1);
    });

    for (const form of [{ key: 7 }, { answer: {} }, { answer: { body: '{}' } }, { answer: null }]) {
      it(`are none if the record is ${JSON.stringify(form)}`, async () => {
        await world.user({ objects });
        change(answer, form);
        await restart();
        assert.equal(answer.records.size, 0);
        await world.user({ objects });
      });
    }

    for (const form of [{ key: 7 }, { askedAt: null }, { newestAt: 'now' }, { stale: [7] }]) {
      it(`are none if the volume's record has ${JSON.stringify(form)}`, async () => {
        await world.user({ objects });
        change(volume, form);
        await restart();
        assert.equal(volume.records.size, 0);
      });
    }

    it('are dropped three hours after their last call, whichever record was found first', async () => {
      await world.user({ objects });
      await world.user({ objects, pod: 'early' });
      const [late, early] = [...volume.records];
      assert.ok(early !== undefined && late !== undefined);
      const { askedAt } = JSON.parse(early[1]);
      volume.records.set(early[0], changed(early[1], { askedAt: askedAt - 2 * HOUR_MS }));
      await restart();
      await world.clock.advance(1.5 * HOUR_MS);
      await world.user({ objects, pod: 'other' });
      assert.deepEqual([volume.records.has(early[0]), volume.records.has(late[0])], [false, true]);
    });
  });
});

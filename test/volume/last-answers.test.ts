// How long a last answer stays, and who loses one when many keep much.
import assert from 'node:assert/strict';
import { Volumes } from '../../src/volume/volumes.ts';
import { settle } from '../harness/fake-clock.ts';
import { FakeRecordStore } from '../harness/fake-record-store.ts';
import { makeObject, makeRead, type PlanWish } from '../harness/plans.ts';
import { down, HOUR_MS, LeaseWorld, MINUTE_MS } from '../lease/world.ts';

const MIB = 1024 * 1024;

describe('last answers', () => {
  let world: LeaseWorld;
  let answer: FakeRecordStore;
  let volume: FakeRecordStore;
  const objects = [makeObject('plain')];
  const start = () => {
    world = new LeaseWorld({ recordStores: { answer, volume } });
  };
  const restart = () => {
    world.close();
    [answer, volume] = [answer.restarted(), volume.restarted()];
    start();
  };
  const goDown = () => {
    world.client.onRead = () => down();
  };
  const isServed = async (wish: PlanWish = {}) => (await world.mount({ objects, ...wish })).errors.length === 0;
  beforeEach(() => {
    [answer, volume] = [new FakeRecordStore(), new FakeRecordStore()];
    start();
  });
  afterEach(() => world.close());

  describe('of one account', () => {
    /** Another account's pod that keeps 4 MiB with each volume. */
    const attack = async (count: number, pod = 'evil') => {
      world.client.onRead = async () => world.client.answer({ password: 'x' }, { sizeBytes: 4 * MIB });
      for (let turn = 0; turn < count; turn += 1) {
        const large = [makeObject('large', { read: makeRead(`secret/data/large-${pod}-${turn}`) })];
        await world.user({ namespace: 'evil', account: pod, pod, objects: large });
      }
    };

    it('outlast whatever another keeps, in memory and on the state folder', async () => {
      const pods = Array.from({ length: 20 }, (_, index) => `pod-${index}`);
      for (const pod of pods) await world.user({ pod, account: `app-${pod}`, objects });
      await attack(20);
      goDown();
      for (const pod of pods) assert.ok(await isServed({ pod, account: `app-${pod}` }), pod);
      const accounts = [...answer.records.values()].map((record) => JSON.parse(record).account);
      assert.equal(accounts.filter((account) => account.startsWith('team/')).length, 20);
    });

    it('cost it its own oldest beyond the bound of all', async () => {
      await attack(20);
      assert.ok(world.lastAnswers.sizeBytes <= world.lastAnswers.maxBytes);
      assert.ok(world.lastAnswers.sizeBytes > 8 * MIB, 'and the newest stay');
      const keys = [...answer.records.values()].map((record) => JSON.parse(record).key);
      assert.deepEqual(
        [0, 17, 18, 19].map((turn) => keys.some((key) => key.includes(`large-evil-${turn}`))),
        [false, false, true, true],
      );
    });

    it('outlast it over a restart too', async () => {
      await world.user({ objects });
      await attack(3);
      restart();
      await attack(3, 'evil-2');
      assert.ok([...answer.records.values()].some((record) => JSON.parse(record).account === 'team/app'));
    });
  });

  describe('end', () => {
    it('at --max-stale though nobody asks for anything, with their records', async () => {
      await world.user({ objects });
      await world.clock.advance(HOUR_MS - MINUTE_MS);
      assert.equal(answer.records.size, 1);
      await world.clock.advance(MINUTE_MS + 2_000);
      assert.deepEqual([world.lastAnswers.sizeBytes, answer.records.size], [0, 0]);
    });

    it('at --max-stale of an answer that an earlier process had', async () => {
      await world.user({ objects });
      restart();
      assert.equal(answer.records.size, 1);
      await world.clock.advance(HOUR_MS + 2_000);
      assert.deepEqual([world.lastAnswers.sizeBytes, answer.records.size], [0, 0]);
    });

    it('with the last pod that had them, with their records', async () => {
      await world.user({ objects });
      await world.user({ objects, pod: 'pod-b' });
      world.pods.gone('pod-a-uid');
      assert.equal(answer.records.size, 1);
      goDown();
      assert.ok(await isServed({ pod: 'pod-b' }));
      world.pods.gone('pod-b-uid');
      assert.deepEqual([world.lastAnswers.sizeBytes, answer.records.size, volume.records.size], [0, 0, 0]);
    });

    it('with a pod that an earlier process answered', async () => {
      await world.user({ objects });
      restart();
      assert.deepEqual(new Set([...world.pods.all()].map(({ name }) => name)), new Set(['pod-a']));
      world.pods.gone('pod-a-uid');
      assert.deepEqual([answer.records.size, volume.records.size], [0, 0]);
    });

    it('with a pod none of whose mounts went well', async () => {
      await world.mount({ objects, isUndelivered: true });
      assert.deepEqual(
        [...world.pods.all()].map(({ uid }) => uid),
        ['pod-a-uid'],
      );
      world.pods.gone('pod-a-uid');
      assert.equal(answer.records.size, 0);
    });

    it('with a pod that went while its mount was under way', async () => {
      world.client.onRead = async () => {
        world.pods.gone('pod-a-uid');
        return world.client.answer();
      };
      await world.user({ objects });
      assert.deepEqual([[...world.pods.all()], answer.records.size, volume.records.size], [[], 0, 0]);
    });

    it('but not with another pod, though its poll comes after a restart and an outage', async () => {
      await world.user({ objects });
      await world.user({ objects, pod: 'pod-b' });
      world.know();
      restart();
      await world.user({ objects });
      goDown();
      assert.ok(await isServed({ pod: 'pod-b' }));
      world.pods.gone('pod-a-uid');
      assert.ok(await isServed({ pod: 'pod-b' }));
    });
  });
});

describe('volumes', () => {
  let world: LeaseWorld;
  beforeEach(() => {
    world = new LeaseWorld();
  });
  afterEach(() => world.close());
  const objects = [makeObject('plain')];
  const counted = () => {
    const fact = world.facts.findLast(({ type }) => type === 'volumes');
    return fact?.type === 'volumes' ? [fact.count, fact.stale] : undefined;
  };

  it('that are stale are counted and shown until their pod is gone, and no longer', async () => {
    await world.user({ objects });
    world.client.onRead = () => down();
    await world.mount({ objects });
    assert.deepEqual([counted(), [...world.volumes.describe()].length], [[1, 1], 1]);
    world.pods.gone('pod-a-uid');
    assert.deepEqual([counted(), [...world.volumes.describe()].length], [[0, 0], 0]);
  });

  it('that are silent for three hours are forgotten though nobody asks, with their records', async () => {
    const records = new FakeRecordStore();
    const volumes = new Volumes({ clock: world.clock, emit: () => {}, records, keepMs: 3 * HOUR_MS });
    const before = world.volumes;
    Object.assign(world, { volumes });
    await world.user({ objects });
    Object.assign(world, { volumes: before });
    assert.equal(records.records.size, 1);
    await world.clock.advance(3 * HOUR_MS + 2_000);
    assert.deepEqual([records.records.size, [...volumes.pods()]], [0, []]);
  });

  it('of one account outlast however many another has', async () => {
    await world.user({ objects });
    for (let turn = 0; turn < 8_000; turn += 1) {
      const plan = { namespace: 'evil', account: 'x', pod: 'evil', objects, className: `class-${turn}` };
      await world.user(plan);
    }
    const [count = 0] = counted() ?? [];
    assert.ok(count > 1_000 && count < 8_000, `${count} volumes are known`);
    world.client.onRead = () => down();
    assert.deepEqual((await world.mount({ objects })).errors, []);
  }).timeout(60_000);

  it('tell once, at the first mount, that their pod has something', async () => {
    await world.user({ objects });
    await world.user({ objects });
    await world.mount({ pod: 'pod-b', objects, isUndelivered: true });
    await world.user({ isPodless: true, pod: 'pod-c', objects });
    await settle();
    assert.deepEqual(
      world.kept.map(({ name }) => name),
      ['pod-a', 'pod-b'],
    );
  });
});

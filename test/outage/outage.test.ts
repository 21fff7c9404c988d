// Half an hour without the store, by the clock, on a node with 250 pods: what they get, what people see, and what the
// store meets when it is back.
import assert from 'node:assert/strict';
import type { MountAnswer } from '../harness/driver.ts';
import { ACCOUNTS, GROUP, OBJECTS, OutageWorld, PODS } from './world.ts';

const MINUTES = 30;
const MINUTE_MS = 60_000;
/** The reads of one minute, in which each of the windows of 30 s may have one read of each distinct object. */
const WINDOWS = 2;

describe('250 pods over half an hour without the store', () => {
  let world: OutageWorld;
  let had: readonly MountAnswer[];
  /** Requests that came to the store's address in each minute without it. */
  const attempts: number[] = [];

  before(async () => {
    world = await OutageWorld.start();
    await world.write('old');
    await world.round();
    had = await world.round();
  });
  after(() => world.stop());

  it('are answered with what they had, each time', async () => {
    await world.write('new');
    world.proxy.isDown = true;
    for (let minute = 1; minute <= MINUTES; minute += 1) {
      world.proxy.forget();
      assert.deepEqual(await world.round(), had, `minute ${minute}`);
      attempts.push(world.proxy.total);
    }
    assert.equal(textsOf(had).has('old 0'), true);
  });

  it('are known to live on earlier answers by the metric', async () => {
    assert.equal(await world.metric('secretmount_volumes_stale'), PODS);
  });

  it('by one line in the log for each object', () => {
    const lines = world.log.filter(({ msg }) => msg === 'object served from an earlier answer');
    assert.equal(new Set(lines.map(({ pod, object }) => `${pod} ${object}`)).size, PODS * OBJECTS);
    assert.equal(lines.length, PODS * OBJECTS);
  });

  it('and by the status, with the age of what they have', () => {
    const { stale, circuits } = world.status();
    assert.equal(stale.total, PODS * OBJECTS);
    for (const { ageMs } of stale.rows) {
      assert.ok(ageMs !== null && ageMs >= (MINUTES - 2) * MINUTE_MS && ageMs <= (MINUTES + 2) * MINUTE_MS, `${ageMs}`);
    }
    assert.equal(circuits.total, 1);
  });

  it('do not storm its address', () => {
    assert.ok(Math.max(...attempts.slice(1)) <= PODS, `at most one request for each poll: ${attempts}`);
  });

  it('are fresh with their next poll once it is back, and cost it no more than in any other minute', async () => {
    world.proxy.isDown = false;
    world.proxy.forget();
    const isOld = (one: MountAnswer) =>
      textsOf([one])
        .values()
        .some((text) => text.startsWith('old'));
    const answers = await world.round();
    // Only who was polled in the very moment in which another pod's poll found the store back may not know of it yet.
    assert.ok(answers.filter(isOld).length < GROUP);
    assert.ok(!answers.slice(GROUP).some(isOld));
    assert.ok(world.proxy.total <= ACCOUNTS * OBJECTS * WINDOWS, `${world.proxy.total} requests`);
    assert.ok(Math.max(...world.requestsByGroup) <= GROUP * OBJECTS, `spread: ${world.requestsByGroup}`);
    assert.ok(!(await world.round()).some(isOld));
    assert.equal(await world.metric('secretmount_volumes_stale'), 0);
    assert.deepEqual([world.status().stale.total, world.status().circuits.total], [0, 0]);
  });
});

function textsOf(answers: readonly MountAnswer[]): ReadonlySet<string> {
  return new Set(answers.flatMap(({ files }) => files.map(({ contents }) => contents.toString())));
}

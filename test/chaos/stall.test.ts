// A run that gets no further ends, and says where.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { StallWatch } from './stall.ts';

const STALLED_AFTER_MS = 100;
/** More than a busy machine is late by. */
const LATE_MS = 2_000;

describe('a watched run', () => {
  it('that ends is not stalled', async () => {
    assert.equal(await new StallWatch(STALLED_AFTER_MS).watch(Promise.resolve()), undefined);
  });

  it('that fails fails with its own error', async () => {
    const failed = Promise.reject(new Error('the store is not unsealed in time'));
    await assert.rejects(new StallWatch(STALLED_AFTER_MS).watch(failed), /not unsealed in time/);
  });

  it('is not stalled while it tells something, however long it takes', async () => {
    const watch = new StallWatch(LATE_MS);
    const work = async () => {
      for (let step = 1; step <= 5; step += 1) {
        await sleep(LATE_MS / 4);
        watch.tell(`step ${step}`);
      }
    };
    assert.equal(await watch.watch(work()), undefined);
  });

  it('that waits for what never comes ends with the last that it told', async () => {
    const watch = new StallWatch(STALLED_AFTER_MS);
    watch.tell('the end: the store is to come back');
    const finding = await watch.watch(new Promise(() => {}));
    assert.match(String(finding), /^no further for [\d.]+ s after "the end: the store is to come back"$/);
  });
});

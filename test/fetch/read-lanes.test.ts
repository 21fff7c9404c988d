// Reads of a mount begin a few at a time, however many mounts there are, and each mount goes on.
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { ReadLanes } from '../../src/fetch/read-lanes.ts';

class Work {
  begun = 0;
  underWay = 0;
  readonly #ends: (() => void)[] = [];

  readonly begin = (): Promise<void> => {
    this.begun += 1;
    this.underWay += 1;
    return new Promise((resolve) =>
      this.#ends.push(() => {
        this.underWay -= 1;
        resolve();
      }),
    );
  };

  async endOne(): Promise<void> {
    this.#ends.shift()?.();
    await setImmediate();
  }
}

describe('the lanes of reads', () => {
  it('begin as many of a mount as a store takes at once, and the next when one has ended', async () => {
    const work = new Work();
    const all = new ReadLanes(32).each(Array.from({ length: 100 }), work.begin);
    assert.equal(work.begun, 32);
    await work.endOne();
    assert.deepEqual([work.begun, work.underWay], [33, 32]);
    for (let count = 0; count < 100; count += 1) await work.endOne();
    await all;
    assert.equal(work.begun, 100);
  });

  it('follow a store that takes more at once', () => {
    const work = new Work();
    void new ReadLanes(64).each(Array.from({ length: 100 }), work.begin);
    assert.equal(work.begun, 64);
  });

  it('begin no more than 3,000 of all mounts, and one of each whatever the others have', async () => {
    const lanes = new ReadLanes(32);
    const [many, late] = [new Work(), new Work()];
    for (let mount = 0; mount < 200; mount += 1) void lanes.each(Array.from({ length: 1_000 }), many.begin);
    assert.ok(many.underWay <= 3_200, `${many.underWay}`);
    const all = lanes.each([1, 2, 3], late.begin);
    assert.equal(late.underWay, 1);
    for (let count = 0; count < 3; count += 1) await late.endOne();
    await all;
  });

  it('end at once where there is nothing to read, and reject with what a read rejects with', async () => {
    await new ReadLanes(32).each([], () => Promise.reject(new Error('never')));
    const failing = new ReadLanes(32).each([1, 2], () => Promise.reject(new Error('failed')));
    await assert.rejects(failing, /failed/);
  });
});

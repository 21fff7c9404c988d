import assert from 'node:assert/strict';
import { overlapOf } from './looks.ts';

describe('the looks of pods that follow each other', () => {
  const old = '100 secret\n100 secret\n107 secret\n';

  it('overlap, in whatever order the pods are given', () => {
    const young = '105 secret\n112 secret\n';
    assert.deepEqual(overlapOf([young, old]), { looks: 5, seconds: 2 });
    assert.deepEqual(overlapOf([old, young]), { looks: 5, seconds: 2 });
  });

  it('must not have seen nothing', () => {
    assert.throws(() => overlapOf([old, '105 secret\n106 nothing\n']), /saw no secret/);
  });

  it('must leave no time between one pod and the next', () => {
    assert.throws(() => overlapOf([old, '110 secret\n']), /3 s between two pods/);
  });
});

// What a piece of work is told to have taken: what the thread worked, and not what it waited.
import assert from 'node:assert/strict';
import { BusyTime } from '../../src/memory/busy-time.ts';
import { useCpu } from './use-cpu.ts';

const PIECE_MS = 60;

describe('the time for which a piece of work keeps the process busy', () => {
  it('is the time that it takes', () => {
    const busy = new BusyTime();
    useCpu(PIECE_MS);
    assert.ok(busy.ms > PIECE_MS / 2, `${busy.ms} ms`);
  });

  it('is none for which the thread did not run', () => {
    const busy = new BusyTime();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PIECE_MS);
    assert.ok(busy.ms < PIECE_MS / 2, `${busy.ms} ms`);
  });
});

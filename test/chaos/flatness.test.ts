// A leak is told from noise, and noise from a leak.
import assert from 'node:assert/strict';
import { Random } from '../plan/random.ts';
import { grows, lineThrough } from './flatness.ts';

const SAMPLES = 18;
const BASE = 20_000_000;
const SMALLEST = 20_000;

function samplesOf(seed: number, slope: number, noise: number): number[] {
  const random = new Random(seed);
  return Array.from({ length: SAMPLES }, (_, at) => BASE + slope * at + random.below(2 * noise + 1) - noise);
}

describe('samples of a heap', () => {
  it('have the line that they were made from', () => {
    const { slope, error } = lineThrough([1, 3, 5, 7]);
    assert.deepEqual([slope, error], [2, 0]);
  });

  it('grow where a leak is more than noise', () => {
    for (let seed = 1; seed <= 1_000; seed += 1)
      assert.ok(grows(lineThrough(samplesOf(seed, 50_000, 100_000)), SMALLEST), `seed ${seed}`);
  });

  it('do not grow where there is noise alone, also if a slope of it would count', () => {
    let found = 0;
    for (let seed = 1; seed <= 1_000; seed += 1)
      found += Number(grows(lineThrough(samplesOf(seed, 0, 1_000_000)), SMALLEST));
    assert.ok(found <= 5, `${found} of 1000`);
  });

  it('do not grow where what is left is less than what counts', () => {
    assert.equal(grows(lineThrough(samplesOf(1, SMALLEST / 2, 0)), SMALLEST), false);
  });
});

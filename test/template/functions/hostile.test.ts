// No function takes more than a second or much memory, whatever it is given, and what only grows ends with an error.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { MEMORY_FLAGS } from '../peak-memory.ts';
import { HOSTILE, type Taken } from './hostile-run.ts';

describe('a hostile template', function () {
  this.timeout(120_000);
  let all: readonly Taken[] = [];

  before(() => {
    const output = execFileSync(process.execPath, [...MEMORY_FLAGS, join(import.meta.dirname, 'hostile-run.ts')]);
    all = JSON.parse(output.toString()) as readonly Taken[];
  });

  it('that asks functions for too much ends, most of all by its limits', () => {
    assert.equal(all.length, HOSTILE.length);
    const others = all.filter(({ end }) => !/^(?:limit|memory|execute|output of \d+)$/.test(end));
    assert.deepEqual(others, []);
    assert.ok(all.filter(({ end }) => end === 'limit' || end === 'memory').length > all.length / 2);
    // What is left of a value that nests too deep is nothing.
    assert.deepEqual(
      all.filter(({ end }) => /^output of \d\d/.test(end)),
      [],
    );
  });

  it('that asks functions for too much takes less than a second of CPU', () => {
    assert.deepEqual(
      all.filter(({ ms }) => ms > 1_000),
      [],
    );
  });

  it('that asks functions for too much takes less than 20 MB more', () => {
    assert.deepEqual(
      all.filter(({ grownBytes }) => grownBytes > 20e6),
      [],
    );
  });
});

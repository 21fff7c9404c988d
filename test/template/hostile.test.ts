// No template takes more than a second, twenty megabytes or the event loop: it ends with an error.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Taken } from './hostile-run.ts';
import { HOSTILE } from './hostile-templates.ts';
import { MEMORY_FLAGS } from './peak-memory.ts';

/** Those that are harmless in the end. */
const RENDERED = ['very many comments'];

/** A machine whose processors share a core with other work counts up to twice the time for the same work. */
const MOST_SLICE_MS = 100;

describe('a hostile template', function () {
  this.timeout(120_000);
  let all: readonly Taken[] = [];

  before(() => {
    const output = execFileSync(process.execPath, [...MEMORY_FLAGS, join(import.meta.dirname, 'hostile-run.ts')]);
    all = JSON.parse(output.toString()) as readonly Taken[];
  });

  it('ends with an error', () => {
    const ended = all.filter(({ end }) => end === 'output').map(({ name }) => name);
    assert.deepEqual(ended, RENDERED);
    const others = all.filter(({ end }) => !['output', 'limit', 'memory', 'execute', 'parse'].includes(end));
    assert.deepEqual(others, []);
    assert.equal(all.length, Object.keys(HOSTILE).length);
  });

  it('ends within a second of CPU', () => {
    assert.deepEqual(
      all.filter(({ totalMs }) => totalMs > 1_000),
      [],
    );
  });

  it('lets the event loop have its turn after some 50 ms of CPU', () => {
    assert.deepEqual(
      all.filter(({ sliceMs }) => sliceMs > MOST_SLICE_MS),
      [],
    );
  });

  it('takes less than 20 MB more', () => {
    assert.deepEqual(
      all.filter(({ grownBytes }) => grownBytes > 20e6),
      [],
    );
  });
});

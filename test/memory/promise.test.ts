// A few pods of each kind here; `node test/memory/promise.ts` has a whole node's.
import assert from 'node:assert/strict';
import { CHART_LIMIT_BYTES, keepPromise, ONE_MB, ONE_VALUE, SCENARIOS } from './promise.ts';

const PODS = 6;
/** What may come of a mount at the bounds, beside its files. */
const REASONS = new Set(['9 memory-budget', '11 files-too-large', '11 answer-too-large']);

describe("a node's memory holds", () => {
  for (const [name, scenario] of Object.entries(SCENARIOS))
    it(`${PODS} pods at once of ${name}`, async function () {
      this.timeout(120_000);
      const kept = await keepPromise(scenario, PODS, ['--mount-timeout=45s', '--request-timeout=30s']);
      const text = JSON.stringify(kept);
      assert.ok(kept.isAlive && kept.kills === 0, text);
      assert.ok(kept.anonMiB * 1024 * 1024 < CHART_LIMIT_BYTES, text);
      for (const outcome of Object.keys(kept.outcomes)) assert.ok(outcome === 'ok' || REASONS.has(outcome), text);
    });

  it('60 pods at once of one value of 13 KB as 300 files', async () => {
    const kept = await keepPromise(ONE_VALUE, 60);
    const text = JSON.stringify(kept);
    assert.ok(kept.isAlive && kept.kills === 0 && kept.anonMiB * 1024 * 1024 < CHART_LIMIT_BYTES, text);
    for (const outcome of Object.keys(kept.outcomes)) assert.ok(outcome === 'ok' || REASONS.has(outcome), text);
  });

  it('40 pods with a secret of 1 MB each: none is refused', async () => {
    const kept = await keepPromise(ONE_MB, 40);
    assert.deepEqual(kept.outcomes, { ok: 40 }, JSON.stringify(kept));
    assert.ok(kept.isAlive && kept.kills === 0 && kept.anonMiB * 1024 * 1024 < CHART_LIMIT_BYTES, JSON.stringify(kept));
  });
});

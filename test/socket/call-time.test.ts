import assert from 'node:assert/strict';
import { callTimeMs } from '../../src/server/call-time.ts';

describe('the time of a call', () => {
  const NOW_MS = 1_000_000;
  const rows: readonly (readonly [says: string, deadline: Date | number, expectedMs: number])[] = [
    ["is the mount's own where the caller has more", NOW_MS + 120_000, 30_000],
    ['ends half a second before the deadline of a caller who has less', NOW_MS + 1_500, 1_000],
    ['takes the deadline as a date too', new Date(NOW_MS + 1_500), 1_000],
    ['is none if the deadline is closer than that', NOW_MS + 20, 0],
    ['is none after the deadline', NOW_MS - 1, 0],
    ["is the mount's own where the caller sets no deadline", Number.POSITIVE_INFINITY, 30_000],
  ];
  for (const [says, deadline, expectedMs] of rows)
    it(says, () => assert.equal(callTimeMs(deadline, NOW_MS, 30_000), expectedMs));
});

// What pods that follow each other wrote of each look at their secret: `<second> secret`, or anything else if it was not
// there. A busy machine may let them look late, so that only their order counts.
import assert from 'node:assert/strict';

export interface Overlap {
  readonly looks: number;
  /** Seconds for which the shortest pair looked side by side. */
  readonly seconds: number;
}

/** @throws AssertionError if a pod saw no secret, or one had ended before the next looked */
export function overlapOf(logs: readonly string[]): Overlap {
  const pods = logs.map((log) => log.trim().split('\n'));
  const bad = pods.flat().filter((line) => !/^\d+ secret$/.test(line));
  assert.deepEqual(bad, [], 'looks that saw no secret');
  const spans = pods
    .map((lines) => ({ first: secondOf(lines[0]), last: secondOf(lines.at(-1)) }))
    .sort((left, right) => left.first - right.first);
  const overlaps = spans.slice(1).map(({ first }, index) => (spans[index]?.last ?? 0) - first);
  const seconds = Math.min(...overlaps);
  assert.ok(seconds >= 0, `${-seconds} s between two pods`);
  return { looks: pods.flat().length, seconds };
}

function secondOf(line = ''): number {
  return Number(line.split(' ')[0]);
}

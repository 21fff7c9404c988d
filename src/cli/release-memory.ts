// Releases the memory that the start, mounts and expired answers left behind. V8 collects garbage only when it needs room, and below its
// limit it needs none: a daemon that served a node's pods once would keep half of its memory for nothing until the next round.
import type { Emit, Fact } from '../events.ts';

/** A full collection takes 20 to 30 ms of a processor: each half minute, a thousandth of one. */
const AFTER_MS = 30_000;

const LEAVES_GARBAGE: ReadonlySet<Fact['type']> = new Set(['mount', 'kept', 'rehearsed']);

/** @param collect one full collection; undefined if Node was started without --expose-gc, and then none. */
export function releaseMemory(collect: (() => void) | undefined): Emit {
  let timer: NodeJS.Timeout | undefined;
  return ({ type }) => {
    if (!LEAVES_GARBAGE.has(type) || timer !== undefined || collect === undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      collect();
    }, AFTER_MS).unref();
  };
}

/** Everything that can be, in one go: an ordinary full collection leaves half of it for a later one. */
export function findCollector(): (() => void) | undefined {
  const { gc } = globalThis;
  return gc === undefined ? undefined : () => gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

// Releases the memory that the start, mounts and expired answers left behind. V8 collects garbage only when it needs room.
// Below its limit it needs none, so a daemon that once served a node's pods would keep half of its memory until the next
// round.
import type { Emit } from '../events.ts';

/** Delay after the last of many mounts. */
const AFTER_MS = 30_000;
/** A full collection takes 20 to 60 ms of CPU: spread over this many mounts, about a tenth of their own time. */
const MANY = 200;
/** Delay after the first of few mounts, such as a node's regular polls, which leave little garbage. */
const AFTER_FEW_MS = 300_000;

/** Short, as no call has come after a rehearsal, and most of the garbage is from the start. */
const AFTER_REHEARSAL_MS = 1_000;

/**
 * @param collect one full collection; undefined if Node was started without --expose-gc, and then none.
 * @param begun aborts when the first call comes: it must not wait for the rehearsal's garbage
 */
export function releaseMemory(collect: (() => void) | undefined, begun: AbortSignal): Emit {
  let timer: NodeJS.Timeout | undefined;
  let mounts = 0;
  const collectIn = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      mounts = 0;
      collect?.();
    }, ms).unref();
  };
  return ({ type }) => {
    if (collect === undefined) return;
    if (type === 'rehearsed') collectUnless(begun, collect);
    if (type !== 'mount' && type !== 'kept') return;
    if (type === 'mount') mounts += 1;
    if (mounts === MANY) collectIn(AFTER_MS);
    else if (timer === undefined) collectIn(AFTER_FEW_MS);
  };
}

function collectUnless(begun: AbortSignal, collect: () => void): void {
  if (begun.aborted) return;
  const timer = setTimeout(collect, AFTER_REHEARSAL_MS).unref();
  begun.addEventListener('abort', () => clearTimeout(timer), { once: true });
}

/** Collects everything in one pass: an ordinary full collection leaves half of it for a later one. */
export function findCollector(): (() => void) | undefined {
  const { gc } = globalThis;
  return gc === undefined ? undefined : () => gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

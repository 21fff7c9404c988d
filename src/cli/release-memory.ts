// Releases the memory that the start, mounts and expired answers left behind. V8 collects garbage only when it needs room,
// and below its limit it needs none: a daemon that served a node's pods once would keep half of its memory for nothing until
// the next round.
import type { Emit } from '../events.ts';

/** After the last of many. */
const AFTER_MS = 30_000;
/** A full collection takes 20 to 60 ms of a processor: for each of so many mounts about a tenth of what it takes itself. */
const MANY = 200;
/** After the first of few, as the polls of a node's pods are: they come all the time, and leave little behind. */
const AFTER_FEW_MS = 300_000;

/** After a rehearsal nobody has called yet, and what the start left behind is most of what there is. */
const AFTER_REHEARSAL_MS = 1_000;

/**
 * @param collect one full collection; undefined if Node was started without --expose-gc, and then none.
 * @param begun aborts when the first call comes: it is not kept waiting for what a rehearsal left behind
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

/** Everything that can be, in one go: an ordinary full collection leaves half of it for a later one. */
export function findCollector(): (() => void) | undefined {
  const { gc } = globalThis;
  return gc === undefined ? undefined : () => gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

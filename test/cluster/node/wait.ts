// Waiting for what takes a while, with an end and with the reason of the last look.
import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience {
  readonly withinMs: number;
  /** Default 100 ms. */
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
}

/** What `look` returns once it does not throw and returns something. @throws Error with the last look's reason */
export async function until<T>(what: string, patience: Patience, look: () => Promise<T | undefined>): Promise<T> {
  const endAt = performance.now() + patience.withinMs;
  for (;;) {
    let reason = 'not yet';
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
    } catch (error) {
      if (error instanceof FinalError) throw error;
      reason = error instanceof Error ? error.message : String(error);
    }
    patience.signal?.throwIfAborted();
    if (performance.now() > endAt) throw new Error(`${what}: not within ${patience.withinMs / 1000} s; ${reason}`);
    await sleep(patience.everyMs ?? 100);
  }
}

/** Waiting on would be in vain. */
export class FinalError extends Error {}

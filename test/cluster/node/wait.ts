// Waiting for what takes a while, with an end and with the reason of the last look.
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How long anything that happens by itself may take, also with the machine's cores taken by other work and after the two
 * minutes that the kubelet and the driver back off at most. A wait ends with what it waits for: only a red run lasts so
 * long. What a person would want to be fast is a note of its step.
 */
export const PATIENCE_MS = 300_000;

export interface Patience {
  /** Default: PATIENCE_MS. */
  readonly withinMs?: number;
  /** Default 100 ms. */
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
}

/** What `look` returns once it does not throw and returns something. @throws Error with the last look's reason */
export async function until<T>(what: string, patience: Patience, look: () => Promise<T | undefined>): Promise<T> {
  const withinMs = patience.withinMs ?? PATIENCE_MS;
  const endAt = performance.now() + withinMs;
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
    if (performance.now() > endAt) throw new Error(`${what}: not within ${withinMs / 1000} s; ${reason}`);
    await sleep(patience.everyMs ?? 100);
  }
}

/** Waiting on would be in vain. */
export class FinalError extends Error {}

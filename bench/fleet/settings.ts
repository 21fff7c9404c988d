// What a provider does by default, from the code itself, and what is assumed of everything around it.
import { readOptions } from '../../src/cli/options.ts';

export interface Settings {
  readonly storeConcurrency: number;
  readonly requestTimeoutMs: number;
  readonly mountTimeoutMs: number;
  readonly coalesceWindowMs: number;
  readonly pollWindowMs: number;
}

export const DEFAULTS: Settings = readOptions(new Map(), {});

/** A shared flight's time: makeServices (src/cli/composition.ts) gives logins and reads four requests'. */
export const FLIGHT_REQUESTS = 4;
/** src/vault/agents.ts: a free connection is kept so long. */
export const FREE_CONNECTION_MS = 15_000;
/** src/fetch/request-dispatcher.ts: how long a request waits for another's probe, and how often a recovery gets more. */
export const PROBE_PATIENCE_MS = 1_000;
export const RECOVERY_STEP_MS = 150;
/** The way to the store and back. */
export const ROUND_TRIP_MS = 2;

/** The kubelet's back-off after a mount that failed: half a second, doubled up to two minutes and two seconds. */
export function kubeletPauseMs(failures: number): number {
  return Math.min(122_000, 500 * 2 ** Math.max(0, failures - 1));
}

/** Mulberry32: the same numbers in each run, so that the tables change when the code does. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

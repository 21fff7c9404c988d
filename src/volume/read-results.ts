// The results of a round of reads: answers, which of them are stale fallbacks, and the remaining errors.
import type { MountError, Reason } from '../errors.ts';
import type { Answer } from '../fetch/ports.ts';

export interface StaleFallback {
  readonly ageMs: number;
  readonly reason: Reason;
}

/** All maps and sets are by Read.key. */
export interface ReadResults {
  readonly answers: ReadonlyMap<string, Answer>;
  readonly errors: ReadonlyMap<string, MountError>;
  /** Reads whose path does not exist: no failure for an optional object. */
  readonly absent: ReadonlySet<string>;
  /** Reads answered from an earlier answer. */
  readonly staleFallbacks: ReadonlyMap<string, StaleFallback>;
  /** When the newest of `answers` was sent; -Infinity if there is none. */
  readonly newestAt: number;
}

/** Merges the results of several rounds of one mount. */
export function together(rounds: readonly ReadResults[]): ReadResults {
  return {
    answers: new Map(rounds.flatMap(({ answers }) => [...answers])),
    errors: new Map(rounds.flatMap(({ errors }) => [...errors])),
    absent: new Set(rounds.flatMap(({ absent }) => [...absent])),
    staleFallbacks: new Map(rounds.flatMap(({ staleFallbacks }) => [...staleFallbacks])),
    newestAt: Math.max(...rounds.map(({ newestAt }) => newestAt)),
  };
}

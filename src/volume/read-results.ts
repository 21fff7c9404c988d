// What became of a round of reads: answers, what stands in for some of them, and what is left as failures.
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
  /** When the newest of `answers` was sent; -Infinity where there is none. */
  readonly newestAt: number;
}

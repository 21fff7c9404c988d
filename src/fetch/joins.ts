// Answers that callers may share: those on their way and those that came a moment ago. Nothing here is shared
// across sessions (the key holds the session's) and nothing with a lease is ever filed.
import type { MountMemory } from '../memory/mount-memory.ts';
import type { Sent } from './outcome.ts';
import type { Answer } from './ports.ts';
import type { Rank } from './slots.ts';

/** One read on its way that others may join. */
export interface Flight {
  readonly rank: Rank;
  /** clock.now() when its request got its slot; undefined while it waits for one. */
  sentAt: number | undefined;
  readonly sent: Promise<Sent>;
  /** All that wait for it. */
  readonly mounts: Set<MountMemory>;
}

/** Filed answers are the same objects that hold/ keeps, so this bounds what a burst of new secrets adds. */
const MAX_FILED_BYTES = 4 * 1024 * 1024;
/** Paths known to give leases. One forgotten is learned again at the cost of one request too many. */
const MAX_LEASED_PATHS = 10_000;

export class Joins {
  readonly #keepMs: number;
  readonly #flights = new Map<string, Flight>();
  /** In the order in which they were filed. */
  readonly #filed = new Map<string, Answer>();
  readonly #leasedPaths = new Set<string>();
  #filedBytes = 0;

  /** @param keepMs the longest window that any caller asks with */
  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  /** An answer whose request was sent at `notBefore` or later. */
  filed(key: string, notBefore: number): Answer | undefined {
    const answer = this.#filed.get(key);
    return answer !== undefined && answer.sentAt >= notBefore ? answer : undefined;
  }

  /** A flight sent at `notBefore` or later. A first mount does not wait behind a poll that has no slot yet. */
  flight(key: string, notBefore: number, rank: Rank): Flight | undefined {
    const flight = this.#flights.get(key);
    if (flight === undefined) return undefined;
    if (flight.sentAt === undefined) return flight.rank === rank || rank === 'poll' ? flight : undefined;
    return flight.sentAt >= notBefore ? flight : undefined;
  }

  started(key: string, flight: Flight): void {
    this.#flights.set(key, flight);
  }

  ended(key: string, flight: Flight): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }

  /** A later answer replaces, an earlier never: requests overtake each other. */
  file(key: string, answer: Answer, now: number): void {
    const known = this.#filed.get(key);
    if (known !== undefined) {
      if (known.sentAt > answer.sentAt) return;
      this.#drop(key, known);
    }
    this.#filed.set(key, answer);
    this.#filedBytes += answer.sizeBytes;
    this.#makeRoom(now);
  }

  isLeased(path: string): boolean {
    return this.#leasedPaths.has(path);
  }

  markLeased(path: string): void {
    this.#leasedPaths.add(path);
    if (this.#leasedPaths.size <= MAX_LEASED_PATHS) return;
    const [oldest] = this.#leasedPaths;
    if (oldest !== undefined) this.#leasedPaths.delete(oldest);
  }

  #makeRoom(now: number): void {
    for (const [key, answer] of this.#filed) {
      if (this.#filedBytes <= MAX_FILED_BYTES && answer.sentAt >= now - this.#keepMs) return;
      this.#drop(key, answer);
    }
  }

  #drop(key: string, answer: Answer): void {
    this.#filed.delete(key);
    this.#filedBytes -= answer.sizeBytes;
  }
}

// Request coalescing: callers share requests under way and recent answers. Nothing is shared across sessions, because the
// session's key is part of each key, and nothing with a lease is filed. A timer drops answers that are too old for any
// caller, so that no value stays in memory only because nobody asks for it.
import type { Clock } from '../clock.ts';
import type { MountMemory } from '../memory/mount-memory.ts';
import { entryBytes, Pot } from '../pot.ts';
import type { Priority } from '../request-options.ts';
import { Sweeper } from '../sweeper.ts';
import type { Answer } from './ports.ts';
import type { FetchedAnswer } from './read-result.ts';

/** How far a read has come. */
export interface Sending {
  /** clock.now() when its request got its slot; undefined while it waits for one. */
  sentAt: number | undefined;
  /** All mounts that wait for it. */
  readonly mounts: ReadonlySet<MountMemory>;
}

/** One read on its way that others may share. */
export interface Flight {
  readonly priority: Priority;
  readonly sending: Sending & { readonly mounts: Set<MountMemory> };
  readonly sent: Promise<FetchedAnswer>;
}

/**
 * Filed answers are the same objects that volume/ keeps, so this bounds what a burst of new secrets adds. Over it the
 * account that has the most loses its own oldest.
 */
const MAX_FILED_BYTES = 4 * 1024 * 1024;
/** Paths known to give leases. One forgotten is learned again at the cost of one request too many. */
const MAX_LEASED_PATHS = 10_000;

export class RequestCoalescer {
  readonly #keepMs: number;
  readonly #flights = new Map<string, Flight>();
  readonly #filed = new Map<string, Answer>();
  readonly #pot = new Pot(MAX_FILED_BYTES);
  readonly #sweeper: Sweeper;
  readonly #leasedPaths = new Set<string>();

  /** @param keepMs the longest window that any caller asks with */
  constructor(keepMs: number, clock: Clock) {
    this.#keepMs = keepMs;
    this.#sweeper = new Sweeper(clock, (now) => this.#sweep(now));
  }

  get filedBytes(): number {
    return this.#pot.sizeBytes;
  }

  /** An answer whose request was sent at `notBefore` or later. */
  filed(key: string, notBefore: number): Answer | undefined {
    const answer = this.#filed.get(key);
    return answer !== undefined && answer.sentAt >= notBefore ? answer : undefined;
  }

  /** A flight sent at `notBefore` or later. A first mount does not wait behind a poll that has no slot yet. */
  flight(key: string, notBefore: number, priority: Priority): Flight | undefined {
    const flight = this.#flights.get(key);
    if (flight === undefined) return undefined;
    const { sentAt } = flight.sending;
    if (sentAt === undefined) return flight.priority === priority || priority === 'poll' ? flight : undefined;
    return sentAt >= notBefore ? flight : undefined;
  }

  started(key: string, flight: Flight): void {
    this.#flights.set(key, flight);
  }

  ended(key: string, flight: Flight): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }

  /**
   * Files an answer, unless a later one is filed already: requests can overtake each other.
   * @param account whose share it takes
   */
  file(key: string, answer: Answer, account: string): void {
    const known = this.#filed.get(key);
    if (known !== undefined && known.sentAt > answer.sentAt) return;
    this.#filed.set(key, answer);
    this.#pot.put(key, account, entryBytes(key, answer.sizeBytes));
    for (let over = this.#pot.overflow(); over !== undefined; over = this.#pot.overflow()) this.#drop(over);
    this.#sweeper.endsAt(answer.sentAt + this.#keepMs);
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

  #sweep(now: number): number {
    let nextAt = Number.POSITIVE_INFINITY;
    for (const [key, { sentAt }] of this.#filed) {
      const endsAt = sentAt + this.#keepMs;
      if (endsAt < now) this.#drop(key);
      else nextAt = Math.min(nextAt, endsAt);
    }
    return nextAt;
  }

  #drop(key: string): void {
    this.#filed.delete(key);
    this.#pot.delete(key);
  }
}

// A fair semaphore: who may send next to one store. At most `limit()` requests are under way; the rest wait here, in
// front of the agent's sockets, so that a request's own clock starts only when it may be sent. Slots are dealt round
// robin over service accounts, of which none has all, and within one over its sessions: neither a class with many roles
// nor a crash-looping pod starves the others.
import type { Priority, SlotOwner } from '../request-options.ts';

export const PRIORITIES: readonly Priority[] = ['first', 'poll', 'renewal'];

/**
 * The share of slots kept for whoever comes while one account has all the others: requests that hang hold theirs for 10
 * s.
 */
const KEPT_FREE = 0.25;

interface Ticket {
  readonly owner: SlotOwner;
  readonly grant: () => void;
}

/**
 * Tickets of one priority by account and session. What was served goes to the end of its map: that is the round robin.
 */
type Queue = Map<string, Map<string, Set<Ticket>>>;

export class FairSemaphore {
  readonly #limit: () => number;
  /** Made with the first that waits: most never have one. */
  #queues: Record<Priority, Queue> | undefined;
  readonly #held = new Map<string, number>();
  #inUse = 0;
  #waiting = 0;

  /** @param limit asked each time something ends, and by `serve`. */
  constructor(limit: () => number) {
    this.#limit = limit;
  }

  get inUse(): number {
    return this.#inUse;
  }

  get waiting(): number {
    return this.#waiting;
  }

  get isIdle(): boolean {
    return this.#inUse === 0 && this.#waiting === 0;
  }

  /** Takes one, to be returned with `release`, if nobody waits: nearly always, and it costs nothing. */
  tryAcquire(account: string): boolean {
    if (!this.isFreeFor(account)) return false;
    this.#take(account);
    return true;
  }

  /**
   * Resolves when it has one, to be returned with `release`. Rejects with the signal's reason when that comes first.
   */
  acquire(owner: SlotOwner, priority: Priority, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#remove(priority, ticket);
        reject(signal.reason);
      };
      const grant = () => {
        signal.removeEventListener('abort', onAbort);
        this.#take(owner.account);
        resolve();
      };
      const ticket: Ticket = { owner, grant };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#add(priority, ticket);
      this.serve();
    });
  }

  release(account: string): void {
    this.#inUse -= 1;
    const left = this.#heldBy(account) - 1;
    if (left === 0) this.#held.delete(account);
    else this.#held.set(account, left);
    this.serve();
  }

  /** Whether whoever comes now is served at once. */
  isFreeFor(account: string): boolean {
    if (this.#waiting > 0) return false;
    const limit = this.#limit();
    return this.#inUse < limit && this.#heldBy(account) < mostOf(limit);
  }

  #heldBy(account: string): number {
    return this.#held.get(account) ?? 0;
  }

  #take(account: string): void {
    this.#inUse += 1;
    this.#held.set(account, this.#heldBy(account) + 1);
  }

  /** Deals what is free; for a limit that has grown. */
  serve(): void {
    if (this.#waiting === 0) return;
    const limit = this.#limit();
    const half = Math.max(1, Math.floor(limit / 2));
    const most = mostOf(limit);
    const holdsLess = (than: number) => (account: string) => this.#heldBy(account) < than;
    while (this.#inUse < limit && this.#waiting > 0) {
      const next = this.#pick(holdsLess(half)) ?? this.#pick(holdsLess(most));
      if (next === undefined) return;
      this.#remove(next.priority, next.ticket);
      next.ticket.grant();
    }
  }

  /** The first ticket, by priority and then by turn, of an account that `mayTake` a slot. */
  #pick(mayTake: (account: string) => boolean): { priority: Priority; ticket: Ticket } | undefined {
    if (this.#queues === undefined) return undefined;
    for (const priority of PRIORITIES) {
      for (const [account, sessions] of this.#queues[priority]) {
        if (!mayTake(account)) continue;
        for (const tickets of sessions.values()) for (const ticket of tickets) return { priority, ticket };
      }
    }
    return undefined;
  }

  #add(priority: Priority, ticket: Ticket): void {
    const { account, key } = ticket.owner;
    this.#queues ??= { first: new Map(), poll: new Map(), renewal: new Map() };
    const queue = this.#queues[priority];
    const sessions = queue.get(account) ?? new Map<string, Set<Ticket>>();
    const tickets = sessions.get(key) ?? new Set<Ticket>();
    queue.set(account, sessions.set(key, tickets.add(ticket)));
    this.#waiting += 1;
  }

  #remove(priority: Priority, ticket: Ticket): void {
    const { account, key } = ticket.owner;
    const queue = this.#queues?.[priority];
    const sessions = queue?.get(account);
    const tickets = sessions?.get(key);
    if (queue === undefined || sessions === undefined || !tickets?.delete(ticket)) return;
    this.#waiting -= 1;
    toEnd(sessions, key, tickets);
    toEnd(queue, account, sessions);
  }
}

/** Behind all others, or out if nothing is left of it; who is alone stays where it is. */
function toEnd<T extends { readonly size: number }>(map: Map<string, T>, key: string, rest: T): void {
  if (rest.size > 0 && map.size === 1) return;
  map.delete(key);
  if (rest.size > 0) map.set(key, rest);
}

/** What one account may hold of so many. */
function mostOf(limit: number): number {
  return limit - Math.floor(limit * KEPT_FREE);
}

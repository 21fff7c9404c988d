// A fair semaphore for the requests to one store. At most `limit()` requests are under way. The rest wait here and not for
// a socket of the agent, so that a request's timeout starts only when it is sent. Accounts get slots round robin, and so do
// the sessions of an account. No account gets all slots, so neither a class with many roles nor a crash-looping pod
// starves the others.
import type { Priority, SlotOwner } from '../request-options.ts';

export const PRIORITIES: readonly Priority[] = ['first', 'poll', 'renewal'];

/**
 * Share of slots that one account never gets, so that others can send while its requests hang. A request that hangs
 * keeps its slot for 10 s.
 */
const KEPT_FREE = 0.25;

interface Ticket {
  readonly owner: SlotOwner;
  readonly grant: () => void;
}

/**
 * Tickets of one priority by account and session. Whatever was served moves to the end of its map: round robin.
 */
type Queue = Map<string, Map<string, Set<Ticket>>>;

export class FairSemaphore {
  readonly #limit: () => number;
  /** Created with the first waiter, because most semaphores never have one. */
  #queues: Record<Priority, Queue> | undefined;
  readonly #held = new Map<string, number>();
  #inUse = 0;
  #waiting = 0;

  /** @param limit is called whenever a slot is wanted or can be handed out, so it may change. */
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

  /** Takes a slot if it need not wait, the usual and cheap case. The caller must `release` it. */
  tryAcquire(account: string): boolean {
    if (!this.isFreeFor(account)) return false;
    this.#take(account);
    return true;
  }

  /**
   * Resolves when it has a slot, which the caller must `release`. Rejects with the signal's reason if it aborts first.
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

  /** Whether a request of the account would get a slot at once. */
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

  /** Hands out free slots. Call it when the limit has grown. */
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

/** Moves the entry to the end, or removes it if nothing is left of it. A single entry stays in place. */
function toEnd<T extends { readonly size: number }>(map: Map<string, T>, key: string, rest: T): void {
  if (rest.size > 0 && map.size === 1) return;
  map.delete(key);
  if (rest.size > 0) map.set(key, rest);
}

/** The most slots of `limit` that one account may have. */
function mostOf(limit: number): number {
  return limit - Math.floor(limit * KEPT_FREE);
}

// Who may send next to one store address. At most `limit()` requests are under way; the rest wait here, in
// front of the agent's sockets, so that a request's own clock starts only when it may be sent. Slots are
// dealt round robin over sessions: a crash-looping pod cannot starve the others.

/** In the order of service: a pod that waits to start, a pod that runs, a token that is renewed ahead of time. */
export const RANKS = ['first', 'poll', 'renewal'] as const;
export type Rank = (typeof RANKS)[number];

interface Ticket {
  readonly session: string;
  readonly grant: () => void;
}

/** Tickets of one rank by session. A session served goes to the end of the map: that is the round robin. */
type Queue = Map<string, Set<Ticket>>;

export class Slots {
  readonly #limit: () => number;
  readonly #queues: Record<Rank, Queue> = { first: new Map(), poll: new Map(), renewal: new Map() };
  readonly #held = new Map<string, number>();
  #inUse = 0;
  #waiting = 0;

  /** @param limit asked each time: while anything waits, something under way will end and ask again. */
  constructor(limit: () => number) {
    this.#limit = limit;
  }

  get inUse(): number {
    return this.#inUse;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Resolves with the function that gives the slot back. Rejects with the signal's reason when that comes first. */
  acquire(session: string, rank: Rank, signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#inUse < this.#limit() && this.#waiting === 0) return Promise.resolve(this.#take(session));
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#remove(rank, ticket);
        reject(signal.reason);
      };
      const grant = () => {
        signal.removeEventListener('abort', onAbort);
        resolve(this.#take(session));
      };
      const ticket: Ticket = { session, grant };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#add(rank, ticket);
    });
  }

  #take(session: string): () => void {
    this.#inUse += 1;
    this.#held.set(session, (this.#held.get(session) ?? 0) + 1);
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      this.#release(session);
    };
  }

  #release(session: string): void {
    this.#inUse -= 1;
    const left = (this.#held.get(session) ?? 1) - 1;
    if (left === 0) this.#held.delete(session);
    else this.#held.set(session, left);
    this.#serve();
  }

  #serve(): void {
    const limit = this.#limit();
    const half = Math.max(1, Math.floor(limit / 2));
    while (this.#inUse < limit && this.#waiting > 0) {
      const next = this.#pick((session) => (this.#held.get(session) ?? 0) < half) ?? this.#pick(() => true);
      if (next === undefined) return;
      this.#remove(next.rank, next.ticket);
      next.ticket.grant();
    }
  }

  /** The first ticket, by rank and then by turn, of a session that `mayTake` a slot. */
  #pick(mayTake: (session: string) => boolean): { rank: Rank; ticket: Ticket } | undefined {
    for (const rank of RANKS) {
      for (const [session, tickets] of this.#queues[rank]) {
        if (!mayTake(session)) continue;
        for (const ticket of tickets) return { rank, ticket };
      }
    }
    return undefined;
  }

  #add(rank: Rank, ticket: Ticket): void {
    const queue = this.#queues[rank];
    const tickets = queue.get(ticket.session);
    if (tickets === undefined) queue.set(ticket.session, new Set([ticket]));
    else tickets.add(ticket);
    this.#waiting += 1;
  }

  #remove(rank: Rank, ticket: Ticket): void {
    const queue = this.#queues[rank];
    const tickets = queue.get(ticket.session);
    if (tickets === undefined || !tickets.delete(ticket)) return;
    this.#waiting -= 1;
    queue.delete(ticket.session);
    if (tickets.size > 0) queue.set(ticket.session, tickets);
  }
}

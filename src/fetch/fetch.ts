// What is wanted: each distinct read once, all in parallel, shared with whoever may share it. Every read ends in
// an answer or in its own failure; none hides another. Which answers a volume may be given at all (how fresh)
// the caller says.
import type { Clock } from '../clock.ts';
import { asMountError, MountError } from '../errors.ts';
import type { MountMemory } from '../memory/mount-memory.ts';
import { isReading } from '../methods.ts';
import type { Read } from '../plan/plan.ts';
import type { Access } from '../session/access.ts';
import type { LiveToken } from '../session/live-token.ts';
import { waitFor, withinTime } from '../waiting.ts';
import type { Evidence } from './circuit.ts';
import type { Gate } from './gate.ts';
import { type Flight, Joins } from './joins.ts';
import { LastSizes } from './last-sizes.ts';
import type { Outcome, Sent } from './outcome.ts';
import type { Answer, Door } from './ports.ts';
import { Refusals } from './refusals.ts';
import { RetryBudget } from './retry.ts';
import type { Rank } from './slots.ts';

/** Of a read that waits behind large ones of its mount: nobody joins it, as a small mount would wait there too. */
const UNSENT = Number.NEGATIVE_INFINITY;

export interface FetcherOptions {
  readonly clock: Clock;
  readonly gate: Gate;
  /** A first mount takes an answer sent at most so long before its call; 0: never another's. */
  readonly joinWindowMs: number;
  /** The same for a poll. */
  readonly pollWindowMs: number;
  /** Of one read that failed in passing. */
  readonly maxRepeats: number;
  /** Time for one shared read with its login and repeats; never a caller's. */
  readonly readTimeoutMs: number;
}

/** One mount's wish. */
export interface Caller {
  readonly door: Door;
  readonly visit: Access;
  /** In whose share the answer is kept for others (accountName). */
  readonly account: string;
  readonly rank: Rank;
  /** clock.now() when the call came. */
  readonly calledAt: number;
  /** An answer that is shared must have been sent after this moment: a volume never goes back in time. */
  readonly newerThan: number;
  /** Counted up for each read this caller had sent. */
  readonly cost: { reads: number };
  readonly signal: AbortSignal;
  readonly memory: MountMemory;
}

export class Fetcher {
  readonly #options: FetcherOptions;
  readonly #joins: Joins;
  readonly #refusals = new Refusals();
  readonly #sizes = new LastSizes();

  constructor(options: FetcherOptions) {
    this.#options = options;
    this.#joins = new Joins(Math.max(options.joinWindowMs, options.pollWindowMs), options.clock);
  }

  /**
   * @returns an outcome for each read, by its key; none for one that joined another's request whose answer turned out to
   *   be a lease: that is the other's own, and its path is now known to give leases. Never throws.
   */
  async fetchAll(reads: readonly Read[], caller: Caller): Promise<Map<string, Outcome>> {
    const budget = new RetryBudget(this.#options.maxRepeats);
    const outcomes = await Promise.all(reads.map((read) => this.#fetchOne(read, caller, budget)));
    return new Map(
      reads.flatMap((read, index) => {
        const outcome = outcomes[index];
        return outcome === undefined ? [] : [[read.key, outcome] as const];
      }),
    );
  }

  /** As far as is known: a path tells it with its first answer. */
  givesLeases(door: Pick<Door, 'key'>, read: Pick<Read, 'path'>): boolean {
    return this.#joins.isLeased(`${door.key} ${read.path}`);
  }

  markLeases(door: Pick<Door, 'key'>, read: Pick<Read, 'path'>): void {
    this.#joins.markLeased(`${door.key} ${read.path}`);
  }

  async #fetchOne(read: Read, caller: Caller, budget: RetryBudget): Promise<Outcome | undefined> {
    try {
      return await this.#fetch(read, caller, budget);
    } catch (thrown) {
      return { error: asMountError(thrown) };
    }
  }

  async #fetch(read: Read, caller: Caller, budget: RetryBudget): Promise<Sent | undefined> {
    const { calledAt, door, visit, rank, signal } = caller;
    const key = `${visit.session.key} ${read.key}`;
    const windowMs = rank === 'first' ? this.#options.joinWindowMs : this.#options.pollWindowMs;
    if (windowMs === 0 || !isJoinable(read) || this.givesLeases(door, read)) {
      return this.#send(read, caller, budget, signal);
    }
    const notBefore = Math.max(calledAt - windowMs, nextAfter(caller.newerThan));
    const filed = this.#joins.filed(key, notBefore);
    if (filed !== undefined) return { answer: filed, token: undefined };
    const known = this.#joins.flight(key, notBefore, rank);
    const flight = known ?? this.#startFlight(key, read, caller, budget);
    flight.mounts.add(caller.memory);
    const sent = await waitFor(flight.sent, describeRead(read), signal).catch((thrown) => {
      // What it came to with the other reads of another mount is not this one's.
      if (known === undefined || asMountError(thrown).reason !== 'answer-too-large') throw thrown;
      return this.#send(read, caller, budget, signal);
    });
    return known !== undefined && sent.answer.hasLease ? undefined : sent;
  }

  #startFlight(key: string, read: Read, caller: Caller, budget: RetryBudget): Flight {
    const { readTimeoutMs } = this.#options;
    const onSent = (sentAt: number) => {
      flight.sentAt = sentAt;
    };
    const mounts = new Set([caller.memory]);
    const sent = withinTime(readTimeoutMs, (signal) => this.#send(read, caller, budget, signal, onSent, mounts))
      .then((done) => {
        if (!done.answer.hasLease) this.#joins.file(key, done.answer, caller.account);
        return done;
      })
      .finally(() => this.#joins.ended(key, flight));
    const flight: Flight = { rank: caller.rank, sentAt: undefined, sent, mounts };
    this.#joins.started(key, flight);
    return flight;
  }

  /** Sends the read, and once more with the token that a refusal may bring (Session.afterForbidden). */
  async #send(
    read: Read,
    caller: Caller,
    budget: RetryBudget,
    signal: AbortSignal,
    onSent: (sentAt: number) => void = () => {},
    mounts: ReadonlySet<MountMemory> = new Set([caller.memory]),
  ): Promise<Sent> {
    const { visit } = caller;
    const refusalKey = `${visit.session.key} ${read.key}`;
    const remembered = this.#refusals.find(refusalKey, this.#options.clock.now());
    if (remembered !== undefined) throw remembered;
    const token = await visit.acquire(signal);
    let sentAt = this.#options.clock.now();
    const noteSent = (at: number) => {
      sentAt = at;
      onSent(at);
    };
    try {
      return await this.#sendAs(token, read, caller, budget, signal, noteSent, mounts);
    } catch (thrown) {
      if (!isForbidden(thrown)) throw thrown;
      let refused = thrown;
      const next = await visit.afterForbidden(token, sentAt, refused);
      if (next !== undefined) {
        const again = await this.#sendAs(next, read, caller, budget, signal, noteSent, mounts).catch(asMountError);
        if (!(again instanceof MountError)) return again;
        if (!isForbidden(again)) throw again;
        // The first may speak of a token that had ended, this one of the right that is missing.
        refused = again;
      }
      this.#refusals.remember(refusalKey, visit.session.account, refused, this.#options.clock.now());
      throw refused;
    }
  }

  async #sendAs(
    token: LiveToken,
    read: Read,
    caller: Caller,
    budget: RetryBudget,
    signal: AbortSignal,
    noteSent: (sentAt: number) => void,
    mounts: ReadonlySet<MountMemory>,
  ): Promise<Sent> {
    const { door, visit, rank, cost, memory } = caller;
    const { clock, gate } = this.#options;
    const retry = isJoinable(read) ? budget : undefined;
    const errand = {
      session: visit.session,
      rank,
      what: describeRead(read),
      retry,
      evidence: evidenceOf(read),
    };
    const request = (own: AbortSignal) => {
      // A poll's other reads are fresh where it has to go on with an earlier answer of the large one.
      if (rank === 'first' && room.isInLine) {
        noteSent(UNSENT);
        throw room.waitInLine();
      }
      noteSent(clock.now());
      cost.reads += 1;
      return door.read(read, token.secret, own, room);
    };
    const room = memory.read({ what: describeRead(read), mounts, isRepeatable: isJoinable(read) });
    const path = `${door.key} ${read.path}`;
    let answer: Answer | undefined;
    try {
      // What is known to be large waits before it takes one of the store's slots.
      for (let bytes: number | undefined = this.#sizes.of(path); bytes !== undefined; ) {
        await room.untilRoom(bytes);
        bytes = undefined;
        answer = await gate.send(door, errand, request, signal).catch((thrown) => {
          bytes = room.giveUp(thrown);
          if (bytes === undefined) throw thrown;
          return undefined;
        });
      }
      if (answer === undefined) throw new Error('neither an answer nor a failure');
      this.#sizes.note(path, answer.sizeBytes);
    } finally {
      room.end(answer && { key: answer.body.reveal(), sizeBytes: answer.sizeBytes });
    }
    token.prove(clock.now());
    if (answer.hasLease) {
      token.carry(answer.sentAt + answer.leaseMs);
      token.leases += 1;
      this.markLeases(door, read);
    }
    return { answer, token };
  }
}

/** clock.now() has microseconds; a volume's next answer must be newer than the one it has, not the same again. */
function nextAfter(at: number): number {
  return at + 0.001;
}

/** Only reads that change nothing are shared or repeated. */
function isJoinable(read: Read): boolean {
  return isReading(read.method);
}

const SYS = /(?:^|\/)sys(?:\/|$)/;

/**
 * A path below sys/ may choose its own status (`sys/health?activecode=503`), in whatever namespace it stands, and so may
 * whatever a query asks for.
 */
function evidenceOf({ path, query }: Read): Evidence {
  return query !== '' || SYS.test(path) ? 'none' : 'account';
}

function isForbidden(thrown: unknown): thrown is MountError {
  return thrown instanceof MountError && thrown.reason === 'read-forbidden';
}

function describeRead(read: Read): string {
  return `${read.method} ${read.path}`;
}

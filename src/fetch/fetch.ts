// Fetches each distinct read once, in parallel, and shares requests among callers that may share them. Every read ends in
// an answer or in its own error; none hides another. The caller decides how fresh an answer must be.
import type { Clock } from '../clock.ts';
import { describeRead } from '../describe-read.ts';
import { asMountError, MountError, type Reason } from '../errors.ts';
import type { MountMemory } from '../memory/mount-memory.ts';
import type { Read } from '../plan/plan.ts';
import type { Priority } from '../request-options.ts';
import type { SessionHandle } from '../session/session-source.ts';
import type { Token } from '../session/token.ts';
import { waitFor, withinTime } from '../waiting.ts';
import { LastSizes } from './last-sizes.ts';
import type { Answer, ReadRoom, StoreClient } from './ports.ts';
import { ReadLanes } from './read-lanes.ts';
import type { FetchedAnswer, ReadResult } from './read-result.ts';
import { Refusals } from './refusals.ts';
import { type Flight, RequestCoalescer, type Sending } from './request-coalescer.ts';
import type { RequestDispatcher } from './request-dispatcher.ts';
import { RetryBudget } from './retry.ts';

/** `sentAt` of a read that waits behind large ones of its mount. Not coalesced, because a small mount would wait too. */
const UNSENT = Number.NEGATIVE_INFINITY;

/** Errors whose cause can be found only by looking at the engine mounted at the path. */
const UNCLEAR: ReadonlySet<Reason> = new Set(['read-forbidden', 'path-missing', 'request-refused']);
/** Longest wait for an explanation. The error itself is known already. */
const EXPLAIN_MS = 2_000;

export interface FetcherOptions {
  readonly clock: Clock;
  readonly dispatcher: RequestDispatcher;
  /** Most requests to a store at once. */
  readonly concurrency: number;
  /** A first mount may use an answer whose request was sent at most this long before its call; 0: none of another caller. */
  readonly coalesceWindowMs: number;
  /** The same for a poll. */
  readonly pollWindowMs: number;
  /** Retries of one read that failed with a transient error. */
  readonly maxRetries: number;
  /** Timeout of one shared read with its login and retries, not the deadline of any caller. */
  readonly readTimeoutMs: number;
}

/** One mount's wish. */
export interface Caller {
  readonly client: StoreClient;
  readonly handle: SessionHandle;
  /** The account whose share of memory a kept answer takes (accountName). */
  readonly account: string;
  /** Pod uid, to remember which pods were told of a refusal. */
  readonly pod: string;
  readonly priority: Priority;
  /** clock.now() when the call came. */
  readonly calledAt: number;
  /** A shared answer's request must have been sent after this, so that a volume never gets older content than it has. */
  readonly newerThan: number;
  /** `reads` is incremented for each request sent for this caller. */
  readonly cost: { reads: number };
  readonly signal: AbortSignal;
  readonly memory: MountMemory;
}

/** One read of one mount. */
interface MountRead {
  readonly read: Read;
  readonly caller: Caller;
  /** The mount's; its reads share it. */
  readonly budget: RetryBudget;
  /** Names the session and the read; equal if the store says the same. */
  readonly key: string;
  /** Names the store and the path. */
  readonly path: string;
}

export class Fetcher {
  readonly lanes: ReadLanes;
  readonly #options: FetcherOptions;
  readonly #coalescer: RequestCoalescer;
  readonly #refusals = new Refusals();
  readonly #sizes = new LastSizes();

  constructor(options: FetcherOptions) {
    this.lanes = new ReadLanes(options.concurrency);
    this.#options = options;
    this.#coalescer = new RequestCoalescer(Math.max(options.coalesceWindowMs, options.pollWindowMs), options.clock);
  }

  /**
   * @returns a result for each read, by its key. A read that shared another caller's request has none if the answer is a
   *   lease, which belongs to that caller; the path is then known to give leases. Never throws.
   */
  async fetchAll(reads: readonly Read[], caller: Caller): Promise<Map<string, ReadResult>> {
    const budget = new RetryBudget(this.#options.maxRetries);
    const outcomes = new Map<string, ReadResult>();
    await this.lanes.each(reads, (read) => {
      const key = `${caller.handle.session.key} ${read.key}`;
      const wanted = { read, caller, budget, key, path: pathOf(caller.client, read) };
      return this.#fetch(wanted).then(
        (sent) => {
          if (sent !== undefined) outcomes.set(read.key, sent);
        },
        (thrown) => void outcomes.set(read.key, { error: asMountError(thrown) }),
      );
    });
    return outcomes;
  }

  /** Whether the path is known to give leases. Its first answer shows it. */
  givesLeases(client: Pick<StoreClient, 'key'>, read: Pick<Read, 'path'>): boolean {
    return this.#coalescer.isLeased(pathOf(client, read));
  }

  markLeases(client: Pick<StoreClient, 'key'>, read: Pick<Read, 'path'>): void {
    this.#coalescer.markLeased(pathOf(client, read));
  }

  async #fetch(wanted: MountRead): Promise<FetchedAnswer | undefined> {
    const { read, caller, key, path } = wanted;
    const { calledAt, priority, memory, signal } = caller;
    const windowMs = priority === 'first' ? this.#options.coalesceWindowMs : this.#options.pollWindowMs;
    const alone = () => this.#send(wanted, { sentAt: undefined, mounts: memory.mounts }, signal);
    if (windowMs === 0 || !isShareable(read) || this.#coalescer.isLeased(path)) return alone();
    const notBefore = Math.max(calledAt - windowMs, nextAfter(caller.newerThan));
    const filed = this.#coalescer.filed(key, notBefore);
    if (filed !== undefined) return { answer: filed, token: undefined };
    const known = this.#coalescer.flight(key, notBefore, priority);
    if (known === undefined) return waitFor(this.#startFlight(wanted), describeRead(read), signal);
    known.sending.mounts.add(memory);
    const sent = await waitFor(known.sent, describeRead(read), signal).catch((thrown) => {
      // Another mount's reads were too large together, which says nothing about this mount.
      if (asMountError(thrown).reason !== 'answer-too-large') throw thrown;
      return alone();
    });
    return sent.answer.hasLease ? undefined : sent;
  }

  #startFlight(wanted: MountRead): Promise<FetchedAnswer> {
    const { key, caller } = wanted;
    const sending = { sentAt: undefined, mounts: new Set([caller.memory]) };
    const sent = withinTime(this.#options.readTimeoutMs, (signal) => this.#send(wanted, sending, signal))
      .then((done) => {
        if (!done.answer.hasLease) this.#coalescer.file(key, done.answer, caller.account);
        return done;
      })
      .finally(() => this.#coalescer.ended(key, flight));
    const flight: Flight = { priority: caller.priority, sending, sent };
    this.#coalescer.started(key, flight);
    return sent;
  }

  /** Sends the read. If it is refused, sends it once more with the token from afterForbidden, if there is one. */
  async #send(wanted: MountRead, sending: Sending, signal: AbortSignal): Promise<FetchedAnswer> {
    const { key, caller } = wanted;
    const { clock } = this.#options;
    const { handle } = caller;
    const remembered = this.#refusals.find(key, caller.pod, clock.now());
    if (remembered !== undefined) throw remembered;
    const token = await handle.acquire(signal);
    const acquiredAt = clock.now();
    try {
      const sent = await this.#sendAs(token, wanted, sending, signal);
      this.#refusals.forget(key);
      return sent;
    } catch (thrown) {
      if (!isForbidden(thrown)) throw await this.#explain(thrown, token, wanted, signal);
      let forbidden = thrown;
      const next = await handle.afterForbidden(token, sending.sentAt ?? acquiredAt, forbidden);
      if (next !== undefined) {
        const again = await this.#sendAs(next, wanted, sending, signal).catch(asMountError);
        if (!(again instanceof MountError)) {
          this.#refusals.forget(key);
          return again;
        }
        if (!isForbidden(again)) throw again;
        // The first refusal may be due to an expired token; this one is due to the missing policy.
        forbidden = again;
      }
      const refused = await this.#explain(forbidden, next ?? token, wanted, signal);
      this.#refusals.remember(key, handle.session.account, caller.pod, refused, clock.now());
      throw refused;
    }
  }

  /** Explains an error only for a pod that waits to start: the error of a poll reaches nobody. */
  async #explain<T>(error: T, token: Token, { read, caller }: MountRead, signal: AbortSignal) {
    const { client, priority, handle } = caller;
    // Do not spend a use of a use-limited token on an explanation.
    const isAsked = priority === 'first' && !token.isUseLimited;
    if (!(error instanceof MountError) || !isAsked || !UNCLEAR.has(error.reason)) return error;
    const what = describeRead(read);
    const options = { session: handle.session, priority, what, retry: undefined, evidence: 'none' } as const;
    const ask = (own: AbortSignal) => client.explain(error, read, token.secret, own);
    return withinTime(EXPLAIN_MS, (inTime) =>
      this.#options.dispatcher.send(client, options, ask, AbortSignal.any([signal, inTime])),
    ).catch(() => error);
  }

  async #sendAs(token: Token, wanted: MountRead, sending: Sending, signal: AbortSignal): Promise<FetchedAnswer> {
    const { read, caller, budget, path } = wanted;
    const { client, handle, priority, cost, memory } = caller;
    const { clock, dispatcher } = this.#options;
    const isRetryable = isShareable(read);
    const what = describeRead(read);
    const retry = isRetryable ? budget : undefined;
    const evidence = client.isEvidence(read) ? 'account' : 'none';
    const options = { session: handle.session, priority, what, retry, evidence } as const;
    const room = memory.read({ what, mounts: sending.mounts, isRetryable });
    const request = (own: AbortSignal, answered: () => void) => {
      // Not for a poll: its other reads still deliver fresh content if the large one falls back to its last answer.
      if (priority === 'first' && room.isInLine) {
        sending.sentAt = UNSENT;
        throw room.waitInLine();
      }
      sending.sentAt = clock.now();
      cost.reads += 1;
      return client.read(read, token.secret, own, beside(room, answered));
    };
    let answer: Answer | undefined;
    try {
      // If the answer is known to be large, wait for memory before taking a slot.
      for (let bytes = this.#sizes.of(path); answer === undefined; ) {
        const wait = room.untilRoom(bytes);
        if (wait !== undefined) await wait;
        try {
          answer = await dispatcher.send(client, options, request, signal);
        } catch (thrown) {
          const wantedBytes = room.giveUp(thrown);
          if (wantedBytes === undefined) throw thrown;
          bytes = wantedBytes;
        }
      }
      this.#sizes.note(path, answer.sizeBytes);
    } finally {
      room.end(answer && { key: answer.body.reveal(), sizeBytes: answer.sizeBytes });
    }
    token.proved(clock.now());
    if (answer.hasLease) {
      token.leaseIssued(answer.sentAt + answer.leaseMs);
      this.#coalescer.markLeased(path);
    }
    return { answer, token };
  }
}

function pathOf({ key }: Pick<StoreClient, 'key'>, { path }: Pick<Read, 'path'>): string {
  return `${key} ${path}`;
}

/** clock.now() has microseconds; a volume's next answer must be newer than the one it has, not the same again. */
function nextAfter(at: number): number {
  return at + 0.001;
}

/** Only reads that change nothing are shared or retried. */
function isShareable(read: Read): boolean {
  return read.effect === 'read';
}

function isForbidden(thrown: unknown): thrown is MountError {
  return thrown instanceof MountError && thrown.reason === 'read-forbidden';
}

/** @param answered is called when the answer has arrived and waits for its turn. */
function beside(room: ReadRoom, answered: () => void): ReadRoom {
  return {
    reserve: (receivedBytes, upToBytes) => room.reserve(receivedBytes, upToBytes),
    turn(bytes) {
      const turn = room.turn(bytes);
      if (turn !== undefined) answered();
      return turn;
    },
    get refusal() {
      return room.refusal;
    },
  };
}

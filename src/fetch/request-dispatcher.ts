// Sends every request to a store: applies the circuit, a slot, the request's timeout and its retries. Logins and renewals
// are sent through it as reads are, so both share one count of slots and one view of a store's health.
import type { Clock } from '../clock.ts';
import { asMountError, MountError } from '../errors.ts';
import type { Emit } from '../events.ts';
import type { RequestOptions } from '../request-options.ts';
import type { TokenClient } from '../session/ports.ts';
import type { CircuitStatus } from '../status.ts';
import { Circuit, type Passed, type Probe } from './circuit.ts';
import { FairSemaphore } from './fair-semaphore.ts';
import { Recovery } from './recovery.ts';

export interface RequestDispatcherOptions {
  readonly clock: Clock;
  readonly emit: Emit;
  /** Requests under way per origin. */
  readonly concurrency: number;
  /** One request, from its slot to the end of its answer. */
  readonly requestTimeoutMs: number;
  /** 0 to 1, as Math.random. */
  readonly random: () => number;
  /** Whether the account has used up its time while others are served. */
  readonly isHeldBack: (account: string) => boolean;
  /** Called for each request, including retries. */
  readonly onSend: (account: string) => void;
}

/** How a request entered the circuit, and the error of its last try. */
interface Entry {
  readonly circuit: Circuit;
  readonly probe: Probe | undefined;
  readonly lastError: MountError | undefined;
}

/** @param answered to be called once the store has nothing to do with it any longer, if that is before its end */
type SendRequest<T> = (signal: AbortSignal, answered: () => void) => Promise<T>;

/** The time of one request, or what is left of its mount's if that is less; disposing of it stops its clock. */
interface RequestTime extends Disposable {
  readonly signal: AbortSignal;
}

/** Circuits that are remembered; a class may name any address, so there is a bound. */
const MAX_CIRCUITS = 1_000;
/** How long a request waits for the probe of its account: a store that is there answers within it. */
const PROBE_PATIENCE_MS = 1_000;
/** How often the limit of a store that is back grows: each step adds about one request of 32. */
const RECOVERY_STEP_MS = 150;

/** An account may have as many requests under way as this many stores allow: classes may name any number of stores. */
const STORES_OF_ACCOUNT = 2;
/** Bound for an account that is held back, because others wait while its answers are processed. */
const HELD_BACK_REQUESTS = 4; // less the quarter that an account never has

export class RequestDispatcher {
  readonly #options: RequestDispatcherOptions;
  /** By normalized origin; idle ones are dropped. */
  readonly #byOrigin = new Map<string, FairSemaphore>();
  /** By account, over all stores; idle ones are dropped. */
  readonly #byAccount = new Map<string, FairSemaphore>();
  /** By account, for renewals and revocations only: if they waited for reads they could be too late. */
  readonly #upkeepByAccount = new Map<string, FairSemaphore>();
  /** By store, least recently used first. */
  readonly #circuits = new Map<string, Circuit>();
  readonly #recovery: Recovery;

  constructor(options: RequestDispatcherOptions) {
    this.#options = options;
    this.#recovery = new Recovery(options.clock, options.concurrency);
  }

  /**
   * Sends `request` once it has a slot and retries it as its options allow.
   * @throws MountError: the request's own failure, the circuit's, or mount-timeout naming what was waited for
   * when `signal` aborted.
   */
  async send<T>(
    client: TokenClient,
    options: RequestOptions,
    request: SendRequest<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const { clock, random } = this.#options;
    let lastError: MountError | undefined;
    for (let retries = 0; ; retries += 1) {
      const circuit = this.#circuitOf(client);
      // A refusal of the circuit is not retried, nor is a failed probe: during an outage each mount makes one attempt.
      const isClosed = circuit.isClosedFor(options.session.account, clock.now());
      const probe = isClosed ? undefined : await this.#enter(circuit, options, lastError, signal);
      try {
        return await this.#sendOnce(client, options, request, signal, { circuit, probe, lastError });
      } catch (thrown) {
        const error = asMountError(thrown);
        const isLast = probe !== undefined || error === lastError;
        const waitMs = isLast ? undefined : options.retry?.waitMs(error, retries, clock.now(), random);
        if (waitMs === undefined) throw error;
        lastError = error;
        await clock.sleep(waitMs, signal).catch(() => {
          throw error;
        });
      }
    }
  }

  /** Those that are open. */
  *describe(): Iterable<CircuitStatus> {
    const now = this.#options.clock.now();
    for (const { address, openReason, openAt } of this.#circuits.values()) {
      if (openReason === undefined) continue;
      yield { address, openForMs: Math.round(now - (openAt ?? now)), reason: openReason };
    }
  }

  async #sendOnce<T>(
    client: TokenClient,
    options: RequestOptions,
    request: SendRequest<T>,
    signal: AbortSignal,
    { circuit, probe, lastError }: Entry,
  ): Promise<T> {
    const { evidence, session } = options;
    const { account } = session;
    const isUpkeep = options.isUpkeep === true;
    let error: MountError | undefined;
    let sentAt: number | undefined;
    try {
      const wait = this.#acquireSlot(client, options, signal, lastError);
      if (wait !== undefined) await wait;
      using slot = this.#taken(client.origin, account, isUpkeep);
      sentAt = this.#options.clock.now();
      this.#options.onSend(account);
      using time = this.#startTime(client, options, signal);
      return await request(time.signal, () => slot[Symbol.dispose]());
    } catch (thrown) {
      error = asMountError(thrown);
      throw error;
    } finally {
      this.#leave(client, circuit, { account, evidence, probe, sentAt }, error);
    }
  }

  /** @returns undefined if it has one at once */
  #acquireSlot(
    client: TokenClient,
    options: RequestOptions,
    signal: AbortSignal,
    lastError: MountError | undefined,
  ): Promise<void> | undefined {
    const { account } = options.session;
    const own = this.#semaphoreOfAccount(account, options.isUpkeep === true);
    const semaphore = this.#semaphoreOf(client.origin);
    if (signal.aborted || !semaphore.isFreeFor(account) || !own.tryAcquire(account))
      return this.#waitForSlot(own, client, options, signal, lastError);
    semaphore.tryAcquire(account);
    this.#reportSlots(semaphore);
    return undefined;
  }

  /** Takes the account's slot first: a request that waits for it does not occupy a slot of the store. */
  async #waitForSlot(
    own: FairSemaphore,
    client: TokenClient,
    { session, priority, what }: RequestOptions,
    signal: AbortSignal,
    lastError: MountError | undefined,
  ): Promise<void> {
    const { account } = session;
    try {
      signal.throwIfAborted();
      if (!own.tryAcquire(account)) await own.acquire(session, priority, signal);
      // Look it up only now: while this waited, the store's idle semaphore may have been dropped.
      const semaphore = this.#semaphoreOf(client.origin);
      if (!semaphore.tryAcquire(account))
        await semaphore.acquire(session, priority, signal).catch((thrown) => {
          own.release(account);
          throw thrown;
        });
    } catch {
      const waiting = `waited for one of ${this.#recovery.allowed(client.origin)} requests to ${client.address} to end`;
      throw lastError ?? new MountError('mount-timeout', `${what}: not sent within the mount's time: ${waiting}`);
    } finally {
      this.#reportSlots(this.#semaphoreOf(client.origin));
      this.#forgetIdle(client.origin, account);
    }
  }

  /** A slot that the request has. Disposing of it releases the slot. */
  #taken(origin: string, account: string, isUpkeep: boolean): Disposable {
    let isTaken = true;
    const end = () => {
      if (isTaken) this.#release(origin, account, isUpkeep);
      isTaken = false;
    };
    return { [Symbol.dispose]: end };
  }

  #release(origin: string, account: string, isUpkeep: boolean): void {
    const semaphore = this.#semaphoreOf(origin);
    semaphore.release(account);
    this.#semaphoreOfAccount(account, isUpkeep).release(account);
    this.#reportSlots(semaphore);
    this.#forgetIdle(origin, account);
  }

  #reportSlots({ inUse, waiting }: FairSemaphore): void {
    this.#options.emit({ type: 'slots', inUse, waiting });
  }

  #semaphoreOf(origin: string): FairSemaphore {
    let semaphore = this.#byOrigin.get(origin);
    if (semaphore === undefined) {
      semaphore = new FairSemaphore(() => this.#recovery.allowed(origin));
      this.#byOrigin.set(origin, semaphore);
    }
    return semaphore;
  }

  #semaphoreOfAccount(account: string, isUpkeep: boolean): FairSemaphore {
    const byAccount = isUpkeep ? this.#upkeepByAccount : this.#byAccount;
    let own = byAccount.get(account);
    if (own === undefined) {
      const { concurrency, isHeldBack } = this.#options;
      const isLimited = () => !isUpkeep && isHeldBack(account);
      own = new FairSemaphore(() => (isLimited() ? HELD_BACK_REQUESTS : STORES_OF_ACCOUNT * concurrency));
      byAccount.set(account, own);
    }
    return own;
  }

  /** Starts one request's time. @throws MountError mount-timeout if the mount's own is over */
  #startTime(client: TokenClient, { what }: RequestOptions, signal: AbortSignal): RequestTime {
    const { requestTimeoutMs } = this.#options;
    const outOf = (reason: 'mount-timeout' | 'store-timeout', time: string) =>
      new MountError(reason, `${what}: no answer from ${client.address} within ${time}`);
    const onAbort = () => own.abort(outOf('mount-timeout', "the mount's time"));
    if (signal.aborted) throw outOf('mount-timeout', "the mount's time");
    const own = new AbortController();
    const timer = setTimeout(() => own.abort(outOf('store-timeout', `${requestTimeoutMs / 1000} s`)), requestTimeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    return { signal: own.signal, [Symbol.dispose]: end };
  }

  /** If the circuit refuses a retry, throws the error of the request itself. */
  async #enter(
    circuit: Circuit,
    { session, retry }: RequestOptions,
    lastError: MountError | undefined,
    signal: AbortSignal,
  ): Promise<Probe | undefined> {
    const { clock } = this.#options;
    const entered = new AbortController();
    const patience = () =>
      clock.sleep(PROBE_PATIENCE_MS, AbortSignal.any([signal, entered.signal])).catch(() => undefined);
    try {
      return await circuit.enter(session.account, retry, clock.now(), patience);
    } catch (refused) {
      throw lastError ?? refused;
    } finally {
      entered.abort();
    }
  }

  #circuitOf({ store, address }: TokenClient): Circuit {
    const known = this.#circuits.get(store);
    if (known !== undefined) return known;
    const circuit = new Circuit(address);
    this.#circuits.set(store, circuit);
    this.#forgetCircuits(circuit);
    return circuit;
  }

  /** Drops a circuit with no recorded failure first. */
  #forgetCircuits(newest: Circuit): void {
    if (this.#circuits.size <= MAX_CIRCUITS) return;
    const others = [...this.#circuits].filter(([, circuit]) => circuit !== newest);
    const [store] = others.find(([, circuit]) => circuit.isPristine) ?? others[0] ?? [];
    if (store !== undefined) this.#circuits.delete(store);
  }

  #leave({ store, origin }: TokenClient, circuit: Circuit, passed: Passed, error: MountError | undefined): void {
    const { clock, emit } = this.#options;
    const wasOpen = circuit.isOpen;
    circuit.leave(passed, error, clock.now());
    // Skip the move if it is the only entry, because even that would take memory.
    if (this.#circuits.size > 1 && this.#circuits.get(store) === circuit) {
      this.#circuits.delete(store);
      this.#circuits.set(store, circuit);
    }
    if (circuit.isOpen === wasOpen) return;
    circuit.openAt = circuit.isOpen ? clock.now() : undefined;
    if (wasOpen) void this.#recover(origin);
    emit({ type: 'circuit', address: circuit.address, isOpen: circuit.isOpen, reason: circuit.openReason });
  }

  /** Serves waiters as the limit grows with time, even while every request under way hangs. */
  async #recover(origin: string): Promise<void> {
    const { clock, concurrency } = this.#options;
    if (!this.#recovery.begin(origin)) return;
    while (this.#recovery.allowed(origin) < concurrency) {
      await clock.sleep(RECOVERY_STEP_MS);
      this.#byOrigin.get(origin)?.serve();
    }
  }

  #forgetIdle(origin: string, account: string): void {
    if (this.#byOrigin.get(origin)?.isIdle) this.#byOrigin.delete(origin);
    for (const byAccount of [this.#byAccount, this.#upkeepByAccount])
      if (byAccount.get(account)?.isIdle) byAccount.delete(account);
  }
}

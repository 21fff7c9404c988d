// The circuit breaker of one store. After several failures in a row that concern the store as a whole, each account may
// send one request at a time as a probe. Its other requests fail after a short wait, so that a store that hangs does not
// delay every mount for its whole timeout.
//
// A class decides what is requested, so the failures of one account open the circuit for that account only. It opens for
// all accounts if a second witness failed too, and the store has answered nobody since those requests were sent.
import { MountError, type Reason } from '../errors.ts';
import type { Evidence } from '../request-options.ts';

/** Failures in a row, with no answer between them, before the circuit opens. One mount of one object makes three. */
const FAILURES_TO_OPEN = 5;
const WITNESSES_TO_OPEN = 2;
/** Failures older than this do not count: failures of two accounts an hour apart are not one outage. */
const WINDOW_MS = 60_000;
/** A node has some 250 pods; an account forgotten is counted anew. */
const MAX_WITNESSES = 1_000;

/**
 * Failures that concern the store and not one request. A 500 is not one of them: a database engine returns it if its
 * database is down, while every other path answers.
 */
const COUNTED: ReadonlySet<Reason> = new Set([
  'store-unreachable',
  'store-connection-reset',
  'store-timeout',
  'store-sealed',
  'store-unavailable',
] as const);

/** The witness that stands for the provider's own requests; no account is named so. */
const UPKEEP = '';

/** The one request of an account that tests whether the store answers again. */
export interface Probe {
  /** Identifies the mount: its retry budget, which its parallel reads share. */
  readonly of: object | undefined;
  /** Resolves when the probe ends; true if the circuit is then closed. */
  readonly ended: PromiseWithResolvers<boolean>;
}

/** A request that was let through. */
export interface Passed {
  readonly account: string;
  readonly evidence: Evidence;
  readonly probe: Probe | undefined;
  /** clock.now() when it was sent; undefined: it never was. */
  readonly sentAt: number | undefined;
}

interface Run {
  failures: number;
  lastAt: number;
  reason: Reason;
}

export class Circuit {
  readonly address: string;
  /** clock.now() at which it opened. Set by the owner. */
  openAt: number | undefined;
  /** By witness, least recently failed first. */
  readonly #runs = new Map<string, Run>();
  /** By account. */
  readonly #probes = new Map<string, Probe>();
  #answeredAt = Number.NEGATIVE_INFINITY;
  #openReason: Reason | undefined;

  constructor(address: string) {
    this.address = address;
  }

  /** Open for all accounts. */
  get isOpen(): boolean {
    return this.#openReason !== undefined;
  }

  get openReason(): Reason | undefined {
    return this.#openReason;
  }

  /** No failure to remember: the owner may forget it. */
  get isPristine(): boolean {
    return !this.isOpen && this.#runs.size === 0 && this.#probes.size === 0;
  }

  /** Whether a request may be sent at once, neither as a probe nor after one. */
  isClosedFor(account: string, now: number): boolean {
    return this.#reasonFor(account, now) === undefined;
  }

  /**
   * Enters one request, which must `leave` later. Returns a probe if this request is the account's probe. If another
   * request of the account probes, this one waits for it: until `patience` resolves, or to its end if both have the same
   * `of`, so that a mount whose first read finds the store back does not fail with its other reads.
   * @throws MountError with the reason of the last failure if the probe fails or takes too long. The message names only
   * the store, because the failing request may belong to another pod.
   */
  async enter(
    account: string,
    of: object | undefined,
    now: number,
    patience: () => Promise<void>,
  ): Promise<Probe | undefined> {
    const reason = this.#reasonFor(account, now);
    if (reason === undefined) return undefined;
    const probe = this.#probes.get(account);
    if (probe === undefined) {
      const own = { of, ended: Promise.withResolvers<boolean>() };
      this.#probes.set(account, own);
      return own;
    }
    const { promise } = probe.ended;
    const isOwn = of !== undefined && probe.of === of;
    const isBack = isOwn ? await promise : await Promise.race([promise, patience().then(() => false)]);
    if (isBack) return undefined;
    throw this.#refusal(reason);
  }

  /** Reports how the request ended; `error` undefined: the store answered. */
  leave({ account, evidence, probe, sentAt }: Passed, error: MountError | undefined, now: number): void {
    if (evidence !== 'none' && sentAt !== undefined) {
      if (error === undefined || isAnswer(error)) this.#answered(now);
      else if (COUNTED.has(error.reason) && sentAt >= this.#answeredAt)
        this.#failed(evidence === 'upkeep' ? UPKEEP : account, error.reason, now);
    }
    if (probe === undefined) return;
    if (this.#probes.get(account) === probe) this.#probes.delete(account);
    probe.ended.resolve(this.isClosedFor(account, now));
  }

  #reasonFor(account: string, now: number): Reason | undefined {
    if (this.#openReason !== undefined) return this.#openReason;
    const run = this.#runs.get(account);
    return run !== undefined && run.failures >= FAILURES_TO_OPEN && now < run.lastAt + WINDOW_MS
      ? run.reason
      : undefined;
  }

  #answered(now: number): void {
    this.#answeredAt = now;
    this.#openReason = undefined;
    // Clearing an empty map allocates a new one, and nearly every answer gets here.
    if (this.#runs.size > 0) this.#runs.clear();
    if (this.#probes.size === 0) return;
    // This may be the answer to a request sent before the circuit opened, while others are still probing.
    for (const { ended } of this.#probes.values()) ended.resolve(true);
    this.#probes.clear();
  }

  #failed(witness: string, reason: Reason, now: number): void {
    for (const [known, { lastAt }] of this.#runs) {
      if (now < lastAt + WINDOW_MS && this.#runs.size < MAX_WITNESSES) break;
      this.#runs.delete(known);
    }
    const failures = (this.#runs.get(witness)?.failures ?? 0) + 1;
    this.#runs.delete(witness);
    this.#runs.set(witness, { failures, lastAt: now, reason });
    if (this.isOpen || this.#isSeenByAll()) this.#openReason = reason;
  }

  #isSeenByAll(): boolean {
    if (this.#runs.size < WITNESSES_TO_OPEN) return false;
    let failures = 0;
    for (const run of this.#runs.values()) failures += run.failures;
    return failures >= FAILURES_TO_OPEN;
  }

  #refusal(reason: Reason): MountError {
    return new MountError(
      reason,
      `the store at ${this.address} failed the last requests sent to it (${reason}); waiting for it to answer again`,
    );
  }
}

const SPOKEN: ReadonlySet<Reason> = new Set([
  'store-internal-error',
  'store-rate-limited',
  'store-not-caught-up',
] as const);

/** Whether the error shows that the store answered. A refusal shows it; the mount's own timeout does not. */
function isAnswer(error: MountError): boolean {
  const { kind, reason } = error;
  return kind === 'forbidden' || kind === 'absent' || kind === 'class' || kind === 'login' || SPOKEN.has(reason);
}

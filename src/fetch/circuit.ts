// Whether it is worth asking a store at all. After a run of failures that speak of the store as a whole, each account's
// requests are let through one at a time as probes; its others fail after a moment, so that a store that hangs does not
// hold every mount for its whole timeout.
//
// A class says what is asked for, so one account's failures are its own: they stop that account. The circuit opens for
// all if a second witness saw the same, and if the store answered nobody since the failing requests were sent.
import { MountError, type Reason } from '../errors.ts';
import type { Evidence } from '../request-options.ts';

/** Failures in a row, with no answer between them, before the circuit opens. One mount of one object makes three. */
const FAILURES_TO_OPEN = 5;
const WITNESSES_TO_OPEN = 2;
/** A failure is forgotten after this time: two accounts' failures an hour apart are not one outage. */
const WINDOW_MS = 60_000;
/** A node has some 250 pods; an account forgotten is counted anew. */
const MAX_WITNESSES = 1_000;

/**
 * What tells of the store and not of one request. A 500 is not among them: it is how a database engine says
 * that its database is down while every other path answers.
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

/** The one request of an account that looks whether the store answers again. */
export interface Probe {
  /** Whose it is: a mount's retry budget, which its parallel reads share. */
  readonly of: object | undefined;
  /** Resolves when it has ended, with whether the circuit is closed then. */
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
  /** clock.now() since which it is open; its owner's to set. */
  openAt: number | undefined;
  /** By witness, the one that failed longest ago first. */
  readonly #runs = new Map<string, Run>();
  /** By account. */
  readonly #probes = new Map<string, Probe>();
  #answeredAt = Number.NEGATIVE_INFINITY;
  #openReason: Reason | undefined;

  constructor(address: string) {
    this.address = address;
  }

  /** For all. */
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

  /** Whether a request goes straight on, with nothing to probe or to wait for. */
  isClosedFor(account: string, now: number): boolean {
    return this.#reasonFor(account, now) === undefined;
  }

  /**
   * Asks to send one request; the result is set if it is the account's probe. Every entry is followed by `leave`. While
   * another request probes for the account, this one waits for it: to its end if it is of the same `of`, as a mount whose
   * first read finds the store back is not answered in part, else until `patience` resolves.
   * @throws MountError with the reason of the last failure if the probe fails or takes too long. It names the store only:
   * the failing request may have been another pod's.
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
    // To clear an empty map makes a new one, and this is nearly every answer.
    if (this.#runs.size > 0) this.#runs.clear();
    if (this.#probes.size === 0) return;
    // A request that was sent before it opened may have been answered while others probe.
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

/** The store itself spoke: a refusal proves that it is there as well as a value does. A mount out of time proves nothing. */
function isAnswer(error: MountError): boolean {
  const { kind, reason } = error;
  return kind === 'forbidden' || kind === 'absent' || kind === 'class' || kind === 'login' || SPOKEN.has(reason);
}

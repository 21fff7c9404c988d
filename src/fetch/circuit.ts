// Whether it is worth asking a store at all. After a run of failures that speak of the store as a whole, one
// request at a time is let through as a probe; the others fail at once, so that a store that hangs does not
// hold every mount for its whole timeout.
import { MountError, type Reason } from '../errors.ts';

/** Failures in a row, with no answer between them, before the circuit opens. One mount of one object makes three. */
const FAILURES_TO_OPEN = 5;

/**
 * What tells of the store and not of one request. A 500 is not among them: it is how a database engine says
 * that its database is down while every other path answers.
 */
const COUNTED: ReadonlySet<Reason> = new Set([
  'store-unreachable',
  'store-broken',
  'store-timeout',
  'store-sealed',
  'store-unavailable',
] as const);

/** The one request that looks whether the store answers again. */
interface Probe {
  /** Whose it is: a mount's retry budget, which its parallel reads share. */
  readonly of: object | undefined;
  /** Resolves when it has ended, with whether the circuit is closed then. */
  readonly ended: PromiseWithResolvers<boolean>;
}

type State =
  | { readonly kind: 'closed'; failures: number }
  | { readonly kind: 'open'; readonly reason: Reason; probe: Probe | undefined };

export class Circuit {
  readonly address: string;
  /** clock.now() since which it is open; its owner's to set. */
  openAt: number | undefined;
  #state: State = { kind: 'closed', failures: 0 };

  constructor(address: string) {
    this.address = address;
  }

  get isOpen(): boolean {
    return this.#state.kind === 'open';
  }

  get openReason(): Reason | undefined {
    return this.#state.kind === 'open' ? this.#state.reason : undefined;
  }

  /** Nothing to remember: the owner may forget it. */
  get isPristine(): boolean {
    return this.#state.kind === 'closed' && this.#state.failures === 0;
  }

  /**
   * Asks to send one request; true where it is the probe. Every entry is followed by `leave`. Where the probe is of the
   * same `of`, it is waited for: a mount whose first read finds the store back is not answered in part.
   * @throws MountError with the reason of the last failure while another request probes, or where that failed. It names
   * the store only: the failing request may have been another pod's.
   */
  async enter(of: object | undefined): Promise<boolean> {
    if (this.#state.kind === 'closed') return false;
    const { probe, reason } = this.#state;
    if (probe === undefined) {
      this.#state.probe = { of, ended: Promise.withResolvers() };
      return true;
    }
    if (of !== undefined && probe.of === of && (await probe.ended.promise)) return false;
    throw this.#refusal(reason);
  }

  /** Reports how the request ended; `error` undefined: the store answered. */
  leave(wasProbe: boolean, error: MountError | undefined): void {
    const probe = this.#state.kind === 'open' && wasProbe ? this.#state.probe : undefined;
    if (error !== undefined && COUNTED.has(error.reason)) this.#fail(error.reason);
    else if (error === undefined || isAnswer(error)) this.#close();
    if (probe === undefined) return;
    if (this.#state.kind === 'open' && this.#state.probe === probe) this.#state.probe = undefined;
    probe.ended.resolve(!this.isOpen);
  }

  #close(): void {
    // One sent before it opened may have been answered while another probes.
    if (this.#state.kind === 'open') this.#state.probe?.ended.resolve(true);
    this.#state = { kind: 'closed', failures: 0 };
  }

  #fail(reason: Reason): void {
    if (this.#state.kind === 'open') this.#state = { kind: 'open', reason, probe: this.#state.probe };
    else {
      this.#state.failures += 1;
      if (this.#state.failures >= FAILURES_TO_OPEN) this.#state = { kind: 'open', reason, probe: undefined };
    }
  }

  #refusal(reason: Reason): MountError {
    return new MountError(
      reason,
      `the store at ${this.address} failed the last requests sent to it (${reason}); waiting for it to answer again`,
    );
  }
}

const SPOKEN: ReadonlySet<Reason> = new Set(['store-fault', 'store-limiting', 'store-behind'] as const);

/** The store itself spoke: a refusal proves that it is there as well as a value does. A mount out of time proves nothing. */
function isAnswer(error: MountError): boolean {
  const { kind, reason } = error;
  return kind === 'forbidden' || kind === 'absent' || kind === 'class' || kind === 'login' || SPOKEN.has(reason);
}

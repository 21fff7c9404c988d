// The way of every request to a store: circuit, slot, the request's own time, and the repeats it may have.
// Sessions send their logins and renewals through it as reads are sent, so one count of slots and one view of
// a store's health holds for both.
import type { Clock } from '../clock.ts';
import { asMountError, MountError } from '../errors.ts';
import type { Emit } from '../events.ts';
import type { TokenDoor } from '../session/ports.ts';
import type { CircuitStatus } from '../status.ts';
import { Circuit } from './circuit.ts';
import { Recovery } from './recovery.ts';
import type { RetryBudget } from './retry.ts';
import { type Rank, Slots } from './slots.ts';

export interface GateOptions {
  readonly clock: Clock;
  readonly emit: Emit;
  /** Requests under way per address. */
  readonly concurrency: number;
  /** One request, from its slot to the end of its answer. */
  readonly requestTimeoutMs: number;
  /** 0 to 1, as Math.random. */
  readonly random: () => number;
}

export interface Errand {
  /** Whose turn it counts as. */
  readonly session: string;
  readonly rank: Rank;
  /** Names the request in a message: `GET secret/data/app`. */
  readonly what: string;
  /** undefined: sent once, never repeated. */
  readonly retry: RetryBudget | undefined;
}

/** How a request came in, and what it failed on the time before. */
interface Entry {
  readonly circuit: Circuit;
  readonly isProbe: boolean;
  readonly lastError: MountError | undefined;
}

/** Circuits that remember a failure; a class may name any address, so there is a bound. */
const MAX_CIRCUITS = 1_000;

export class Gate {
  readonly #options: GateOptions;
  /** By address; one that is idle is dropped. */
  readonly #slots = new Map<string, Slots>();
  /** By the door's key (address, TLS contents, namespace); only those with a failure are kept. */
  readonly #circuits = new Map<string, Circuit>();
  readonly #recovery: Recovery;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#recovery = new Recovery(options.clock, options.concurrency);
  }

  /**
   * Sends `request` when its turn comes and repeats it where the errand allows.
   * @throws MountError: the request's own failure, the circuit's, or mount-timeout naming what was waited for
   * when `signal` aborted.
   */
  async send<T>(
    door: TokenDoor,
    errand: Errand,
    request: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const { clock, random } = this.#options;
    let lastError: MountError | undefined;
    for (let repeats = 0; ; repeats += 1) {
      const circuit = this.#circuitOf(door);
      // What the circuit refuses is not repeated, nor is a probe that failed: in an outage a mount knocks once.
      const isProbe = await enterAgain(circuit, errand, lastError);
      try {
        return await this.#sendOnce(door, errand, request, signal, { circuit, isProbe, lastError });
      } catch (thrown) {
        const error = asMountError(thrown);
        const isLast = isProbe || error === lastError;
        const waitMs = isLast ? undefined : errand.retry?.waitMs(error, repeats, clock.now(), random);
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
    door: TokenDoor,
    errand: Errand,
    request: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
    { circuit, isProbe, lastError }: Entry,
  ): Promise<T> {
    let error: MountError | undefined;
    try {
      const release = await this.#slot(door, errand, signal, lastError);
      try {
        return await this.#withinTime(door, errand, request, signal);
      } finally {
        release();
        this.#forgetIdleSlots(door.address);
      }
    } catch (thrown) {
      error = asMountError(thrown);
      throw error;
    } finally {
      this.#leave(door, circuit, isProbe, error);
    }
  }

  async #slot(door: TokenDoor, errand: Errand, signal: AbortSignal, lastError: MountError | undefined) {
    let slots = this.#slots.get(door.address);
    if (slots === undefined) {
      slots = new Slots(() => this.#recovery.allowed(door.address));
      this.#slots.set(door.address, slots);
    }
    try {
      return await slots.acquire(errand.session, errand.rank, signal);
    } catch {
      const waiting = `waited for one of ${this.#recovery.allowed(door.address)} requests to ${door.address} to end`;
      throw (
        lastError ?? new MountError('mount-timeout', `${errand.what}: not sent within the mount's time: ${waiting}`)
      );
    } finally {
      this.#options.emit({ type: 'slots', inUse: slots.inUse, waiting: slots.waiting });
    }
  }

  async #withinTime<T>(
    door: TokenDoor,
    errand: Errand,
    request: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const { requestTimeoutMs } = this.#options;
    const noAnswer = `${errand.what}: no answer from ${door.address} within`;
    const outOfTime = () => new MountError('mount-timeout', `${noAnswer} the mount's time`);
    if (signal.aborted) throw outOfTime();
    const own = new AbortController();
    const onTime = () => own.abort(new MountError('store-timeout', `${noAnswer} ${requestTimeoutMs / 1000} s`));
    const onAbort = () => own.abort(outOfTime());
    const timer = setTimeout(onTime, requestTimeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await request(own.signal);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }

  #circuitOf(door: TokenDoor): Circuit {
    const known = this.#circuits.get(door.key);
    if (known !== undefined) return known;
    return new Circuit(door.address);
  }

  #leave(door: TokenDoor, circuit: Circuit, isProbe: boolean, error: MountError | undefined): void {
    const current = this.#circuits.get(door.key) ?? circuit;
    const wasOpen = current.isOpen;
    current.leave(isProbe, error);
    this.#circuits.delete(door.key);
    if (!current.isPristine) this.#circuits.set(door.key, current);
    if (this.#circuits.size > MAX_CIRCUITS) {
      const [oldest] = this.#circuits.keys();
      if (oldest !== undefined) this.#circuits.delete(oldest);
    }
    if (current.isOpen !== wasOpen) {
      current.openAt = current.isOpen ? this.#options.clock.now() : undefined;
      if (wasOpen) this.#recovery.begin(door.address);
      this.#options.emit({
        type: 'circuit',
        address: door.address,
        isOpen: current.isOpen,
        reason: current.openReason,
      });
    }
  }

  #forgetIdleSlots(address: string): void {
    const slots = this.#slots.get(address);
    if (slots === undefined) return;
    this.#options.emit({ type: 'slots', inUse: slots.inUse, waiting: slots.waiting });
    if (slots.inUse === 0 && slots.waiting === 0) this.#slots.delete(address);
  }
}

/** A repeat that the circuit refuses reports what the request itself failed on. */
async function enterAgain(circuit: Circuit, { retry }: Errand, lastError: MountError | undefined): Promise<boolean> {
  try {
    return await circuit.enter(retry);
  } catch (refused) {
    throw lastError ?? refused;
  }
}

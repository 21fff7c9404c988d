// Revokes tokens and leases, with retries until the store answers. A store that never answers would fill the memory with
// pending revocations. Over the bound, the account that has the most loses its oldest one, which is left to expire.
import type { Clock } from '../clock.ts';
import { asMountError } from '../errors.ts';
import type { Emit } from '../events.ts';
import { revokePausesMs } from '../lifetime.ts';
import { Pot } from '../pot.ts';

export interface RevocationsOptions {
  readonly clock: Clock;
  readonly emit: Emit;
  /** 0 to 1, as Math.random. */
  readonly random: () => number;
}

export interface Revocation {
  readonly account: string;
  /** Its kind, for the log. */
  readonly what: 'a token' | 'a lease';
  /** clock.now() when it expires. */
  readonly endsAt: () => number;
  readonly send: (signal: AbortSignal) => Promise<void>;
}

/** Memory of one pending revocation, with its login or lease. */
const REVOCATION_BYTES = 4 * 1024;
/** 2,048 revocations, nearly all a node can have. If the store is up, even pods deleted together leave nothing unrevoked. */
const MAX_BYTES = 8 * 1024 * 1024;

export class Revocations {
  readonly #options: RevocationsOptions;
  readonly #pot: Pot;
  readonly #under = new Map<string, AbortController>();
  #count = 0;
  #isEnding = false;

  constructor(options: RevocationsOptions, maxBytes = MAX_BYTES) {
    this.#options = options;
    this.#pot = new Pot(maxBytes);
  }

  /** How many are pending. */
  get size(): number {
    return this.#under.size;
  }

  /** Call when the process ends. Removes the bound: few seconds are left, and all of it was in memory already. */
  end(): void {
    this.#isEnding = true;
  }

  /** Resolves once it is revoked, refused for good, or given up. Never rejects. @returns whether it was revoked */
  async revoke(one: Revocation, signal: AbortSignal): Promise<boolean> {
    this.#count += 1;
    const key = String(this.#count);
    const left = new AbortController();
    this.#under.set(key, left);
    this.#pot.put(key, one.account, REVOCATION_BYTES);
    if (!this.#isEnding) this.#makeRoom();
    try {
      await this.#retry(one, AbortSignal.any([signal, left.signal]));
      return true;
    } catch (thrown) {
      if (signal.aborted) return false;
      // It expires; only the log is told.
      const reason = left.signal.aborted ? 'too-many' : asMountError(thrown).reason;
      this.#options.emit({ type: 'debug', message: `${one.what} could not be revoked`, fields: { reason } });
      return false;
    } finally {
      this.#under.delete(key);
      this.#pot.delete(key);
    }
  }

  async #retry({ send, endsAt }: Revocation, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    for (const pauseMs of revokePausesMs(random)) {
      try {
        signal.throwIfAborted();
        return await send(signal);
      } catch (thrown) {
        if (!asMountError(thrown).isTransient || signal.aborted || clock.now() >= endsAt()) throw thrown;
        await clock.sleep(pauseMs, signal);
      }
    }
  }

  #makeRoom(): void {
    for (let over = this.#pot.overflow(); over !== undefined; over = this.#pot.overflow()) {
      this.#pot.delete(over);
      this.#under.get(over)?.abort();
    }
  }
}

// Tokens and leases that are to be revoked, tried until the store answers. A store that never answers would fill memory with
// them: over the bound the account that has the most leaves its own oldest to expire.
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
  /** Its kind, in the log. */
  readonly what: 'a token' | 'a lease';
  /** clock.now() when it expires. */
  readonly endsAt: () => number;
  readonly send: (signal: AbortSignal) => Promise<void>;
}

/** One that waits, with the login or lease that it is of. */
const REVOCATION_BYTES = 4 * 1024;
/** 2,048 at once, nearly all that a node can hold: pods that are deleted together leave nothing behind if the store is well. */
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

  /** Under way now. */
  get size(): number {
    return this.#under.size;
  }

  /** The process ends: all may be revoked at once, as it was in memory anyway and only seconds are left. */
  end(): void {
    this.#isEnding = true;
  }

  /** Ends once it is revoked, refused for good, or no longer tried; never rejects. @returns whether it is revoked */
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

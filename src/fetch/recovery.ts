// How much a store that is back is asked at once. After an outage every pod of every node has something to ask: a
// store that was just unsealed, or took over from another, would fall again under all of it.
import type { Clock } from '../clock.ts';

/** From one request at a time to all that are allowed. */
const RECOVERY_MS = 5_000;

export class Recovery {
  readonly #clock: Clock;
  readonly #most: number;
  /** When each address answered again; those that it has been long enough for are dropped. */
  readonly #since = new Map<string, number>();

  /** @param most requests under way per address */
  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  /** A circuit of this address has closed. A second one, of another namespace or TLS setting, changes nothing. */
  begin(address: string): void {
    if (this.allowed(address) === this.#most) this.#since.set(address, this.#clock.now());
  }

  /** Requests that may be under way now. */
  allowed(address: string): number {
    const since = this.#since.get(address);
    if (since === undefined) return this.#most;
    const passed = (this.#clock.now() - since) / RECOVERY_MS;
    if (passed < 1) return Math.max(1, Math.ceil(this.#most * passed));
    this.#since.delete(address);
    return this.#most;
  }
}

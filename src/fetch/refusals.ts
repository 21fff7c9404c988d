// Reads that a store refused with a fresh login: remembered for a minute, so that a pod without the right to a
// path costs the store one login and two reads a minute, not that many at each try of the kubelet.
import type { MountError } from '../errors.ts';
import { entryBytes, Pot } from '../pot.ts';

/** As often as a session replaces a living token for such a read (RELOGIN_EVERY_MS in session/). */
const REFUSED_FOR_MS = 60_000;
/** Over a thousand refusals; whoever is refused thousands of paths loses the oldest of its own. */
const MAX_BYTES = 2 * 1024 * 1024;

export class Refusals {
  /** By session key and read key. */
  readonly #refusals = new Map<string, { readonly error: MountError; readonly untilAt: number }>();
  readonly #pot = new Pot(MAX_BYTES);

  find(key: string, now: number): MountError | undefined {
    const refusal = this.#refusals.get(key);
    if (refusal === undefined) return undefined;
    if (now < refusal.untilAt) return refusal.error;
    this.#forget(key);
    return undefined;
  }

  remember(key: string, account: string, error: MountError, now: number): void {
    this.#refusals.set(key, { error, untilAt: now + REFUSED_FOR_MS });
    this.#pot.put(key, account, entryBytes(key, error.message.length));
    for (let over = this.#pot.overflow(); over !== undefined; over = this.#pot.overflow()) this.#forget(over);
  }

  #forget(key: string): void {
    this.#refusals.delete(key);
    this.#pot.delete(key);
  }
}

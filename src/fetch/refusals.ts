// Reads that a store refused with a fresh login: remembered for a minute, so that a pod without the right to a
// path costs the store one login and two reads a minute, not that many at each try of the kubelet.
import type { MountError } from '../errors.ts';

/** As often as a session replaces a living token for such a read (RELOGIN_EVERY_MS in session/). */
const REFUSED_FOR_MS = 60_000;
/** Each entry is a key and an error, under 1 KiB. */
const MAX_REFUSALS = 5_000;

export class Refusals {
  /** By session key and read key, oldest first. */
  readonly #refusals = new Map<string, { readonly error: MountError; readonly untilAt: number }>();

  find(key: string, now: number): MountError | undefined {
    const refusal = this.#refusals.get(key);
    if (refusal === undefined) return undefined;
    if (now < refusal.untilAt) return refusal.error;
    this.#refusals.delete(key);
    return undefined;
  }

  remember(key: string, error: MountError, now: number): void {
    this.#refusals.delete(key);
    this.#refusals.set(key, { error, untilAt: now + REFUSED_FOR_MS });
    if (this.#refusals.size <= MAX_REFUSALS) return;
    const [oldest] = this.#refusals.keys();
    if (oldest !== undefined) this.#refusals.delete(oldest);
  }
}

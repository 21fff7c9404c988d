// Remembers for a minute the reads that a store refused with a fresh login. A pod without access to a path then costs the
// store one login and two reads a minute, not that many at each retry of the kubelet. The read of a pod that has not had
// this error yet is sent again, because whoever grants access starts a new pod to test it.
import { MountError } from '../errors.ts';
import { entryBytes, Pot } from '../pot.ts';

/** As often as a session replaces a living token for such a read (RELOGIN_EVERY_MS in session/). */
const REFUSED_FOR_MS = 60_000;
/** The read is sent at most this often, however many new pods a deployment starts. */
const ASKED_EVERY_MS = 1_000;
/** Room for over a thousand refusals. An account with thousands of them loses its own oldest ones. */
const MAX_BYTES = 2 * 1024 * 1024;
/** Pods of one account on one node; one that is forgotten is asked for again. */
const MOST_PODS = 250;
/** A uid with its place. */
const POD_BYTES = 128;

const KEPT =
  '; the store said so less than a minute ago, it is asked again when the minute is over, for a new pod at once';

interface Refusal {
  readonly error: MountError;
  readonly untilAt: number;
  /** Uids of the pods that got this error. */
  readonly pods: Set<string>;
  askedAt: number;
}

export class Refusals {
  /** By session key and read key. */
  readonly #refusals = new Map<string, Refusal>();
  readonly #pot = new Pot(MAX_BYTES);

  /** @returns undefined if the read is to be sent, which then counts as asked. */
  find(key: string, pod: string, now: number): MountError | undefined {
    const refusal = this.#refusals.get(key);
    if (refusal === undefined) return undefined;
    if (now >= refusal.untilAt) this.forget(key);
    else if (refusal.pods.has(pod) || now < refusal.askedAt + ASKED_EVERY_MS) return refusal.error;
    else refusal.askedAt = now;
    return undefined;
  }

  remember(key: string, account: string, pod: string, error: MountError, now: number): void {
    const pods = new Set([...(this.#refusals.get(key)?.pods ?? []), pod].slice(-MOST_PODS));
    const kept = new MountError(error.reason, `${error.message}${KEPT}`);
    this.#refusals.set(key, { error: kept, untilAt: now + REFUSED_FOR_MS, pods, askedAt: now });
    this.#pot.put(key, account, entryBytes(key, kept.message.length) + POD_BYTES * pods.size);
    for (let over = this.#pot.overflow(); over !== undefined; over = this.#pot.overflow()) this.forget(over);
  }

  /** The store allows it now. */
  forget(key: string): void {
    if (this.#refusals.delete(key)) this.#pot.delete(key);
  }
}

// Which volumes use which leases, and whether they are still polled. If a volume is not polled while others are, its leases
// are no longer renewed for it, but nothing is revoked.

import type { PodRef } from '../pods.ts';
import type { Lease, Owner } from './lease.ts';
import type { LeaseMemory } from './lease-memory.ts';

interface LeaseUser {
  readonly pod: PodRef;
  leases: ReadonlySet<Lease>;
  askedAt: number;
  /** The longest time seen between two of its calls. */
  gapMs: number;
}

/** A volume is silent after this many missed poll intervals, but never before the minimum below. */
const SILENT_GAPS = 3;
const SILENT_AT_LEAST_MS = 10 * 60_000;
const NONE: ReadonlySet<Lease> = new Set();

export class LeaseUsers {
  /** By volume key. */
  readonly #users = new Map<string, LeaseUser>();
  readonly #memory: LeaseMemory;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(memory: LeaseMemory) {
    this.#memory = memory;
  }

  /** Call at each call of any volume. */
  noteCall(now: number): void {
    this.#askedAt = now;
  }

  /** @returns what the volume used before and uses no longer. */
  attachTo(volumeKey: string, pod: PodRef, owner: Owner, leases: ReadonlySet<Lease>, now: number): readonly Lease[] {
    const before = this.#users.get(volumeKey);
    this.#forget(volumeKey);
    for (const one of leases) one.attachedTo(volumeKey);
    if (leases.size > 0) {
      const gapMs = before === undefined ? 0 : Math.max(before.gapMs, now - before.askedAt);
      this.#set(volumeKey, owner, { pod, leases, askedAt: now, gapMs });
    }
    return this.#leave(
      volumeKey,
      [...(before?.leases ?? NONE)].filter((one) => !leases.has(one)),
    );
  }

  /** Removes a lease that is over from all volumes. */
  detachAll(lease: Lease): void {
    for (const volumeKey of lease.volumes) {
      lease.detachedFrom(volumeKey);
      const user = this.#users.get(volumeKey);
      if (user === undefined) continue;
      user.leases = new Set([...user.leases].filter((one) => one !== lease));
      if (user.leases.size === 0) this.#forget(volumeKey);
    }
  }

  /** The users of the lease, for its record. */
  of(lease: Lease): readonly { readonly volume: string; readonly pod: PodRef }[] {
    return [...lease.volumes].flatMap((volume) => {
      const user = this.#users.get(volume);
      return user === undefined ? [] : [{ volume, pod: user.pod }];
    });
  }

  /** Restores a use from the record of an earlier process. */
  restore(volume: string, pod: PodRef, lease: Lease, now: number): void {
    const others = this.#users.get(volume)?.leases ?? NONE;
    lease.attachedTo(volume);
    const owner = { ...lease.owner, pod: pod.name };
    this.#set(volume, owner, { pod, leases: new Set([...others, lease]), askedAt: now, gapMs: 0 });
  }

  /** Removes the pod's volumes. @returns the leases they used */
  podGone(podUid: string): readonly Lease[] {
    const keys = [...this.#users].filter(([, { pod }]) => pod.uid === podUid).map(([key]) => key);
    return keys.flatMap((key) => this.#remove(key));
  }

  /** A pod with several volumes comes more than once. */
  *pods(): Iterable<PodRef> {
    for (const { pod } of this.#users.values()) yield pod;
  }

  /** Whether one of its volumes was polled lately, as measured by its own polls. */
  isWanted(lease: Lease): boolean {
    // It was issued but has not been delivered yet.
    if (lease.volumes.size === 0) return true;
    return [...lease.volumes].some((key) => !this.#isSilent(this.#users.get(key), lease.usedAt));
  }

  /** The shortest time between polls of its volumes; undefined until one was polled twice. */
  pollGapMs(lease: Lease): number | undefined {
    const gaps = [...lease.volumes].flatMap((key) => this.#users.get(key)?.gapMs || []);
    return gaps.length === 0 ? undefined : Math.min(...gaps);
  }

  /** @param usedAt last use of the lease: a poll counts even if it failed because of another object */
  #isSilent(user: LeaseUser | undefined, usedAt: number): boolean {
    if (user === undefined) return true;
    const silentMs = Math.max(SILENT_AT_LEAST_MS, SILENT_GAPS * user.gapMs);
    return this.#askedAt - Math.max(user.askedAt, usedAt) > silentMs;
  }

  #remove(volumeKey: string): readonly Lease[] {
    const leases = [...(this.#users.get(volumeKey)?.leases ?? NONE)];
    this.#forget(volumeKey);
    return this.#leave(volumeKey, leases);
  }

  #leave(volumeKey: string, leases: readonly Lease[]): readonly Lease[] {
    for (const one of leases) one.detachedFrom(volumeKey);
    return leases;
  }

  #set(volumeKey: string, owner: Owner, user: LeaseUser): void {
    this.#users.set(volumeKey, user);
    this.#memory.take(volumeKey, owner, 0);
  }

  #forget(volumeKey: string): void {
    this.#users.delete(volumeKey);
    this.#memory.free(volumeKey);
  }
}

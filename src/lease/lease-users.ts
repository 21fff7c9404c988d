// Which volumes have which held answers, and whether anybody still polls for them. A volume that is silent while
// others are asked is taken for gone only as far as renewals go: silence never gives anything back.

import type { HoldingPod } from '../pods.ts';
import type { Held, Owner } from './lease.ts';
import type { HeldRoom } from './lease-memory.ts';

interface Holder {
  readonly pod: HoldingPod;
  held: ReadonlySet<Held>;
  askedAt: number;
  /** The longest time seen between two of its calls. */
  gapMs: number;
}

/** Three polls in a row that did not come, and never less than this (design.md, "Held answers and leases"). */
const SILENT_GAPS = 3;
const SILENT_AT_LEAST_MS = 10 * 60_000;
const NONE: ReadonlySet<Held> = new Set();

export class Holders {
  /** By volume key. */
  readonly #holders = new Map<string, Holder>();
  readonly #room: HeldRoom;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(room: HeldRoom) {
    this.#room = room;
  }

  /** A call came, of whatever volume. */
  noteCall(now: number): void {
    this.#askedAt = now;
  }

  /** @returns what the volume had and has no longer. */
  delivered(volumeKey: string, pod: HoldingPod, owner: Owner, held: ReadonlySet<Held>, now: number): readonly Held[] {
    const before = this.#holders.get(volumeKey);
    this.#forget(volumeKey);
    for (const one of held) one.holders.add(volumeKey);
    if (held.size > 0) {
      const gapMs = before === undefined ? 0 : Math.max(before.gapMs, now - before.askedAt);
      this.#set(volumeKey, owner, { pod, held, askedAt: now, gapMs });
    }
    return this.#leave(
      volumeKey,
      [...(before?.held ?? NONE)].filter((one) => !held.has(one)),
    );
  }

  /** It has ended, and nobody has it any longer. */
  lost(held: Held): void {
    for (const volumeKey of held.holders) {
      const holder = this.#holders.get(volumeKey);
      if (holder === undefined) continue;
      holder.held = new Set([...holder.held].filter((one) => one !== held));
      if (holder.held.size === 0) this.#forget(volumeKey);
    }
  }

  /** Who has it, for its record. */
  of(held: Held): readonly { readonly volume: string; readonly pod: HoldingPod }[] {
    return [...held.holders].flatMap((volume) => {
      const holder = this.#holders.get(volume);
      return holder === undefined ? [] : [{ volume, pod: holder.pod }];
    });
  }

  /** As an earlier process delivered it. */
  restore(volume: string, pod: HoldingPod, held: Held, now: number): void {
    const others = this.#holders.get(volume)?.held ?? NONE;
    held.holders.add(volume);
    const owner = { ...held.owner, pod: pod.name };
    this.#set(volume, owner, { pod, held: new Set([...others, held]), askedAt: now, gapMs: 0 });
  }

  /** @returns what its pod had. */
  podGone(podUid: string): readonly Held[] {
    const keys = [...this.#holders].filter(([, { pod }]) => pod.uid === podUid).map(([key]) => key);
    return keys.flatMap((key) => this.#remove(key));
  }

  /** Some of them more than once, where they have several volumes. */
  *pods(): Iterable<HoldingPod> {
    for (const { pod } of this.#holders.values()) yield pod;
  }

  /** Whether one of its volumes was asked for lately, as measured by its own polls. */
  isWanted(held: Held): boolean {
    // Issued, and its first delivery is yet to come.
    if (held.holders.size === 0) return true;
    return [...held.holders].some((key) => !this.#isSilent(this.#holders.get(key), held.usedAt));
  }

  /** The shortest time between polls of those who have it; undefined until one was polled twice. */
  pollGapMs(held: Held): number | undefined {
    const gaps = [...held.holders].flatMap((key) => this.#holders.get(key)?.gapMs || []);
    return gaps.length === 0 ? undefined : Math.min(...gaps);
  }

  /** @param usedAt a poll counts also where it failed on another of its objects. */
  #isSilent(holder: Holder | undefined, usedAt: number): boolean {
    if (holder === undefined) return true;
    const silentMs = Math.max(SILENT_AT_LEAST_MS, SILENT_GAPS * holder.gapMs);
    return this.#askedAt - Math.max(holder.askedAt, usedAt) > silentMs;
  }

  #remove(volumeKey: string): readonly Held[] {
    const held = [...(this.#holders.get(volumeKey)?.held ?? NONE)];
    this.#forget(volumeKey);
    return this.#leave(volumeKey, held);
  }

  #leave(volumeKey: string, held: readonly Held[]): readonly Held[] {
    for (const one of held) one.holders.delete(volumeKey);
    return held;
  }

  #set(volumeKey: string, owner: Owner, holder: Holder): void {
    this.#holders.set(volumeKey, holder);
    this.#room.take(volumeKey, owner, 0);
  }

  #forget(volumeKey: string): void {
    this.#holders.delete(volumeKey);
    this.#room.free(volumeKey);
  }
}

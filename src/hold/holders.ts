// Which volumes have which held answers, and whether anybody still polls for them. A volume that is silent while
// others are asked is taken for gone only as far as renewals go: silence never gives anything back.
import type { Held } from './held.ts';

interface Holder {
  readonly pod: HoldingPod;
  held: ReadonlySet<Held>;
  askedAt: number;
  /** The longest time seen between two of its calls. */
  gapMs: number;
}

/** A pod that has something held. */
export interface HoldingPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Three polls in a row that did not come, and never less than this (design.md, "Held answers and leases"). */
const SILENT_GAPS = 3;
const SILENT_AT_LEAST_MS = 10 * 60_000;
/** As hold/volumes.ts: some 40 times a node's pods. */
const MAX_HOLDERS = 10_000;
const NONE: ReadonlySet<Held> = new Set();

export class Holders {
  /** By volume key, longest silent first. */
  readonly #holders = new Map<string, Holder>();
  /** Uids of pods that are gone: a mount of theirs may still be under way, and nobody would tell of them again. */
  readonly #gone = new Set<string>();
  #askedAt = Number.NEGATIVE_INFINITY;

  /** A call came, of whatever volume. */
  noteCall(now: number): void {
    this.#askedAt = now;
  }

  /** @returns what the volume had and has no longer. */
  delivered(volumeKey: string, pod: HoldingPod, held: ReadonlySet<Held>, now: number): readonly Held[] {
    if (this.#gone.has(pod.uid)) return [...this.#remove(volumeKey), ...held];
    const before = this.#holders.get(volumeKey);
    this.#holders.delete(volumeKey);
    for (const one of held) one.holders.add(volumeKey);
    if (held.size > 0) {
      const gapMs = before === undefined ? 0 : Math.max(before.gapMs, now - before.askedAt);
      this.#holders.set(volumeKey, { pod, held, askedAt: now, gapMs });
    }
    return [
      ...this.#leave(
        volumeKey,
        [...(before?.held ?? NONE)].filter((one) => !held.has(one)),
      ),
      ...this.#makeRoom(),
    ];
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
    this.#holders.set(volume, { pod, held: new Set([...others, held]), askedAt: now, gapMs: 0 });
  }

  /** @returns what its pod had. */
  podGone(podUid: string): readonly Held[] {
    this.#gone.add(podUid);
    if (this.#gone.size > MAX_HOLDERS) this.#gone.delete(this.#gone.values().next().value ?? podUid);
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
    this.#holders.delete(volumeKey);
    return this.#leave(volumeKey, held);
  }

  #leave(volumeKey: string, held: readonly Held[]): readonly Held[] {
    for (const one of held) one.holders.delete(volumeKey);
    return held;
  }

  #makeRoom(): readonly Held[] {
    const [oldest] = this.#holders.keys();
    return this.#holders.size <= MAX_HOLDERS || oldest === undefined ? [] : this.#remove(oldest);
  }
}

// What is known of each volume between its polls: that it was answered, how fresh what it has is, and which of
// its objects are stale. Without a state folder each volume's next call after a restart is a first mount again.
import type { Clock } from '../clock.ts';
import type { Emit } from '../events.ts';
import type { Plan } from '../plan/plan.ts';
import type { Shelf } from '../shelf.ts';
import { type StaleStatus, spanTo } from '../status.ts';
import type { Settled } from './settled.ts';
import {
  type Delivered,
  parseVolumeRecord,
  type StaleObject,
  toVolumeRecord,
  volumeRecordId,
} from './volume-record.ts';

export interface Volume {
  readonly key: string;
  /** No answer was delivered yet. */
  readonly isFirst: boolean;
  /** The newest moment at which an answer that it has was sent; -Infinity on a first mount. */
  readonly newestAt: number;
  /** By name, the objects that were answered from earlier answers at the last call. */
  readonly stale: Delivered['stale'];
}

export interface VolumesOptions {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly shelf: Shelf;
  /** A volume that was not asked for so long is forgotten; older answers could not be used anyway. */
  readonly keepMs: number;
}

/** Some 40 times a node's 250 pods; an entry is under 300 bytes. */
const MAX_VOLUMES = 10_000;
const NONE: Delivered['stale'] = new Map();

export class Volumes {
  readonly #options: VolumesOptions;
  /** By volume key, longest silent first. */
  readonly #delivered = new Map<string, Delivered>();
  #staleCount = 0;

  constructor(options: VolumesOptions) {
    this.#options = options;
    const found: [key: string, Delivered][] = [];
    for (const [id, record] of options.shelf.takeFound()) {
      const parsed = parseVolumeRecord(record, options.clock);
      if (parsed === undefined) options.shelf.remove(id);
      else found.push(parsed);
    }
    for (const [key, delivered] of found.toSorted(([, a], [, b]) => a.askedAt - b.askedAt)) this.#set(key, delivered);
    this.#makeRoom();
    this.#count();
  }

  /** A podless caller has no volume that lasts: each of its calls is a first mount. */
  open(plan: Plan): Volume {
    const key = volumeKey(plan);
    const known = plan.identity.isPodless ? undefined : this.#delivered.get(key);
    if (known === undefined) return { key, isFirst: true, newestAt: Number.NEGATIVE_INFINITY, stale: NONE };
    return { key, isFirst: false, newestAt: known.newestAt, stale: known.stale };
  }

  /** Its files are about to leave for the driver. */
  delivered(plan: Plan, volume: Volume, settled: Settled): void {
    const stale = this.#tellChanges(plan, volume, settled);
    if (plan.identity.isPodless) return;
    const { clock, shelf } = this.#options;
    const newestAt = Math.max(settled.newestAt, volume.newestAt);
    const delivered = { newestAt, stale, askedAt: clock.now() };
    this.#set(volume.key, delivered);
    shelf.put(volumeRecordId(volume.key), toVolumeRecord(volume.key, delivered, clock));
    this.#makeRoom();
    this.#count();
  }

  /** The objects that pods now have from earlier answers. */
  *describe(): Iterable<StaleStatus> {
    const now = this.#options.clock.now();
    for (const [key, { stale }] of this.#delivered) {
      const [podUid = '', , namespace = '', , className = ''] = key.split('\0');
      for (const [object, why] of stale) {
        const ageMs = why === undefined ? null : spanTo(now, why.sentAt);
        const { podName: pod, reason } = why ?? { podName: podUid, reason: null };
        yield { namespace, pod, class: className, object, ageMs, reason };
      }
    }
  }

  /** States each object that became stale or fresh since the last call, and no other. */
  #tellChanges(plan: Plan, volume: Volume, settled: Settled): Delivered['stale'] {
    if (settled.standIns.size === 0 && volume.stale.size === 0) return NONE;
    const { identity, className } = plan;
    const of = { namespace: identity.namespace, pod: identity.podName, class: className };
    const stale = new Map<string, StaleObject>();
    const now = this.#options.clock.now();
    for (const { name, read } of plan.objects) {
      const standIn = settled.standIns.get(read.key);
      if (standIn !== undefined) {
        const { ageMs, reason } = standIn;
        stale.set(name, { podName: identity.podName, sentAt: now - ageMs, reason });
      }
      if ((standIn !== undefined) === volume.stale.has(name)) continue;
      const { ageMs, reason } = standIn ?? { ageMs: 0, reason: undefined };
      this.#options.emit({ type: 'stale', ...of, object: name, isStale: standIn !== undefined, ageMs, reason });
    }
    return stale;
  }

  #makeRoom(): void {
    const expiredAt = this.#options.clock.now() - this.#options.keepMs;
    for (const [key, delivered] of this.#delivered) {
      if (this.#delivered.size <= MAX_VOLUMES && delivered.askedAt >= expiredAt) return;
      this.#forget(key);
      this.#options.shelf.remove(volumeRecordId(key));
    }
  }

  #count(): void {
    this.#options.emit({ type: 'volumes', count: this.#delivered.size, stale: this.#staleCount });
  }

  #set(key: string, delivered: Delivered): void {
    this.#forget(key);
    this.#delivered.set(key, delivered);
    if (delivered.stale.size > 0) this.#staleCount += 1;
  }

  #forget(key: string): void {
    const known = this.#delivered.get(key);
    if (known === undefined) return;
    this.#delivered.delete(key);
    if (known.stale.size > 0) this.#staleCount -= 1;
  }
}

/** Fields are separated by a NUL, which none of them can hold. */
function volumeKey(plan: Plan): string {
  const { identity, targetPath, className } = plan;
  return [identity.podUid, targetPath, identity.namespace, identity.account, className].join('\0');
}

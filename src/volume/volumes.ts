// The state of each volume between polls: that it had a delivery, how fresh its content is, and which objects are stale. It
// is dropped with its pod, or if polls stop for long. Without a state folder, each volume's next call after a restart is a
// first mount again.
import type { Clock } from '../clock.ts';
import type { Emit } from '../events.ts';
import type { Identity, Plan } from '../plan/plan.ts';
import type { PodRef, PodUser } from '../pods.ts';
import { accountName, entryBytes, Pot } from '../pot.ts';
import type { RecordStore } from '../record-store.ts';
import { type StaleStatus, spanTo } from '../status.ts';
import { Sweeper } from '../sweeper.ts';
import type { ReadResults, StaleFallback } from './read-results.ts';
import {
  absenceId,
  type Delivery,
  parseVolumeRecord,
  type StaleObject,
  toVolumeRecord,
  volumeRecordId,
} from './volume-record.ts';

export interface Volume {
  readonly key: string;
  /** The account whose share of memory it takes (accountName). */
  readonly account: string;
  /** undefined if the caller has none. */
  readonly pod: PodRef | undefined;
  /** No answer was delivered yet. */
  readonly isFirst: boolean;
  /** When the request of its newest answer was sent; -Infinity on a first mount. */
  readonly newestAt: number;
  /** By name, the objects answered with stale fallbacks at the last call. */
  readonly stale: Delivery['stale'];
  /** Reads without files, because their paths did not exist (see `absenceId`). */
  readonly absences: Delivery['absences'];
}

export interface VolumesOptions {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly records: RecordStore;
  /** A volume not polled for this long is dropped. Its answers would be too old to use anyway. */
  readonly keepMs: number;
}

/** Some 5,000 volumes, 20 times a node's 250 pods. Over it, the account with the most loses its least recently polled. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Memory of a stale object beside its name. */
const STALE_BYTES = 128;
/** Memory of an absence with its id. */
const ABSENCE_BYTES = 96;
const NONE: ReadonlyMap<string, never> = new Map<string, never>();

export class Volumes implements PodUser {
  readonly #options: VolumesOptions;
  readonly #deliveries = new Map<string, Delivery>();
  readonly #pot = new Pot(MAX_BYTES);
  readonly #sweeper: Sweeper;
  #staleCount = 0;

  constructor(options: VolumesOptions) {
    this.#options = options;
    this.#sweeper = new Sweeper(options.clock, (now) => this.#sweep(now));
    const found: [key: string, Delivery][] = [];
    for (const [id, record] of options.records.takeFound()) {
      const parsed = parseVolumeRecord(record, options.clock);
      if (parsed === undefined) options.records.remove(id);
      else found.push(parsed);
    }
    for (const [key, delivery] of found.toSorted(([, a], [, b]) => a.askedAt - b.askedAt))
      this.#set(key, accountName(partsOf(key)), delivery);
    this.#makeRoom();
    this.#sweeper.endsAt(this.#sweep(options.clock.now()));
  }

  /** A podless caller has no volume that lasts: each of its calls is a first mount. */
  open(plan: Plan): Volume {
    const key = volumeKey(plan);
    const { isPodless, namespace, podName: name, podUid: uid } = plan.identity;
    const whose = { key, account: accountName(plan.identity), pod: isPodless ? undefined : { namespace, name, uid } };
    const known = isPodless ? undefined : this.#deliveries.get(key);
    if (known === undefined)
      return { ...whose, isFirst: true, newestAt: Number.NEGATIVE_INFINITY, stale: NONE, absences: NONE };
    return { ...whose, isFirst: false, newestAt: known.newestAt, stale: known.stale, absences: known.absences };
  }

  /** Called before the response is sent. */
  recordDelivery(plan: Plan, volume: Volume, results: ReadResults): void {
    const stale = this.#reportChanges(plan, volume, results);
    if (plan.identity.isPodless) return;
    const { clock, records, keepMs } = this.#options;
    const newestAt = Math.max(results.newestAt, volume.newestAt);
    const now = clock.now();
    const absences = absencesOf(results, now);
    const delivery = { podName: plan.identity.podName, newestAt, stale, absences, askedAt: now };
    this.#set(volume.key, volume.account, delivery);
    if (records.isKept)
      records.put(volumeRecordId(volume.key), toVolumeRecord(volume.key, delivery, clock), volume.account);
    this.#makeRoom();
    this.#sweeper.endsAt(delivery.askedAt + keepMs);
    this.#count();
  }

  /** A pod with several volumes may come more than once. */
  *pods(): Iterable<PodRef> {
    for (const [key, { podName }] of this.#deliveries) {
      const { podUid, namespace } = partsOf(key);
      yield { namespace, name: podName, uid: podUid };
    }
  }

  podGone(podUid: string): void {
    for (const key of this.#deliveries.keys()) if (partsOf(key).podUid === podUid) this.#drop(key);
    this.#count();
  }

  /** The objects that pods now have from earlier answers. */
  *describe(): Iterable<StaleStatus> {
    const now = this.#options.clock.now();
    for (const [key, { podName: pod, stale }] of this.#deliveries) {
      const { namespace, className } = partsOf(key);
      for (const [object, why] of stale) {
        const ageMs = why === undefined ? null : spanTo(now, why.sentAt);
        yield { namespace, pod, class: className, object, ageMs, reason: why?.reason ?? null };
      }
    }
  }

  /** Emits a fact for each object that became stale or fresh since the last call. */
  #reportChanges(plan: Plan, volume: Volume, results: ReadResults): Delivery['stale'] {
    if (results.staleFallbacks.size === 0 && volume.stale.size === 0) return NONE;
    const { identity, className } = plan;
    const of = { namespace: identity.namespace, pod: identity.podName, class: className };
    const stale = new Map<string, StaleObject>();
    const now = this.#options.clock.now();
    for (const { name, reads } of plan.objects) {
      const fallback = oldest(reads.flatMap(({ key }) => results.staleFallbacks.get(key) ?? []));
      if (fallback !== undefined) {
        const { ageMs, reason } = fallback;
        stale.set(name, { sentAt: now - ageMs, reason });
      }
      if ((fallback !== undefined) === volume.stale.has(name)) continue;
      const { ageMs, reason } = fallback ?? { ageMs: 0, reason: undefined };
      this.#options.emit({ type: 'stale', ...of, object: name, isStale: fallback !== undefined, ageMs, reason });
    }
    return stale;
  }

  #makeRoom(): void {
    for (let over = this.#pot.overflow(); over !== undefined; over = this.#pot.overflow()) this.#drop(over);
  }

  #sweep(now: number): number {
    let nextAt = Number.POSITIVE_INFINITY;
    for (const [key, { askedAt }] of this.#deliveries) {
      const endsAt = askedAt + this.#options.keepMs;
      if (endsAt <= now) this.#drop(key);
      else nextAt = Math.min(nextAt, endsAt);
    }
    this.#count();
    return nextAt;
  }

  #count(): void {
    this.#options.emit({ type: 'volumes', count: this.#deliveries.size, stale: this.#staleCount });
  }

  #set(key: string, account: string, delivery: Delivery): void {
    this.#forget(key);
    this.#deliveries.set(key, delivery);
    this.#pot.put(key, account, entryBytes(key, staleBytes(delivery.stale) + ABSENCE_BYTES * delivery.absences.size));
    if (delivery.stale.size > 0) this.#staleCount += 1;
  }

  #drop(key: string): void {
    this.#forget(key);
    this.#options.records.remove(volumeRecordId(key));
  }

  #forget(key: string): void {
    const known = this.#deliveries.get(key);
    if (known === undefined) return;
    this.#deliveries.delete(key);
    this.#pot.delete(key);
    if (known.stale.size > 0) this.#staleCount -= 1;
  }
}

/** A file is as old as the oldest answer in it. */
function oldest(fallbacks: readonly StaleFallback[]): StaleFallback | undefined {
  return fallbacks.toSorted((a, b) => b.ageMs - a.ageMs)[0];
}

/** An absence that is itself a stale fallback keeps its earlier time. */
function absencesOf({ absent, staleFallbacks }: ReadResults, now: number): Delivery['absences'] {
  if (absent.size === 0) return NONE;
  return new Map(Array.from(absent, (key) => [absenceId({ key }), now - (staleFallbacks.get(key)?.ageMs ?? 0)]));
}

function staleBytes(stale: Delivery['stale']): number {
  let bytes = 0;
  for (const name of stale.keys()) bytes += STALE_BYTES + name.length;
  return bytes;
}

/** Fields are separated by a NUL, which none of them can hold. */
function volumeKey({ identity, targetPath, className }: Plan): string {
  return [identity.podUid, targetPath, identity.namespace, identity.account, className].join('\0');
}

function partsOf(key: string): Pick<Identity, 'podUid' | 'namespace' | 'account'> & { readonly className: string } {
  const [podUid = '', , namespace = '', account = '', className = ''] = key.split('\0');
  return { podUid, namespace, account, className };
}

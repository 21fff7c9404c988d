// What is known of each volume between its polls: that it was answered, how fresh what it has is, and which of
// its objects are stale. It ends with its pod, or with a long silence. Without a state folder each volume's next call
// after a restart is a first mount again.
import type { Clock } from '../clock.ts';
import type { Emit } from '../events.ts';
import type { Identity, Plan } from '../plan/plan.ts';
import type { HoldingPod, PodKeeper } from '../pods.ts';
import { accountName, entryBytes, Pot } from '../pot.ts';
import type { Shelf } from '../shelf.ts';
import { type StaleStatus, spanTo } from '../status.ts';
import { Sweeper } from '../sweeper.ts';
import type { Settled } from './read-results.ts';
import {
  type Delivered,
  parseVolumeRecord,
  type StaleObject,
  toVolumeRecord,
  volumeRecordId,
} from './volume-record.ts';

export interface Volume {
  readonly key: string;
  /** In whose share is kept what is known of it (accountName). */
  readonly account: string;
  /** undefined: a caller without one. */
  readonly pod: HoldingPod | undefined;
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

/** Some 5,000 volumes, 20 times a node's 250 pods. Over it the account that has the most loses its own longest silent. */
const MAX_BYTES = 4 * 1024 * 1024;
/** What an object that is stale takes beside its name. */
const STALE_BYTES = 128;
const NONE: Delivered['stale'] = new Map();

export class Volumes implements PodKeeper {
  readonly #options: VolumesOptions;
  readonly #delivered = new Map<string, Delivered>();
  readonly #pot = new Pot(MAX_BYTES);
  readonly #sweeper: Sweeper;
  #staleCount = 0;

  constructor(options: VolumesOptions) {
    this.#options = options;
    this.#sweeper = new Sweeper(options.clock, (now) => this.#sweep(now));
    const found: [key: string, Delivered][] = [];
    for (const [id, record] of options.shelf.takeFound()) {
      const parsed = parseVolumeRecord(record, options.clock);
      if (parsed === undefined) options.shelf.remove(id);
      else found.push(parsed);
    }
    for (const [key, delivered] of found.toSorted(([, a], [, b]) => a.askedAt - b.askedAt))
      this.#set(key, accountName(partsOf(key)), delivered);
    this.#makeRoom();
    this.#sweeper.endsAt(this.#sweep(options.clock.now()));
  }

  /** A podless caller has no volume that lasts: each of its calls is a first mount. */
  open(plan: Plan): Volume {
    const key = volumeKey(plan);
    const { isPodless, namespace, podName: name, podUid: uid } = plan.identity;
    const whose = { key, account: accountName(plan.identity), pod: isPodless ? undefined : { namespace, name, uid } };
    const known = isPodless ? undefined : this.#delivered.get(key);
    if (known === undefined) return { ...whose, isFirst: true, newestAt: Number.NEGATIVE_INFINITY, stale: NONE };
    return { ...whose, isFirst: false, newestAt: known.newestAt, stale: known.stale };
  }

  /** Its files are about to leave for the driver. */
  delivered(plan: Plan, volume: Volume, settled: Settled): void {
    const stale = this.#tellChanges(plan, volume, settled);
    if (plan.identity.isPodless) return;
    const { clock, shelf, keepMs } = this.#options;
    const newestAt = Math.max(settled.newestAt, volume.newestAt);
    const delivered = { podName: plan.identity.podName, newestAt, stale, askedAt: clock.now() };
    this.#set(volume.key, volume.account, delivered);
    if (shelf.isKept)
      shelf.put(volumeRecordId(volume.key), toVolumeRecord(volume.key, delivered, clock), volume.account);
    this.#makeRoom();
    this.#sweeper.endsAt(delivered.askedAt + keepMs);
    this.#count();
  }

  /** Some of them more than once, if they have several volumes. */
  *pods(): Iterable<HoldingPod> {
    for (const [key, { podName }] of this.#delivered) {
      const { podUid, namespace } = partsOf(key);
      yield { namespace, name: podName, uid: podUid };
    }
  }

  podGone(podUid: string): void {
    for (const key of this.#delivered.keys()) if (partsOf(key).podUid === podUid) this.#drop(key);
    this.#count();
  }

  /** The objects that pods now have from earlier answers. */
  *describe(): Iterable<StaleStatus> {
    const now = this.#options.clock.now();
    for (const [key, { podName: pod, stale }] of this.#delivered) {
      const { namespace, className } = partsOf(key);
      for (const [object, why] of stale) {
        const ageMs = why === undefined ? null : spanTo(now, why.sentAt);
        yield { namespace, pod, class: className, object, ageMs, reason: why?.reason ?? null };
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
        stale.set(name, { sentAt: now - ageMs, reason });
      }
      if ((standIn !== undefined) === volume.stale.has(name)) continue;
      const { ageMs, reason } = standIn ?? { ageMs: 0, reason: undefined };
      this.#options.emit({ type: 'stale', ...of, object: name, isStale: standIn !== undefined, ageMs, reason });
    }
    return stale;
  }

  #makeRoom(): void {
    for (let over = this.#pot.overflow(); over !== undefined; over = this.#pot.overflow()) this.#drop(over);
  }

  #sweep(now: number): number {
    let nextAt = Number.POSITIVE_INFINITY;
    for (const [key, { askedAt }] of this.#delivered) {
      const endsAt = askedAt + this.#options.keepMs;
      if (endsAt <= now) this.#drop(key);
      else nextAt = Math.min(nextAt, endsAt);
    }
    this.#count();
    return nextAt;
  }

  #count(): void {
    this.#options.emit({ type: 'volumes', count: this.#delivered.size, stale: this.#staleCount });
  }

  #set(key: string, account: string, delivered: Delivered): void {
    this.#forget(key);
    this.#delivered.set(key, delivered);
    this.#pot.put(key, account, entryBytes(key, staleBytes(delivered.stale)));
    if (delivered.stale.size > 0) this.#staleCount += 1;
  }

  #drop(key: string): void {
    this.#forget(key);
    this.#options.shelf.remove(volumeRecordId(key));
  }

  #forget(key: string): void {
    const known = this.#delivered.get(key);
    if (known === undefined) return;
    this.#delivered.delete(key);
    this.#pot.delete(key);
    if (known.stale.size > 0) this.#staleCount -= 1;
  }
}

function staleBytes(stale: Delivered['stale']): number {
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

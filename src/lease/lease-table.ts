// All leases, from put to revoke: those that serve, those that are superseded and kept until every volume has the successor
// and for the overlap, which volume uses which, and their records. lease-manager.ts decides which read of a mount is answered
// with a lease, lease-renewer.ts sends what the store is asked.
import { describeRead } from '../describe-read.ts';
import type { LeaseFact } from '../events.ts';
import type { PodRef } from '../pods.ts';
import { accountName } from '../pot.ts';
import type { RecordStore } from '../record-store.ts';
import type { LeaseStatus } from '../status.ts';
import { LEASE_BYTES, type Lease, type Owner } from './lease.ts';
import { LeaseMemory } from './lease-memory.ts';
import { isRecordable, type LeaseForm, parseRecord, toRecord } from './lease-record.ts';
import { LeaseRenewer, type LeaseRenewerOptions } from './lease-renewer.ts';
import { describeLease, factOf } from './lease-status.ts';
import { LeaseUsers } from './lease-users.ts';
import { memoryFull } from './memory-full.ts';
import { type RestoreWays, restoreLease } from './restore.ts';

export interface LeaseTableOptions extends LeaseRenewerOptions {
  readonly random: () => number;
  readonly records: RecordStore;
  /** A superseded lease is kept for so long after every volume has its successor. */
  readonly overlapMs: number;
  /** Time to issue one lease with its login and retries; never a caller's. */
  readonly issueTimeoutMs: number;
  /** Whether pods are watched. If they are, a volume that is not polled says nothing. */
  readonly isWatching: () => boolean;
}

/** The size of a small lease, a database user. Without memory for that none is issued. */
const SMALLEST_BYTES = LEASE_BYTES + 1024;
/** A life shorter than three observed polls is warned about. */
const SHORT_LIFE_POLLS = 3;

export class LeaseTable {
  readonly #options: LeaseTableOptions;
  readonly #renewer: LeaseRenewer;
  readonly #memory = new LeaseMemory();
  readonly #users = new LeaseUsers(this.#memory);
  /** Those that serve, by who shares them and which read they answer. */
  readonly #current = new Map<string, Lease>();
  readonly #superseded = new Set<Lease>();
  /** Those that were said to be too short. */
  readonly #tooShort = new WeakSet<Lease>();

  constructor(options: LeaseTableOptions) {
    this.#options = options;
    const isWanted = (lease: Lease) => options.isWatching() || this.#users.isWanted(lease);
    const onRenewed = (lease: Lease) => {
      this.#save(lease);
      this.#count();
    };
    const onNearEnd = () => this.#count();
    this.#renewer = new LeaseRenewer(options, isWanted, onRenewed, onNearEnd, (lease) => this.#forget(lease));
  }

  /** As LeaseManager.restore. */
  async restore(ways: RestoreWays): Promise<void> {
    const { clock, random, records } = this.#options;
    for (const [id, record] of records.takeFound()) {
      const lease = await restoreLease(id, record, ways, clock, random);
      if (lease === undefined) records.remove(id);
      else this.#resume(lease, parseRecord(record)?.users ?? []);
    }
    this.#count();
  }

  /** A call came, of whatever volume. */
  noteCall(now: number): void {
    this.#users.noteCall(now);
  }

  /** What answers a mount now, which counts as a use of it. */
  serving(key: string): Lease | undefined {
    const lease = this.#current.get(key);
    if (lease === undefined) return undefined;
    const now = this.#options.clock.now();
    if (lease.serves(now)) {
      lease.used(now);
      return lease;
    }
    lease.expired();
    this.#forget(lease);
    return undefined;
  }

  /** Whether or not it still serves. */
  current(key: string): Lease | undefined {
    return this.#current.get(key);
  }

  /** Whether there is memory for one more lease of this owner, however small. */
  hasMemoryFor(owner: Owner): boolean {
    return this.#hasMemory('', owner, SMALLEST_BYTES);
  }

  /**
   * It serves from now on, in place of what served for the same.
   * @returns false, and nothing was done, if there is no memory for it
   */
  put(lease: Lease): boolean {
    if (!this.#hasMemory(lease.id, lease.owner, lease.contentBytes)) return false;
    this.#memory.take(lease.id, lease.owner, lease.contentBytes);
    const old = this.#current.get(lease.key);
    this.#current.set(lease.key, lease);
    if (old !== undefined) this.#supersede(old);
    this.#renewer.start(lease);
    this.#save(lease);
    // A mount still has to deliver it, however short the overlap.
    this.#scheduleRevoke(lease, Math.max(this.#options.overlapMs, this.#options.issueTimeoutMs));
    this.#report(lease, old === undefined ? 'issued' : 'replaced');
    return true;
  }

  /** Keeps the record until revocation succeeds, so that a restarted process retries it. */
  revoke(lease: Lease): void {
    if (!lease.revocationStarted()) return;
    const { stopping, records } = this.#options;
    this.#release(lease);
    this.#memory.take(lease.id, lease.owner, lease.contentBytes);
    this.#save(lease);
    this.#report(lease, 'revoked');
    void this.#renewer.revoke(lease, stopping).then((isRevoked) => {
      lease.revocationEnded(isRevoked);
      this.#memory.free(lease.id);
      this.#count();
      if (!stopping.aborted) records.remove(lease.id);
    });
  }

  /**
   * The volume uses these from now on, and no longer what it used before.
   * @throws MountError lease-memory-full if there is no memory for one more volume; then nothing was done
   */
  attachTo(volumeKey: string, pod: PodRef, owner: Owner, leases: ReadonlySet<Lease>): void {
    if (leases.size > 0 && !this.#hasMemory(volumeKey, owner, 0)) throw memoryFull('one more volume', owner);
    // What ended while the mount was under way has no user.
    const lasting = new Set([...leases].filter(({ isOver }) => !isOver));
    const isNew = [...lasting].filter((one) => !one.volumes.has(volumeKey));
    for (const one of lasting) this.#warnOfShortLife(one);
    const left = this.#users.attachTo(volumeKey, pod, owner, lasting, this.#options.clock.now());
    for (const one of left) this.#scheduleRevoke(one);
    for (const one of [...isNew, ...left]) this.#save(one);
  }

  get memory(): Pick<LeaseMemory, 'sizeBytes' | 'maxBytes'> {
    return this.#memory;
  }

  pods(): Iterable<PodRef> {
    return this.#users.pods();
  }

  /** As LeaseManager.podGone. */
  podGone(podUid: string): void {
    const { clock, issueTimeoutMs } = this.#options;
    for (const lease of this.#users.podGone(podUid)) {
      if (lease.volumes.size > 0) continue;
      // Another pod's mount may hold this shared lease and not have delivered it yet.
      const isTaken = lease.read.leaseSettings.isShared && clock.now() - lease.usedAt < issueTimeoutMs;
      if (isTaken) this.#scheduleRevoke(lease, issueTimeoutMs);
      else this.revoke(lease);
    }
  }

  /** Everything that is not being revoked. */
  *describe(): Iterable<LeaseStatus> {
    const { clock, isWatching, overlapMs } = this.#options;
    const now = clock.now();
    for (const lease of [...this.#current.values(), ...this.#superseded]) {
      const isSilent = !this.#users.isWanted(lease);
      yield describeLease(lease, now, { isSilent, isRenewed: isWatching(), overlapMs });
    }
  }

  #resume(lease: Lease, users: LeaseForm['users']): void {
    const now = this.#options.clock.now();
    this.#memory.take(lease.id, lease.owner, lease.contentBytes);
    for (const { volume, pod } of users) this.#users.restore(volume, pod, lease, now);
    if (lease.state === 'superseded') this.#superseded.add(lease);
    else this.#current.set(lease.key, lease);
    this.#renewer.start(lease);
    this.#scheduleRevoke(lease);
  }

  #supersede(old: Lease): void {
    if (!old.superseded()) return;
    this.#superseded.add(old);
    this.#save(old);
    this.#scheduleRevoke(old);
  }

  /** Revokes what no volume uses, once no mount used it for the overlap: a pod whose mount failed comes back. */
  #scheduleRevoke(lease: Lease, waitMs = this.#options.overlapMs): void {
    if (lease.volumes.size > 0 || lease.isOver) return;
    const { clock, stopping } = this.#options;
    const unusedSince = clock.now();
    lease.unused(unusedSince);
    void clock
      .sleep(waitMs, lease.over)
      .then(() => {
        if (stopping.aborted) return;
        // Used and unused again: another wait has begun.
        if (lease.volumes.size > 0 || lease.isOver || lease.unusedSince !== unusedSince) return;
        if (lease.usedAt > unusedSince) this.#scheduleRevoke(lease, waitMs);
        else this.revoke(lease);
      })
      .catch(() => {});
  }

  /** It ended by itself. */
  #forget(lease: Lease): void {
    const isMissed = this.#current.get(lease.key) === lease && lease.volumes.size > 0;
    this.#release(lease);
    this.#memory.free(lease.id);
    this.#options.records.remove(lease.id);
    void this.#renewer.endLogin(lease, this.#options.stopping);
    if (isMissed) this.#report(lease, 'lost');
    else this.#count();
  }

  #release(lease: Lease): void {
    if (this.#current.get(lease.key) === lease) this.#current.delete(lease.key);
    this.#superseded.delete(lease);
    this.#users.detachAll(lease);
  }

  /**
   * Without a watch nothing says that a pod is gone. What has no lease of the store and is not polled for goes if its memory
   * is needed.
   */
  #hasMemory(key: string, owner: Owner, contentBytes: number): boolean {
    if (this.#memory.has(key, owner, contentBytes)) return true;
    if (this.#options.isWatching()) return false;
    for (const lease of this.#current.values()) {
      if (!lease.answer.hasLease && !this.#users.isWanted(lease)) this.revoke(lease);
    }
    return this.#memory.has(key, owner, contentBytes);
  }

  #save(lease: Lease): void {
    const { records, clock } = this.#options;
    if (!records.isKept || lease.state === 'ended' || !isRecordable(lease)) return;
    records.put(lease.id, toRecord(lease, this.#users.of(lease), clock), accountName(lease.owner));
  }

  #report(lease: Lease, event: LeaseFact['event']): void {
    this.#options.emit(factOf(lease, event));
    this.#count();
  }

  #count(): void {
    const { clock, emit } = this.#options;
    const now = clock.now();
    let due = 0;
    let nearEnd = 0;
    for (const one of this.#current.values()) {
      if (one.isDue(now)) due += 1;
      if (now >= one.nearEndAt && this.#users.isWanted(one)) nearEnd += 1;
    }
    emit({ type: 'leases', active: this.#current.size - due, due, superseded: this.#superseded.size, nearEnd });
    emit({ type: 'kept', what: 'leases', sizeBytes: this.#memory.sizeBytes });
  }

  #warnOfShortLife(lease: Lease): void {
    const gapMs = this.#users.pollGapMs(lease);
    if (gapMs === undefined || this.#tooShort.has(lease)) return;
    if (lease.endsAt - lease.answer.sentAt >= SHORT_LIFE_POLLS * gapMs) return;
    this.#tooShort.add(lease);
    const message = `${describeRead(lease.read)}: its lease is shorter than three polls, so it may end before it is replaced; lengthen it, or poll more often`;
    this.#options.emit({ type: 'notice', level: 'warn', message });
  }
}

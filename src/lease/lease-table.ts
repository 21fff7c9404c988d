// All leases, from put to revoke, with their records and the volumes that use them. A superseded lease is kept until every
// volume has its successor, and for the overlap after that. lease-manager.ts decides which read is answered with a lease.
// lease-renewer.ts sends the requests to the store.
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
  /** How long a superseded lease is kept after every volume has its successor. */
  readonly overlapMs: number;
  /** Timeout to issue one lease with its login and retries, not the deadline of any caller. */
  readonly issueTimeoutMs: number;
  /** Whether pods are watched. If so, missing polls do not count as a sign that the pod is gone. */
  readonly isWatching: () => boolean;
}

/** The size of a small lease, a database user. Without memory for that none is issued. */
const SMALLEST_BYTES = LEASE_BYTES + 1024;
/** A lease shorter than this many observed poll intervals causes a warning. */
const SHORT_LIFE_POLLS = 3;

export class LeaseTable {
  readonly #options: LeaseTableOptions;
  readonly #renewer: LeaseRenewer;
  readonly #memory = new LeaseMemory();
  readonly #users = new LeaseUsers(this.#memory);
  /** The leases that serve, by Lease.key (who shares it, and the read). */
  readonly #current = new Map<string, Lease>();
  readonly #superseded = new Set<Lease>();
  /** Leases whose too-short warning has been logged. */
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

  /** Call at each call of any volume. */
  noteCall(now: number): void {
    this.#users.noteCall(now);
  }

  /** The lease that serves now. Counts as a use of it. */
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

  /** The current lease, even if it no longer serves. */
  current(key: string): Lease | undefined {
    return this.#current.get(key);
  }

  /** Whether there is memory for one more lease of this owner, however small. */
  hasMemoryFor(owner: Owner): boolean {
    return this.#hasMemory('', owner, SMALLEST_BYTES);
  }

  /**
   * Makes it the lease that serves its key, and supersedes the one before.
   * @returns false if there is no memory for it; then nothing has changed
   */
  put(lease: Lease): boolean {
    if (!this.#hasMemory(lease.id, lease.owner, lease.contentBytes)) return false;
    this.#memory.take(lease.id, lease.owner, lease.contentBytes);
    const old = this.#current.get(lease.key);
    this.#current.set(lease.key, lease);
    if (old !== undefined) this.#supersede(old);
    this.#renewer.start(lease);
    this.#save(lease);
    // Wait at least as long as issuing may take, because a mount still has to deliver it.
    this.#scheduleRevoke(lease, Math.max(this.#options.overlapMs, this.#options.issueTimeoutMs));
    this.#report(lease, old === undefined ? 'issued' : 'replaced');
    return true;
  }

  /** Keeps the record until the revocation has ended, so that a restarted process retries it. */
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
   * Sets the leases that the volume uses. Those that it used before and no longer uses are released.
   * @throws MountError lease-memory-full if there is no memory for one more volume; then nothing has changed
   */
  attachTo(volumeKey: string, pod: PodRef, owner: Owner, leases: ReadonlySet<Lease>): void {
    if (leases.size > 0 && !this.#hasMemory(volumeKey, owner, 0)) throw memoryFull('one more volume', owner);
    // A lease that ended while the mount was under way gets no user.
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

  /** All leases that are not being revoked. */
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

  /** Revokes a lease without users after the overlap. The wait is for a pod whose mount failed: it will retry. */
  #scheduleRevoke(lease: Lease, waitMs = this.#options.overlapMs): void {
    if (lease.volumes.size > 0 || lease.isOver) return;
    const { clock, stopping } = this.#options;
    const unusedSince = clock.now();
    lease.unused(unusedSince);
    void clock
      .sleep(waitMs, lease.over)
      .then(() => {
        if (stopping.aborted) return;
        // It was used and released again meanwhile; that started another wait.
        if (lease.volumes.size > 0 || lease.isOver || lease.unusedSince !== unusedSince) return;
        if (lease.usedAt > unusedSince) this.#scheduleRevoke(lease, waitMs);
        else this.revoke(lease);
      })
      .catch(() => {});
  }

  /** Removes a lease that expired or was lost. */
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
   * Without a pod watch, nothing reports that a pod is gone. If memory is needed, entries that have no lease in the store
   * and that no volume polls for are dropped.
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

// Decides which reads of a mount are answered with an existing lease, and for which a lease is issued. Only a mount or poll
// issues a lease, never a timer. lease-table.ts handles the lease that was replaced.
import { setImmediate } from 'node:timers/promises';
import { describeRead } from '../describe-read.ts';
import type { MountError } from '../errors.ts';
import type { FetchedAnswer, ReadResult } from '../fetch/read-result.ts';
import type { Plan, Read } from '../plan/plan.ts';
import type { PodRef, PodUser } from '../pods.ts';
import { accountName } from '../pot.ts';
import type { LeaseLogin } from '../session/session-source.ts';
import type { LeaseStatus } from '../status.ts';
import type { Volume } from '../volume/volumes.ts';
import { waitFor, withinTime } from '../waiting.ts';
import { Lease, type Owner } from './lease.ts';
import { LeaseTable, type LeaseTableOptions } from './lease-table.ts';
import { memoryFull, readInstead } from './memory-full.ts';
import { leaseKeys, type MountContext, ownerOf } from './mount-context.ts';
import type { RestoreWays } from './restore.ts';
import { isManaged, mustBeManaged, scheduleOf } from './schedule.ts';

/** After this many warned accounts the set is cleared, so a warning may be logged again. */
const MOST_WARNED = 1_000;

export interface LeaseManagerOptions extends LeaseTableOptions {
  /** How long an answer serves beyond its `refreshAfter` while the store is down. */
  readonly maxStaleMs: number;
}

/** An answer from a lease, copied when it was read, because the lease may be revoked before the response is sent. */
interface LeasedAnswer extends FetchedAnswer {
  readonly lease: Lease;
}

export interface LeaseResults {
  /** By Read.key. */
  readonly results: ReadonlyMap<string, ReadResult>;
  /** By Read.key, for the reads answered with a lease. */
  readonly leases: ReadonlyMap<string, Lease>;
}

export class LeaseManager implements PodUser {
  readonly #options: LeaseManagerOptions;
  readonly #table: LeaseTable;
  /** Leases being issued, for all who will share them. */
  readonly #issuing = new Map<string, Promise<ReadResult>>();
  /** Accounts that were warned that refreshAfter has no effect for them. */
  readonly #warned = new Set<string>();

  constructor(options: LeaseManagerOptions) {
    this.#options = options;
    this.#table = new LeaseTable(options);
  }

  /** Resumes the leases of an earlier process that are still valid. To be called once, before the first mount. */
  restore(ways: RestoreWays): Promise<void> {
    return this.#table.restore(ways);
  }

  /** Answers each wanted read, with a lease if the answer is to be managed. @throws MountError token-mismatch */
  async answerAll(context: MountContext): Promise<LeaseResults> {
    const now = this.#options.clock.now();
    this.#table.noteCall(now);
    const keys = leaseKeys(context);
    const results = new Map<string, ReadResult>();
    const toIssue: [key: string, read: Read][] = [];
    const others: Read[] = [];
    for (const read of context.wanted) {
      const key = keys.get(read);
      const lease = key === undefined ? undefined : this.#table.serving(key);
      const refusal = key === undefined || lease?.isDue(now) === false ? undefined : this.#refuse(read, context);
      if (lease !== undefined && (refusal !== undefined || !lease.isDue(now)))
        results.set(read.key, leasedAnswer(lease));
      else if (refusal !== undefined) results.set(read.key, { error: refusal });
      else if (key !== undefined && (lease !== undefined || mustIssue(context, read))) toIssue.push([key, read]);
      else others.push(read);
    }
    const issuing = context.reads.each(toIssue, async ([key, read]) => {
      results.set(read.key, await this.#issue(key, read, context));
    });
    const [shared] = await Promise.all([context.reads.fetchShared(others), issuing]);
    for (const [key, result] of shared) results.set(key, result);
    const unsettled = others.filter((read) => mayBeManaged(read, shared.get(read.key)));
    await context.reads.each(unsettled, async (read) => {
      const key = keys.get(read);
      const result = shared.get(read.key) ?? (await this.#askAgain(key, read, context));
      if (result !== undefined) results.set(read.key, await this.#file(key, read, result, context));
    });
    return { results, leases: this.#leasesOf(keys, results) };
  }

  /**
   * Called before the response is sent: the volume now uses `leases` and releases what it used before.
   * @throws MountError lease-memory-full; then the response must not be sent
   */
  recordDelivery({ identity }: Plan, volume: Volume, leases: ReadonlyMap<string, Lease>): void {
    const { namespace, account, podName, podUid } = identity;
    const pod = { namespace, name: podName, uid: podUid };
    this.#table.attachTo(volume.key, pod, { namespace, account, pod: podName }, new Set(leases.values()));
  }

  /** Pods that use leases, for the pod watch. */
  pods(): Iterable<PodRef> {
    return this.#table.pods();
  }

  /** The pod is gone, as the API server confirmed: leases that only it used are revoked at once. */
  podGone(podUid: string): void {
    this.#table.podGone(podUid);
  }

  /** All leases that are not being revoked. */
  describe(): Iterable<LeaseStatus> {
    return this.#table.describe();
  }

  get sizeBytes(): number {
    return this.#table.memory.sizeBytes;
  }

  get maxBytes(): number {
    return this.#table.memory.maxBytes;
  }

  #serve(key: string): LeasedAnswer | undefined {
    const lease = this.#table.serving(key);
    return lease && leasedAnswer(lease);
  }

  async #issue(key: string, read: Read, context: MountContext): Promise<ReadResult> {
    const flight = this.#issuing.get(key) ?? this.#startIssue(key, read, context);
    const what = describeRead(read);
    const result = await waitFor(flight, what, context.signal).catch((error: MountError) => ({ error }));
    if (!('error' in result) || !result.error.isTransient) return result;
    const lease = this.#table.serving(key);
    if (lease === undefined) return result;
    // A due lease is still valid; serve it until it expires if reissuing fails transiently. Content that can be read again
    // may have changed meanwhile, so such an answer is marked late.
    if (mustBeManaged(read, lease.answer)) return leasedAnswer(lease);
    return { answer: lease.answer, token: lease.token, late: result.error };
  }

  /** The read was coalesced with another mount's request, whose answer turned out to be a lease. */
  async #askAgain(key: string | undefined, read: Read, context: MountContext): Promise<ReadResult | undefined> {
    // Wait one turn: the mount that sent the request files the lease in this one, so a volume that shares it then finds it.
    await setImmediate();
    if (key !== undefined) return this.#serve(key) ?? this.#issue(key, read, context);
    return (await context.reads.fetchShared([read])).get(read.key);
  }

  #startIssue(key: string, read: Read, context: MountContext): Promise<ReadResult> {
    const flight = withinTime(this.#options.issueTimeoutMs, (signal) => fetchForLease(read, context, signal))
      .then(({ result, login }) => {
        const hasLease = !('error' in result) && result.answer.hasLease;
        // The first lease of a path is issued under the shared token: only the response shows that the path is leased.
        if (!hasLease) void login?.revoke(this.#options.stopping);
        if ('error' in result) return result;
        return this.#keep(
          key,
          read,
          result,
          hasLease ? (login ?? promoteToLeaseLogin(result, context)) : undefined,
          context,
        );
      })
      .finally(() => this.#issuing.delete(key));
    this.#issuing.set(key, flight);
    return flight;
  }

  /**
   * Files the lease of a read that was sent as an ordinary one but turned out to be leased.
   * @returns the result to answer with. If another mount that shares the lease was faster, its answer; this one is revoked.
   */
  async #file(key: string | undefined, read: Read, result: ReadResult, context: MountContext): Promise<ReadResult> {
    if (key === undefined || 'error' in result || !isManaged(read, result.answer)) return result;
    const faster = this.#table.serving(key);
    if (faster?.answer === result.answer) return leasedAnswer(faster);
    if (isDiscarded(result, context)) return this.#serve(key) ?? this.#issue(key, read, context);
    if (faster !== undefined) {
      this.#table.revoke(this.#make(key, read, result, promoteToLeaseLogin(result, context), context));
      return leasedAnswer(faster);
    }
    return this.#keep(key, read, result, promoteToLeaseLogin(result, context), context);
  }

  /** Without memory for the smallest lease, refuses a read that is known to issue one: each retry would issue another. */
  #refuse(read: Read, { plan, reads }: MountContext): MountError | undefined {
    const owner = ownerOf(plan, read);
    const isSent = (read.effect === 'read' && !reads.givesLeases(read)) || this.#table.hasMemoryFor(owner);
    return isSent ? undefined : memoryFull(describeRead(read), owner);
  }

  /** @returns the result to answer with: an error if it must be managed and there is no memory for it */
  #keep(
    key: string,
    read: Read,
    sent: FetchedAnswer,
    login: LeaseLogin | undefined,
    context: MountContext,
  ): ReadResult {
    if (!isManaged(read, sent.answer)) return sent;
    const lease = this.#make(key, read, sent, login, context);
    if (this.#table.put(lease)) return sent;
    const what = describeRead(read);
    if (mustBeManaged(read, sent.answer)) {
      this.#table.revoke(lease);
      return { error: memoryFull(what, lease.owner) };
    }
    this.#warnOnce(what, lease.owner);
    return sent;
  }

  #warnOnce(what: string, owner: Owner): void {
    const account = accountName(owner);
    if (this.#warned.has(account)) return;
    if (this.#warned.size >= MOST_WARNED) this.#warned.clear();
    this.#warned.add(account);
    this.#options.emit({ type: 'notice', level: 'warn', message: readInstead(what, owner) });
  }

  #make(
    key: string,
    read: Read,
    sent: FetchedAnswer,
    login: LeaseLogin | undefined,
    { plan, reads }: MountContext,
  ): Lease {
    const { clock, random, maxStaleMs } = this.#options;
    const { answer } = sent;
    const schedule = scheduleOf(read, answer, clock, random, maxStaleMs);
    const token = answer.hasLease ? sent.token : undefined;
    const owner = ownerOf(plan, read);
    return new Lease({
      key,
      owner,
      read,
      client: reads.client,
      store: plan.store,
      answer,
      schedule,
      token,
      login,
      random,
    });
  }

  #leasesOf(keys: ReadonlyMap<Read, string>, results: ReadonlyMap<string, ReadResult>): ReadonlyMap<string, Lease> {
    const leases = new Map<string, Lease>();
    for (const [read, key] of keys) {
      const result = results.get(read.key);
      if (result === undefined || 'error' in result) continue;
      // Another mount may have superseded it meanwhile. It is delivered anyway, so this volume counts as a user of it.
      if (isLeased(result)) leases.set(read.key, result.lease);
      const current = this.#table.current(key);
      if (current?.answer === result.answer) leases.set(read.key, current);
    }
    return leases;
  }
}

function leasedAnswer(lease: Lease): LeasedAnswer {
  return { answer: lease.answer, token: lease.token, lease };
}

function isLeased(result: FetchedAnswer): result is LeasedAnswer {
  return 'lease' in result;
}

/** Whether its answer is to be managed, or is another mount's lease. */
function mayBeManaged(read: Read, result: ReadResult | undefined): boolean {
  return result === undefined || (!('error' in result) && isManaged(read, result.answer));
}

/** Whether it is known before sending that the answer is managed, so that one request serves all who share it. */
function mustIssue(context: MountContext, read: Read): boolean {
  return read.leaseSettings.isShared || context.reads.givesLeases(read);
}

/** If the path turns out to be leased only now, the lease is under the shared token, which may have other leases. */
async function fetchForLease(
  read: Read,
  context: MountContext,
  signal: AbortSignal,
): ReturnType<MountContext['reads']['fetchForLease']> {
  const first = await context.reads.fetchForLease(read, signal);
  const isAgain = first.login === undefined && !('error' in first.result) && isDiscarded(first.result, context);
  return isAgain ? context.reads.fetchForLease(read, signal) : first;
}

/** Whether its lease is discarded, to be issued again: it shares its token with others, so it cannot be revoked alone. */
function isDiscarded({ answer, token }: FetchedAnswer, { reads }: MountContext): boolean {
  return answer.hasLease && token !== undefined && reads.discardSharedToken(token);
}

function promoteToLeaseLogin({ answer, token }: FetchedAnswer, { reads }: MountContext): LeaseLogin | undefined {
  return answer.hasLease && token !== undefined ? reads.promoteToLeaseLogin(token) : undefined;
}

// THE ROUND of a mount: reads are answered from leases, the rest is read from the store, and what failed transiently falls
// back to its last answer. mount.ts makes one for each mount, and so do its tests.
import type { Clock } from './clock.ts';
import type { Fetcher } from './fetch/fetch.ts';
import { MountReads } from './fetch/mount-reads.ts';
import type { Answer, FolderStore, StoreClient } from './fetch/ports.ts';
import type { ReadResult } from './fetch/read-result.ts';
import type { Lease } from './lease/lease.ts';
import type { LeaseManager, LeaseResults } from './lease/lease-manager.ts';
import type { MountMemory } from './memory/mount-memory.ts';
import type { Plan, PlanObject, Read } from './plan/plan.ts';
import type { SessionSource } from './session/session-source.ts';
import type { LastAnswers } from './volume/last-answers.ts';
import type { ReadResults } from './volume/read-results.ts';
import { fallBack } from './volume/stale-fallback.ts';
import type { Volume, Volumes } from './volume/volumes.ts';
import { waitFor } from './waiting.ts';

export interface RoundServices {
  readonly clock: Clock;
  readonly sessions: SessionSource;
  readonly fetcher: Fetcher;
  readonly leases: LeaseManager;
  readonly volumes: Volumes;
  readonly lastAnswers: LastAnswers;
}

export interface RoundRequest {
  readonly plan: Plan;
  readonly client: StoreClient;
  readonly volume: Volume;
  /** clock.now() when the call came. */
  readonly calledAt: number;
  /** Counted up for each login and read this mount had sent. */
  readonly cost: { logins: number; reads: number };
  readonly memory: MountMemory;
  readonly signal: AbortSignal;
}

/** Process time that a lease takes beside its read, as measured: writing its record, renewing and revoking it. */
const LEASE_MS = 1.5;

export class MountRound implements Disposable {
  readonly #request: RoundRequest;
  readonly #services: RoundServices;
  readonly #reads: MountReads;
  /** The leases this mount was answered with, over all calls of `answer`. */
  readonly #leases = new Map<string, Lease>();

  constructor(request: RoundRequest, services: RoundServices) {
    const { plan, client, volume, calledAt, cost, memory, signal } = request;
    const { sessions, fetcher } = services;
    this.#request = request;
    this.#services = services;
    const { account, newestAt: newerThan, isFirst } = volume;
    const priority = isFirst ? 'first' : 'poll';
    const pod = plan.identity.podUid;
    const caller = { client, account, pod, priority, calledAt, newerThan, cost, memory, signal } as const;
    this.#reads = new MountReads({ ...caller, plan, sessions, fetcher });
  }

  /** May be called again, with reads that were found to be needed later. @throws MountError token-mismatch, mount-timeout */
  async answer(wanted: readonly Read[]): Promise<ReadResults> {
    const { plan, volume, memory, signal } = this.#request;
    const { leases, lastAnswers, clock } = this.#services;
    const answered = await leases.answerAll({ plan, wanted, reads: this.#reads, signal });
    for (const [key, lease] of answered.leases) this.#leases.set(key, lease);
    memory.spend(LEASE_MS * newLeases(answered));
    await takeTurn(answersOf(answered), memory, signal);
    return fallBack(wanted, volume, this.#reads.keyOf, answered, lastAnswers, clock);
  }

  get folders(): FolderStore {
    return this.#request.client.folders;
  }

  /** Called before the response is sent. @param objects the plan's, with all their reads. @throws MountError lease-memory-full; then the response must not be sent */
  deliver(results: ReadResults, objects: readonly PlanObject[]): void {
    const { volume } = this.#request;
    const plan = { ...this.#request.plan, objects };
    // May still refuse the mount: before anything says that it was delivered.
    if (!plan.identity.isPodless) this.#services.leases.recordDelivery(plan, volume, this.#leases);
    this.#services.volumes.recordDelivery(plan, volume, results);
  }

  [Symbol.dispose](): void {
    this.#reads[Symbol.dispose]();
  }
}

/**
 * Waits for a turn, because filing answers and rendering files process all of them at a stretch.
 * @param moreBytes other work, expressed as the size of an answer that takes as long
 * @throws MountError mount-timeout
 */
export async function takeTurn(
  answers: Iterable<Answer>,
  memory: MountMemory,
  signal: AbortSignal,
  moreBytes = 0,
): Promise<void> {
  let bytes = moreBytes;
  for (const { sizeBytes } of answers) bytes += sizeBytes;
  const turn = memory.turn(bytes);
  if (turn !== undefined) await waitFor(turn, 'a turn for its large answers', signal);
}

/** How many leases are new. Reusing one costs nothing more. */
function newLeases({ results }: LeaseResults): number {
  const isNew = (result: ReadResult) => 'answer' in result && result.answer.leaseMs > 0 && !('lease' in result);
  return [...results.values()].filter(isNew).length;
}

function answersOf({ results }: LeaseResults): Answer[] {
  return [...results.values()].flatMap((result) => ('answer' in result ? [result.answer] : []));
}

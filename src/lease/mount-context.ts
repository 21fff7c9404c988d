// The view of a mount that leases need, and the keys by which mounts share them.
import type { MountReads } from '../fetch/mount-reads.ts';
import type { Plan, Read } from '../plan/plan.ts';
import type { Owner } from './lease.ts';

/** One mount, and its ways to the store. */
export interface MountContext {
  readonly plan: Plan;
  /** The reads to answer: those of the plan, or those found to be needed while rendering. */
  readonly wanted: readonly Read[];
  readonly reads: MountReads;
  readonly signal: AbortSignal;
}

/** Lease keys by read. A caller without a pod can only use leases shared by its account. */
export function leaseKeys({ plan, wanted, reads }: MountContext): ReadonlyMap<Read, string> {
  const mayShare = plan.identity.isPodless ? wanted.filter(({ leaseSettings }) => leaseSettings.isShared) : wanted;
  return new Map(
    mayShare.map((read) => [
      read,
      `${reads.leaseScopeKey(read.leaseSettings.isShared)} ${read.leaseSettings.isShared} ${read.key}`,
    ]),
  );
}

export function ownerOf({ identity }: Plan, read: Read): Owner {
  const { namespace, account, podName } = identity;
  return { namespace, account, pod: read.leaseSettings.isShared ? '' : podName };
}

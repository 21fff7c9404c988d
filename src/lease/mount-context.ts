// Who asks for answers that may be held, and with whom it holds them.
import type { MountReads } from '../fetch/mount-reads.ts';
import type { Plan, Read } from '../plan/plan.ts';
import type { Owner } from './lease.ts';

/** One mount, and its ways to the store. */
export interface MountContext {
  readonly plan: Plan;
  readonly reads: MountReads;
  readonly signal: AbortSignal;
}

/** Of the reads whose answers may be held. A caller without a pod is nobody to hold for, but with others. */
export function leaseKeys({ plan, reads }: MountContext): ReadonlyMap<Read, string> {
  const mayHold = plan.identity.isPodless ? plan.reads.filter(({ holding }) => holding.isShared) : plan.reads;
  return new Map(
    mayHold.map((read) => [read, `${reads.leaseScopeKey(read.holding.isShared)} ${read.holding.isShared} ${read.key}`]),
  );
}

export function ownerOf({ identity }: Plan, read: Read): Owner {
  const { namespace, account, podName } = identity;
  return { namespace, account, pod: read.holding.isShared ? '' : podName };
}

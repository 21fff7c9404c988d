// Who asks for answers that may be held, and with whom it holds them.
import type { MountReads } from '../fetch/mount-reads.ts';
import type { Plan, Read } from '../plan/plan.ts';
import type { Owner } from './held.ts';

/** One mount, and its ways to the store. */
export interface Asker {
  readonly plan: Plan;
  /** What this round is to answer: the plan's reads, or what was found to be needed while files were made of them. */
  readonly wanted: readonly Read[];
  readonly reads: MountReads;
  readonly signal: AbortSignal;
}

/** Of the reads whose answers may be held. A caller without a pod is nobody to hold for, but with others. */
export function holdingKeys({ plan, wanted, reads }: Asker): ReadonlyMap<Read, string> {
  const mayHold = plan.identity.isPodless ? wanted.filter(({ holding }) => holding.isShared) : wanted;
  return new Map(
    mayHold.map((read) => [read, `${reads.holderKey(read.holding.isShared)} ${read.holding.isShared} ${read.key}`]),
  );
}

export function ownerOf({ identity }: Plan, read: Read): Owner {
  const { namespace, account, podName } = identity;
  return { namespace, account, pod: read.holding.isShared ? '' : podName };
}

// A lease as `secretmount status`, the log and the metrics show it.
import { describeRead } from '../describe-read.ts';
import type { LeaseFact } from '../events.ts';
import { type LeaseStatus, type Moment, spanTo } from '../status.ts';
import type { Lease } from './lease.ts';

/**
 * @param isSilent no volume polls for it
 * @param isRenewed it is renewed even if no volume polls for it
 * @param overlapMs how long it is kept after every volume has its successor
 */
export function describeLease(
  lease: Lease,
  now: number,
  { isSilent, isRenewed, overlapMs }: { isSilent: boolean; isRenewed: boolean; overlapMs: number },
): LeaseStatus {
  const { owner, read, client, volumes } = lease;
  const isEnding = lease.state !== 'superseded' && isSilent && (!isRenewed || lease.isDue(now));
  const state = isEnding ? 'ending' : lease.state === 'active' && lease.isDue(now) ? 'due' : lease.state;
  return {
    ...owner,
    request: describeRead(read),
    address: client.address,
    state,
    endsInMs: spanTo(lease.endsAt, now),
    next: nextOf(lease, state, now, overlapMs),
    volumes: volumes.size,
  };
}

function nextOf(lease: Lease, state: LeaseStatus['state'], now: number, overlapMs: number): Moment {
  if (state === 'due') return { what: 'replace at the next poll', inMs: null };
  if (lease.volumes.size === 0) {
    const revokeAt = Math.max(lease.unusedSince, lease.usedAt) + overlapMs;
    return { what: 'revoke', inMs: spanTo(Math.min(revokeAt, lease.endsAt), now) };
  }
  if (state === 'superseded') return { what: 'wait until all its volumes have the new one', inMs: null };
  if (state === 'ending') return { what: 'end', inMs: spanTo(lease.endsAt, now) };
  const { renewAt, dueAt } = lease.schedule;
  if (renewAt < dueAt) return { what: 'renew', inMs: spanTo(renewAt, now) };
  if (Number.isFinite(dueAt)) return { what: 'due', inMs: spanTo(dueAt, now) };
  return { what: "wait for its pod's end", inMs: null };
}

export function factOf({ owner, read }: Lease, event: LeaseFact['event']): LeaseFact {
  return { type: 'lease', event, ...owner, request: describeRead(read) };
}

// Every pair of labels is there from the start, at 0: a counter that appears with its first event has not increased, and
// an alert on it would miss that one.
import { REASONS } from '../errors.ts';
import type { Fact, LeaseFact, MountFact, RequestFact } from '../events.ts';
import type { Counters } from './counters.ts';

type Of<T extends Fact['type']> = Extract<Fact, { type: T }>;

/** Complete by its type. */
function every<T extends string>(names: Readonly<Record<T, true>>): readonly T[] {
  return Object.keys(names) as T[];
}

const CALLS = ['first', 'poll'] as const;
const REASON_NAMES = Object.keys(REASONS);
const OUTCOMES = every<MountFact['outcome']>({ ok: true, stale: true, failed: true });
const OPERATIONS = every<RequestFact['operation']>({
  login: true,
  read: true,
  renew: true,
  lookup: true,
  health: true,
  revoke: true,
});
const EVENTS = every<LeaseFact['event']>({
  issued: true,
  renewed: true,
  replaced: true,
  revoked: true,
  lost: true,
});
const STATES = every<'active' | 'due' | 'superseded'>({ active: true, due: true, superseded: true });
const KEPT = every<Of<'kept'>['what']>({ 'last answers': true, leases: true });
const PARTS = every<Of<'degraded'>['part']>({ 'state-folder': true, 'version-key': true, 'pod-watch': true });

export function startAtZero(count: Counters): void {
  for (const call of CALLS) {
    for (const outcome of OUTCOMES) {
      for (const reason of outcome === 'failed' ? REASON_NAMES : ['']) count.mounts.inc({ call, outcome, reason }, 0);
      count.mountDuration.zero({ call, outcome });
    }
  }
  for (const operation of OPERATIONS) {
    for (const outcome of ['ok', ...REASON_NAMES]) count.requests.inc({ operation, outcome }, 0);
    count.requestDuration.zero({ operation });
  }
  for (const event of EVENTS) count.leaseEvents.inc({ event }, 0);
  for (const state of STATES) count.leases.set({ state }, 0);
  for (const what of KEPT) count.kept.set({ what }, 0);
  for (const part of PARTS) count.degraded.set({ part }, 0);
}

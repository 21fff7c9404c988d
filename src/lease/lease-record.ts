// The record of a lease and the volumes that use it. Its token is not part of it; the login stores that. All times are boot
// times; null means never.
import { fromBoot, toBoot } from '../boot-time.ts';
import type { Clock } from '../clock.ts';
import { type AnswerForm, toForm } from '../fetch/answer-form.ts';
import type { Read, StoreSettings } from '../plan/plan.ts';
import type { PodRef } from '../pods.ts';
import { areFlags, areTexts, areTimes } from '../record-fields.ts';
import { Secret } from '../secret.ts';
import type { Lease, LeaseOptions, LeaseState, Owner } from './lease.ts';
import type { Schedule } from './schedule.ts';

export interface LeaseForm {
  readonly key: string;
  readonly owner: Owner;
  readonly read: Omit<Read, 'body'> & { readonly body: string | undefined };
  /** The settings to reach its store. */
  readonly store: StoreSettings;
  readonly answer: AnswerForm;
  readonly state: NonNullable<LeaseOptions['state']>;
  readonly firstMs: number | null;
  readonly endsAt: number | null;
  readonly renewAt: number | null;
  readonly dueAt: number | null;
  /** The storage key of its own login (LeaseLogin.recordKey); empty if it needs no login. */
  readonly login: string;
  readonly users: readonly { readonly volume: string; readonly pod: PodRef }[];
}

export function toRecord(lease: Lease, users: LeaseForm['users'], clock: Clock): Secret<string> {
  const boot = (at: number) => (Number.isFinite(at) ? toBoot(at, clock) : null);
  const { key, owner, read, store, answer, state, login } = lease;
  const { endsAt, renewAt, dueAt } = lease.schedule;
  const form: LeaseForm = {
    key,
    owner,
    read: { ...read, body: read.body?.reveal() },
    store,
    answer: toForm(answer, clock),
    state: isUsable(state) ? state : 'superseded',
    firstMs: Number.isFinite(lease.firstMs) ? lease.firstMs : null,
    endsAt: boot(endsAt),
    renewAt: boot(renewAt),
    dueAt: boot(dueAt),
    login: login?.recordKey ?? '',
    users,
  };
  return new Secret(JSON.stringify(form));
}

/** False for a lease under a shared token, which cannot be resumed by itself. */
export function isRecordable({ answer, login }: Lease): boolean {
  return !answer.hasLease || login !== undefined;
}

/** undefined if the record is malformed or from an incompatible version. */
export function parseRecord(record: Secret<string>): LeaseForm | undefined {
  try {
    const form = JSON.parse(record.reveal()) as LeaseForm;
    return isWellFormed(form) ? form : undefined;
  } catch {
    return undefined;
  }
}

/** `revoking` is not stored: a later process revokes such a lease as it does any superseded one. */
function isUsable(state: LeaseState): state is LeaseForm['state'] {
  return state === 'active' || state === 'due' || state === 'superseded';
}

/** @throws TypeError if a part is missing. */
function isWellFormed({ key, owner, read, store, state, login, users, ...times }: LeaseForm): boolean {
  return (
    areTexts(key, login, owner.namespace, owner.account, owner.pod, store.address) &&
    areTexts(read.key, read.method, read.path, read.query, read.shownAs ?? '') &&
    (read.effect === 'read' || read.effect === 'write') &&
    areFlags(read.leaseSettings.isShared, read.leaseSettings.isRevoked) &&
    areTimes(times.firstMs, times.endsAt, times.renewAt, times.dueAt) &&
    isUsable(state) &&
    users.every(({ volume, pod }) => areTexts(volume, pod.namespace, pod.name, pod.uid))
  );
}

export function scheduleOfForm({ endsAt, renewAt, dueAt }: LeaseForm, clock: Clock): Schedule {
  const at = (boot: number | null) => (boot === null ? Number.POSITIVE_INFINITY : fromBoot(boot, clock));
  return { endsAt: at(endsAt), renewAt: at(renewAt), dueAt: at(dueAt) };
}

export function readOfForm({ read }: LeaseForm): Read {
  return Object.freeze({ ...read, body: read.body === undefined ? undefined : new Secret(read.body) });
}

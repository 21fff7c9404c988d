// Rebuilds a lease from its record: opens the store and resumes the login. Expired records are dropped.
import type { Clock } from '../clock.ts';
import { fromForm } from '../fetch/answer-form.ts';
import type { StoreClient, Stores } from '../fetch/ports.ts';
import type { Read } from '../plan/plan.ts';
import type { Secret } from '../secret.ts';
import type { SessionSource } from '../session/session-source.ts';
import { Lease } from './lease.ts';
import { parseRecord, readOfForm, scheduleOfForm } from './lease-record.ts';

export interface RestoreWays {
  readonly open: Stores['open'];
  readonly parseBody: Stores['parseBody'];
  readonly resumeLeaseLogin: SessionSource['resumeLeaseLogin'];
  readonly markLeases: (client: StoreClient, read: Read) => void;
}

/** undefined if the record is malformed or expired, or its store cannot be opened any more. */
export async function restoreLease(
  id: string,
  record: Secret<string>,
  { open, parseBody, resumeLeaseLogin, markLeases }: RestoreWays,
  clock: Clock,
  random: () => number,
): Promise<Lease | undefined> {
  const form = parseRecord(record);
  if (form === undefined) return undefined;
  try {
    const client = await open(form.store);
    const read = readOfForm(form);
    const answer = fromForm(form.answer, clock, parseBody);
    const own = form.login === '' ? undefined : resumeLeaseLogin(form.login, client, form.owner);
    if (answer.hasLease) markLeases(client, read);
    if (answer.hasLease && own === undefined) return undefined;
    const firstMs = form.firstMs ?? Number.POSITIVE_INFINITY;
    const { key, owner, store, state } = form;
    const rest = { id, key, owner, read, client, store, answer, firstMs, random, state };
    const lease = new Lease({ ...rest, schedule: scheduleOfForm(form, clock), token: own?.token, login: own?.login });
    return lease.endsAt > clock.now() ? lease : undefined;
  } catch {
    return undefined;
  }
}

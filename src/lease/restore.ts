// A record of a held answer to the answer itself: its store is opened, its login gone on with. What is over is not.
import type { Clock } from '../clock.ts';
import { fromForm } from '../fetch/answer-form.ts';
import type { Door } from '../fetch/ports.ts';
import type { Read, StoreSettings } from '../plan/plan.ts';
import type { Secret } from '../secret.ts';
import type { SessionSource } from '../session/session-source.ts';
import { Lease } from './lease.ts';
import { parseRecord, readOfForm, scheduleOfForm } from './lease-record.ts';

export interface RestoreWays {
  readonly open: (store: StoreSettings) => Promise<Door>;
  readonly resumeLeaseLogin: SessionSource['resumeLeaseLogin'];
  readonly markLeases: (door: Door, read: Read) => void;
}

/** undefined: none of ours, over, or its store cannot be opened any more. */
export async function restoreLease(
  id: string,
  record: Secret<string>,
  { open, resumeLeaseLogin: resumeAlone, markLeases }: RestoreWays,
  clock: Clock,
  random: () => number,
): Promise<Lease | undefined> {
  const form = parseRecord(record);
  if (form === undefined) return undefined;
  try {
    const door = await open(form.store);
    const read = readOfForm(form);
    const answer = fromForm(form.answer, clock);
    const own = form.login === '' ? undefined : resumeAlone(form.login, door, form.owner);
    if (answer.hasLease) markLeases(door, read);
    if (answer.hasLease && own === undefined) return undefined;
    const firstMs = form.firstMs ?? Number.POSITIVE_INFINITY;
    const { key, owner, store } = form;
    const rest = { id, key, owner, read, door, store, answer, firstMs, random };
    const lease = new Lease({ ...rest, schedule: scheduleOfForm(form, clock), token: own?.token, login: own?.login });
    lease.state = form.state;
    return lease.endsAt > clock.now() ? lease : undefined;
  } catch {
    return undefined;
  }
}

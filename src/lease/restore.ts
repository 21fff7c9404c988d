// A record of a held answer to the answer itself: its store is opened, its login gone on with. What is over is not.
import type { Clock } from '../clock.ts';
import { fromForm } from '../fetch/answer-form.ts';
import type { Door } from '../fetch/ports.ts';
import type { Read, StoreSettings } from '../plan/plan.ts';
import type { Secret } from '../secret.ts';
import type { AccessSource } from '../session/access.ts';
import { Held } from './lease.ts';
import { lifeOfForm, parseRecord, readOfForm } from './lease-record.ts';

export interface RestoreWays {
  readonly open: (store: StoreSettings) => Promise<Door>;
  readonly resumeAlone: AccessSource['resumeAlone'];
  readonly markLeases: (door: Door, read: Read) => void;
}

/** undefined: none of ours, over, or its store cannot be opened any more. */
export async function restoreHeld(
  id: string,
  record: Secret<string>,
  { open, resumeAlone, markLeases }: RestoreWays,
  clock: Clock,
  random: () => number,
): Promise<Held | undefined> {
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
    const held = new Held({ ...rest, life: lifeOfForm(form, clock), token: own?.token, login: own?.login });
    held.state = form.state;
    return held.endsAt > clock.now() ? held : undefined;
  } catch {
    return undefined;
  }
}

// The record of a volume's last delivery. All times are boot times.
import { hash } from 'node:crypto';
import { fromBoot, toBoot } from '../boot-time.ts';
import type { Clock } from '../clock.ts';
import type { Read } from '../plan/plan.ts';
import { areNumbers, areTexts, areTimes } from '../record-fields.ts';
import { Secret } from '../secret.ts';

/** An object answered with a stale fallback. */
export interface StaleObject {
  /** clock.now() when that answer was asked for. */
  readonly sentAt: number;
  readonly reason: string;
}

/** What a volume was last answered with. */
export interface Delivery {
  readonly podName: string;
  /** When the request of its newest answer was sent. */
  readonly newestAt: number;
  /** Objects answered with stale fallbacks, by name; a value is undefined if an earlier process did that. */
  readonly stale: ReadonlyMap<string, StaleObject | undefined>;
  /** By absenceId, for reads without files because their path does not exist: when the store last said so. */
  readonly absences: ReadonlyMap<string, number>;
  readonly askedAt: number;
}

/** A digest, because a read's key may reveal its body. */
export function absenceId({ key }: Pick<Read, 'key'>): string {
  return hash('sha256', key, 'base64url').slice(0, ABSENCE_ID_CHARS);
}

/** Enough for the reads of one class. */
export const ABSENCE_ID_CHARS = 22;

interface VolumeForm {
  readonly key: string;
  readonly podName: string;
  /** null if every response so far came from leases. */
  readonly newestAt: number | null;
  readonly askedAt: number;
  readonly stale: readonly string[];
  /** Not in the records of earlier versions. */
  readonly absences?: readonly (readonly [id: string, at: number])[];
}

export function volumeRecordId(key: string): string {
  return hash('sha256', key);
}

export function toVolumeRecord(key: string, delivered: Delivery, clock: Clock): Secret<string> {
  const { podName, newestAt, askedAt, stale, absences } = delivered;
  const form: VolumeForm = {
    key,
    podName,
    newestAt: Number.isFinite(newestAt) ? toBoot(newestAt, clock) : null,
    askedAt: toBoot(askedAt, clock),
    stale: [...stale.keys()],
    ...(absences.size > 0 && { absences: Array.from(absences, ([id, at]) => [id, toBoot(at, clock)] as const) }),
  };
  return new Secret(JSON.stringify(form));
}

/** undefined if the record is malformed or from an incompatible version. */
export function parseVolumeRecord(record: Secret<string>, clock: Clock): [key: string, Delivery] | undefined {
  try {
    const { key, podName, newestAt, askedAt, stale, absences = [] } = JSON.parse(record.reveal()) as VolumeForm;
    const isWellFormed =
      areTexts(key, podName, ...stale, ...absences.map(([id]) => id)) &&
      areNumbers(askedAt, ...absences.map(([, at]) => at)) &&
      areTimes(newestAt);
    if (!isWellFormed) return undefined;
    const newest = newestAt === null ? Number.NEGATIVE_INFINITY : fromBoot(newestAt, clock);
    const times = { newestAt: newest, askedAt: fromBoot(askedAt, clock) };
    const absentSince = new Map(absences.map(([id, at]) => [id, fromBoot(at, clock)]));
    return [key, { podName, ...times, stale: new Map(stale.map((name) => [name, undefined])), absences: absentSince }];
  } catch {
    return undefined;
  }
}

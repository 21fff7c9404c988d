// The record of what is known of a volume. All times are boot times.
import { hash } from 'node:crypto';
import { fromBoot, toBoot } from '../boot-time.ts';
import type { Clock } from '../clock.ts';
import { areNumbers, areTexts, areTimes } from '../record-fields.ts';
import { Secret } from '../secret.ts';

/** What is known of an object that was answered from an earlier answer. */
export interface StaleObject {
  /** clock.now() when that answer was asked for. */
  readonly sentAt: number;
  readonly reason: string;
}

/** What a volume was last answered with. */
export interface Delivery {
  readonly podName: string;
  /** The newest moment at which an answer that it has was sent. */
  readonly newestAt: number;
  /** By name, its objects that were answered from earlier answers; undefined if an earlier process did that. */
  readonly stale: ReadonlyMap<string, StaleObject | undefined>;
  readonly askedAt: number;
}

interface VolumeForm {
  readonly key: string;
  readonly podName: string;
  /** null if every response so far came from leases. */
  readonly newestAt: number | null;
  readonly askedAt: number;
  readonly stale: readonly string[];
}

export function volumeRecordId(key: string): string {
  return hash('sha256', key);
}

export function toVolumeRecord(key: string, delivered: Delivery, clock: Clock): Secret<string> {
  const { podName, newestAt, askedAt, stale } = delivered;
  const form: VolumeForm = {
    key,
    podName,
    newestAt: Number.isFinite(newestAt) ? toBoot(newestAt, clock) : null,
    askedAt: toBoot(askedAt, clock),
    stale: [...stale.keys()],
  };
  return new Secret(JSON.stringify(form));
}

/** undefined if the record is malformed or from an incompatible version. */
export function parseVolumeRecord(record: Secret<string>, clock: Clock): [key: string, Delivery] | undefined {
  try {
    const { key, podName, newestAt, askedAt, stale } = JSON.parse(record.reveal()) as VolumeForm;
    const isWellFormed = areTexts(key, podName, ...stale) && areNumbers(askedAt) && areTimes(newestAt);
    if (!isWellFormed) return undefined;
    const newest = newestAt === null ? Number.NEGATIVE_INFINITY : fromBoot(newestAt, clock);
    const times = { newestAt: newest, askedAt: fromBoot(askedAt, clock) };
    return [key, { podName, ...times, stale: new Map(stale.map((name) => [name, undefined])) }];
  } catch {
    return undefined;
  }
}

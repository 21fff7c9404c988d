// The form in which what is known of a volume outlives the process. All times are boot times.
import { createHash } from 'node:crypto';
import { fromBoot, toBoot } from '../boot-time.ts';
import type { Clock } from '../clock.ts';
import { Secret } from '../secret.ts';

/** What a volume was last answered with. */
export interface Delivered {
  /** The newest moment at which an answer that it has was sent. */
  readonly newestAt: number;
  /** Names of its objects that were answered from earlier answers. */
  readonly stale: ReadonlySet<string>;
  readonly askedAt: number;
}

interface VolumeForm {
  readonly key: string;
  /** null: it was only ever answered from what is held. */
  readonly newestAt: number | null;
  readonly askedAt: number;
  readonly stale: readonly string[];
}

export function volumeRecordId(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

export function toVolumeRecord(key: string, { newestAt, askedAt, stale }: Delivered, clock: Clock): Secret<string> {
  const form: VolumeForm = {
    key,
    newestAt: Number.isFinite(newestAt) ? toBoot(newestAt, clock) : null,
    askedAt: toBoot(askedAt, clock),
    stale: [...stale],
  };
  return new Secret(JSON.stringify(form));
}

/** undefined: none of ours. */
export function parseVolumeRecord(record: Secret<string>, clock: Clock): [key: string, Delivered] | undefined {
  try {
    const { key, newestAt, askedAt, stale } = JSON.parse(record.reveal()) as VolumeForm;
    if (typeof key !== 'string' || typeof askedAt !== 'number' || !Array.isArray(stale)) return undefined;
    const newest = newestAt === null ? Number.NEGATIVE_INFINITY : fromBoot(newestAt, clock);
    return [key, { newestAt: newest, askedAt: fromBoot(askedAt, clock), stale: new Set(stale) }];
  } catch {
    return undefined;
  }
}

// How long an answer is valid: by its lease, the certificate in it, or the class's settings. All times are clock.now(). The
// random time to act is drawn once, when the answer is issued.
import type { Clock } from '../clock.ts';
import type { Answer } from '../fetch/ports.ts';
import { drawMoment, RENEW_TO } from '../lifetime.ts';
import type { Read } from '../plan/plan.ts';

export interface Schedule {
  /** When it is no longer valid. Infinity: unknown. */
  readonly endsAt: number;
  /** When to renew its lease; Infinity: never. */
  readonly renewAt: number;
  /** When polls start to reissue it because of its age; Infinity: never. */
  readonly dueAt: number;
}

/** Tolerated difference between the wall clocks of node and store. */
const WALL_SLACK_MS = 60_000;
/** Bounds the slack to this share of a certificate's life, so that even a short one is replaced at 60 to 80 % of it. */
const SLACK_SHARE = 1 - RENEW_TO;

/** Whether polls must not ask for the answer again. Its content does not matter: a stored certificate follows its secret. */
export function isManaged(read: Read, answer: Answer): boolean {
  return mustBeManaged(read, answer) || read.leaseSettings.refreshAfterMs !== undefined;
}

/** Whether each request would issue another one. Such an answer becomes a lease, or the mount fails. */
export function mustBeManaged(read: Read, answer: Answer): boolean {
  return answer.hasLease || read.effect === 'write';
}

/** @param maxStaleMs how long an answer without an end may serve beyond its `refreshAfter` while the store is down */
export function scheduleOf(
  read: Read,
  answer: Answer,
  clock: Clock,
  random: () => number,
  maxStaleMs: number,
): Schedule {
  const { sentAt } = answer;
  const moment = (ms: number) => drawMoment(sentAt, ms, random);
  const refreshAt = sentAt + (read.leaseSettings.refreshAfterMs ?? Number.POSITIVE_INFINITY);
  const isRenewed = answer.isRenewable === true && answer.leaseId !== undefined;
  const leaseMs = answer.hasLease && answer.leaseMs > 0 ? answer.leaseMs : Number.POSITIVE_INFINITY;
  const certificateMs = isRenewed ? Number.POSITIVE_INFINITY : certificateLifeMs(answer, clock);
  const lifeMs = Math.min(leaseMs, certificateMs);
  const usableMs = Math.min(leaseMs, certificateMs - Math.min(WALL_SLACK_MS, certificateMs * SLACK_SHARE));
  const hasEnd = Number.isFinite(lifeMs);
  return {
    endsAt: hasEnd ? sentAt + usableMs : refreshAt + maxStaleMs,
    renewAt: hasEnd && isRenewed ? moment(lifeMs) : Number.POSITIVE_INFINITY,
    dueAt: Math.min(refreshAt, hasEnd && !isRenewed ? moment(lifeMs) : Number.POSITIVE_INFINITY),
  };
}

/** Life of the certificate from the time of the request; Infinity if the answer contains none. */
function certificateLifeMs(answer: Answer, clock: Clock): number {
  const end = answer.body.reveal().expiresAt;
  if (end === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(0, end - (clock.wall() - (clock.now() - answer.sentAt)));
}

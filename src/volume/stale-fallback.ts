// What becomes of a round of reads: each answer is filed and may be replaced by the equal one before it; each
// failure that may pass is answered, for a poll, by the last answer. What is left is what the mount fails on.
import type { Clock } from '../clock.ts';
import type { MountError } from '../errors.ts';
import type { Answer } from '../fetch/ports.ts';
import type { Answered } from '../lease/lease-manager.ts';
import type { Plan, Read } from '../plan/plan.ts';
import type { LastAnswers } from './last-answers.ts';
import type { Settled, StandIn } from './read-results.ts';
import type { Volume } from './volumes.ts';

/** @param keyOf whose the answer to a read is */
export function settleOutcomes(
  plan: Plan,
  volume: Volume,
  keyOf: (read: Read) => string,
  { outcomes, held }: Answered,
  lastAnswers: LastAnswers,
  clock: Clock,
): Settled {
  const answers = new Map<string, Answer>();
  const errors = new Map<string, MountError>();
  const absent = new Set<string>();
  const standIns = new Map<string, StandIn>();
  let newestAt = Number.NEGATIVE_INFINITY;

  for (const read of plan.reads) {
    const outcome = outcomes.get(read.key);
    if (outcome === undefined) continue;
    const late = 'late' in outcome ? outcome.late : undefined;
    if (late !== undefined && volume.isFirst) {
      errors.set(read.key, late);
      continue;
    }
    if (late !== undefined && 'answer' in outcome)
      standIns.set(read.key, { ageMs: clock.now() - outcome.answer.sentAt, reason: late.reason });
    // What is held is neither filed nor compared: it is the same until it is replaced.
    if ('answer' in outcome && held.has(read.key)) {
      answers.set(read.key, outcome.answer);
      continue;
    }
    if ('answer' in outcome) {
      answers.set(read.key, lastAnswers.keep(keyOf(read), volume, read, outcome.answer));
      newestAt = Math.max(newestAt, outcome.answer.sentAt);
      continue;
    }
    const standIn = lastAnswers.standIn(keyOf(read), volume, read, outcome.error);
    if (standIn !== undefined) {
      answers.set(read.key, standIn);
      standIns.set(read.key, { ageMs: clock.now() - standIn.sentAt, reason: outcome.error.reason });
      continue;
    }
    errors.set(read.key, outcome.error);
    if (outcome.error.kind === 'absent') absent.add(read.key);
  }
  return { answers, errors, absent, standIns, newestAt };
}

// Completes a round of reads. Each answer is filed, and replaced by the last one if both have the same data. On a poll, a
// read that failed transiently gets its last answer, or counts as absent if it last was. Remaining errors fail the mount.
import type { Clock } from '../clock.ts';
import type { MountError } from '../errors.ts';
import type { Answer } from '../fetch/ports.ts';
import type { LeaseResults } from '../lease/lease-manager.ts';
import type { Read } from '../plan/plan.ts';
import type { LastAnswers } from './last-answers.ts';
import type { ReadResults, StaleFallback } from './read-results.ts';
import { absenceId } from './volume-record.ts';
import type { Volume } from './volumes.ts';

/** @param wanted all reads of the round @param keyOf returns the key of the owner of a read's answer */
export function fallBack(
  wanted: readonly Read[],
  volume: Volume,
  keyOf: (read: Read) => string,
  { results, leases }: LeaseResults,
  lastAnswers: LastAnswers,
  clock: Clock,
): ReadResults {
  const answers = new Map<string, Answer>();
  const errors = new Map<string, MountError>();
  const absent = new Set<string>();
  const staleFallbacks = new Map<string, StaleFallback>();
  let newestAt = Number.NEGATIVE_INFINITY;

  for (const read of wanted) {
    const result = results.get(read.key);
    if (result === undefined) continue;
    const late = 'late' in result ? result.late : undefined;
    if (late !== undefined && volume.isFirst) {
      errors.set(read.key, late);
      continue;
    }
    if (late !== undefined && 'answer' in result)
      staleFallbacks.set(read.key, { ageMs: clock.now() - result.answer.sentAt, reason: late.reason });
    // A lease is neither filed nor compared: it stays the same until it is replaced.
    if ('answer' in result && leases.has(read.key)) {
      answers.set(read.key, result.answer);
      continue;
    }
    if ('answer' in result) {
      answers.set(read.key, lastAnswers.keep(keyOf(read), volume, read, result.answer));
      newestAt = Math.max(newestAt, result.answer.sentAt);
      continue;
    }
    const fallback = lastAnswers.fallbackFor(keyOf(read), volume, read, result.error);
    if (fallback !== undefined) {
      answers.set(read.key, fallback);
      staleFallbacks.set(read.key, { ageMs: clock.now() - fallback.sentAt, reason: result.error.reason });
      continue;
    }
    errors.set(read.key, result.error);
    const absentAt = result.error.isTransient ? volume.absences.get(absenceId(read)) : undefined;
    if (absentAt !== undefined && lastAnswers.isUsable(absentAt)) {
      absent.add(read.key);
      staleFallbacks.set(read.key, { ageMs: clock.now() - absentAt, reason: result.error.reason });
    }
    if (result.error.kind !== 'absent') continue;
    absent.add(read.key);
    lastAnswers.forget(keyOf(read), volume, read);
  }
  return { answers, errors, absent, staleFallbacks, newestAt };
}

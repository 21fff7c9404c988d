// The last answer to a read, and its record.
import { hash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { fromForm, toForm } from '../fetch/answer-form.ts';
import type { Answer, Stores } from '../fetch/ports.ts';
import type { PodRef } from '../pods.ts';
import { areTexts } from '../record-fields.ts';
import { Secret } from '../secret.ts';

/** The last answer to a read, and the pods for which it is kept. */
export interface LastAnswer {
  readonly answer: Answer;
  /** The account whose share of memory it takes (accountName). */
  readonly account: string;
  /** By uid, the pods that got it; empty if only callers without a pod did. */
  readonly pods: Map<string, PodRef>;
}

export function answerRecordId(key: string): string {
  return hash('sha256', key);
}

export function toAnswerRecord(key: string, { answer, account, pods }: LastAnswer, clock: Clock): Secret<string> {
  return new Secret(JSON.stringify({ key, account, pods: [...pods.values()], answer: toForm(answer, clock) }));
}

/** undefined if the record is malformed or from an incompatible version. */
export function parseAnswerRecord(
  record: Secret<string>,
  clock: Clock,
  parseBody: Stores['parseBody'],
): ({ readonly key: string } & LastAnswer) | undefined {
  try {
    const { key, account, pods, answer } = JSON.parse(record.reveal());
    const isWellFormed = areTexts(key, account) && pods.every(isPod);
    if (!isWellFormed) return undefined;
    const byUid = new Map<string, PodRef>(pods.map((pod: PodRef) => [pod.uid, pod]));
    return { key, account, pods: byUid, answer: fromForm(answer, clock, parseBody) };
  } catch {
    return undefined;
  }
}

function isPod({ namespace, name, uid }: PodRef): boolean {
  return areTexts(namespace, name, uid);
}

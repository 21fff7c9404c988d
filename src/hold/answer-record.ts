// The form in which an answer outlives the process: its body as text, its times as boot times.
import { hash } from 'node:crypto';
import { fromBoot, toBoot } from '../boot-time.ts';
import type { Clock } from '../clock.ts';
import type { Answer, Stores } from '../fetch/ports.ts';
import { Secret } from '../secret.ts';
import { areFlags, areNumbers, areTexts } from './forms.ts';
import type { HoldingPod } from './pods.ts';

/** A last answer, and for whom it is kept. */
export interface Kept {
  readonly answer: Answer;
  /** In whose share (accountName). */
  readonly account: string;
  /** By uid, the pods that were answered with it; none: only callers without a pod were. */
  readonly pods: Map<string, HoldingPod>;
}

export interface AnswerForm {
  readonly body: string;
  /** Boot time. */
  readonly sentAt: number;
  readonly hasLease: boolean;
  readonly leaseMs: number;
  readonly leaseId?: string | undefined;
  readonly isRenewable?: boolean | undefined;
}

export function toForm({ body, sentAt, hasLease, leaseMs, leaseId, isRenewable }: Answer, clock: Clock): AnswerForm {
  const times = { hasLease, leaseMs, leaseId, isRenewable };
  return { ...times, body: body.reveal().bytes.toString(), sentAt: toBoot(sentAt, clock) };
}

/** @throws where the form is none of ours. */
export function fromForm(
  { body: text, sentAt, ...rest }: AnswerForm,
  clock: Clock,
  parseBody: Stores['parseBody'],
): Answer {
  const body = parseBody(Buffer.from(text));
  const isOurs = areNumbers(sentAt, rest.leaseMs) && areFlags(rest.hasLease);
  if (!isOurs || body === undefined) throw new TypeError('not the form of an answer');
  return { ...rest, body: new Secret(body), sentAt: fromBoot(sentAt, clock), sizeBytes: body.sizeBytes };
}

export function answerRecordId(key: string): string {
  return hash('sha256', key);
}

export function toAnswerRecord(key: string, { answer, account, pods }: Kept, clock: Clock): Secret<string> {
  return new Secret(JSON.stringify({ key, account, pods: [...pods.values()], answer: toForm(answer, clock) }));
}

/** undefined: none of ours. */
export function parseAnswerRecord(
  record: Secret<string>,
  clock: Clock,
  parseBody: Stores['parseBody'],
): ({ readonly key: string } & Kept) | undefined {
  try {
    const { key, account, pods, answer } = JSON.parse(record.reveal());
    const isOurs = areTexts(key, account) && pods.every(isPod);
    if (!isOurs) return undefined;
    const byUid = new Map<string, HoldingPod>(pods.map((pod: HoldingPod) => [pod.uid, pod]));
    return { key, account, pods: byUid, answer: fromForm(answer, clock, parseBody) };
  } catch {
    return undefined;
  }
}

function isPod({ namespace, name, uid }: HoldingPod): boolean {
  return areTexts(namespace, name, uid);
}

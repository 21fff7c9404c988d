// The form in which an answer outlives the process: its body as text, its times as boot times.
import { fromBoot, toBoot } from '../boot-time.ts';
import type { Clock } from '../clock.ts';
import { areFlags, areNumbers } from '../record-fields.ts';
import { Secret } from '../secret.ts';
import type { Answer, Stores } from './ports.ts';

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

/** @throws if the form is malformed. */
export function fromForm(
  { body: text, sentAt, ...rest }: AnswerForm,
  clock: Clock,
  parseBody: Stores['parseBody'],
): Answer {
  const body = parseBody(Buffer.from(text));
  const isWellFormed = areNumbers(sentAt, rest.leaseMs) && areFlags(rest.hasLease);
  if (!isWellFormed || body === undefined) throw new TypeError('not the form of an answer');
  return { ...rest, body: new Secret(body), sentAt: fromBoot(sentAt, clock), sizeBytes: body.sizeBytes };
}

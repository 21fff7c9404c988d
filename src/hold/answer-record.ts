// The form in which an answer outlives the process: its body as text, its times as boot times.
import { fromBoot, toBoot } from '../boot-time.ts';
import type { Clock } from '../clock.ts';
import type { Answer } from '../fetch/ports.ts';
import { isJsonObject, parseJson } from '../json.ts';
import { Secret } from '../secret.ts';

export interface AnswerForm {
  readonly body: string;
  /** Boot time. */
  readonly sentAt: number;
  readonly hasLease: boolean;
  readonly leaseMs: number;
  readonly leaseId?: string | undefined;
  readonly isRenewable?: boolean | undefined;
  readonly sizeBytes: number;
}

export function toForm({ body, sentAt, ...rest }: Answer, clock: Clock): AnswerForm {
  return { ...rest, body: JSON.stringify(body.reveal()), sentAt: toBoot(sentAt, clock) };
}

/** @throws where the form is none of ours. */
export function fromForm({ body, sentAt, ...rest }: AnswerForm, clock: Clock): Answer {
  const parsed = parseJson(body);
  if (!isJsonObject(parsed)) throw new TypeError('not the form of an answer');
  return { ...rest, body: new Secret(parsed), sentAt: fromBoot(sentAt, clock) };
}

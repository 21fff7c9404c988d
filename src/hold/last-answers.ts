// The last answer to each read, kept for the time when the store is down, and for files that hold a whole
// answer: while its data stays the same the earlier answer is kept, so that a new request id is no rotation.
import type { Clock } from '../clock.ts';
import type { MountError } from '../errors.ts';
import type { Answer } from '../fetch/ports.ts';
import { isReading } from '../methods.ts';
import type { Read } from '../plan/plan.ts';
import type { Shelf } from '../shelf.ts';
import { answerRecordId, parseAnswerRecord, toAnswerRecord } from './answer-record.ts';
import { isSameAnswer } from './same-answer.ts';
import type { Volume } from './volumes.ts';

export interface LastAnswersOptions {
  readonly clock: Clock;
  readonly shelf: Shelf;
  /** How old an answer may be that stands in for the store's. */
  readonly maxStaleMs: number;
}

/** A restart takes an answer for so much older than it is, at most. */
const SAVE_EVERY_MS = 60_000;
/** In memory, as answers weigh themselves: a fifth of the heap that the daemon is given (64 MiB, docs/operations.md). */
const MAX_BYTES = 12 * 1024 * 1024;

export class LastAnswers {
  readonly #options: LastAnswersOptions;
  /** In the order in which they were filed. */
  readonly #answers = new Map<string, Answer>();
  /** When each was last recorded. */
  readonly #savedAt = new Map<string, number>();
  #bytes = 0;

  constructor(options: LastAnswersOptions) {
    this.#options = options;
    const found = Array.from(
      options.shelf.takeFound(),
      ([id, record]) => [id, parseAnswerRecord(record, options.clock)] as const,
    );
    for (const [id, parsed] of found.toSorted(([, a], [, b]) => (a?.answer.sentAt ?? 0) - (b?.answer.sentAt ?? 0))) {
      if (parsed === undefined) options.shelf.remove(id);
      else this.#set(parsed.key, parsed.answer);
    }
    this.#makeRoom();
  }

  /** Files an answer; the result is the one to render. */
  keep(sessionKey: string, volume: Volume, read: Read, answer: Answer): Answer {
    const key = answerKey(sessionKey, volume, read, isShared(read, answer));
    const known = this.#answers.get(key);
    if (known?.sentAt === answer.sentAt) return known;
    if (known !== undefined && known.sentAt > answer.sentAt) return settle(known, answer);
    const kept = known === undefined ? answer : settle(known, answer);
    this.#set(key, kept);
    this.#save(key, known, kept);
    this.#makeRoom();
    return kept;
  }

  /**
   * The outage rule: what stands in for the answer to a read that failed. Only for a poll, only where the failure
   * may pass, never beyond the bound on age or a lease's end.
   */
  standIn(sessionKey: string, volume: Volume, read: Read, error: MountError): Answer | undefined {
    if (volume.isFirst || !error.isPassing) return undefined;
    const now = this.#options.clock.now();
    const own = this.#answers.get(answerKey(sessionKey, volume, read, false));
    const answer = own ?? this.#answers.get(answerKey(sessionKey, volume, read, true));
    if (answer === undefined || now - answer.sentAt > this.#options.maxStaleMs) return undefined;
    if (answer.hasLease && now >= answer.sentAt + answer.leaseMs) return undefined;
    return answer;
  }

  #makeRoom(): void {
    const expiredAt = this.#options.clock.now() - this.#options.maxStaleMs;
    for (const [key, answer] of this.#answers) {
      if (this.#bytes <= MAX_BYTES && answer.sentAt >= expiredAt) return;
      this.#drop(key);
      this.#savedAt.delete(key);
      this.#options.shelf.remove(answerRecordId(key));
    }
  }

  #set(key: string, answer: Answer): void {
    this.#drop(key);
    this.#answers.set(key, answer);
    this.#bytes += answer.sizeBytes;
  }

  /** A record that only says that the answer is the same a little later need not be written each time. */
  #save(key: string, known: Answer | undefined, answer: Answer): void {
    const { clock, shelf, maxStaleMs } = this.#options;
    // It could stand in for nothing.
    if (maxStaleMs === 0) return;
    const savedAt = this.#savedAt.get(key) ?? Number.NEGATIVE_INFINITY;
    if (known?.body === answer.body && clock.now() < savedAt + SAVE_EVERY_MS) return;
    this.#savedAt.set(key, clock.now());
    shelf.put(answerRecordId(key), toAnswerRecord(key, answer, clock));
  }

  #drop(key: string): void {
    const known = this.#answers.get(key);
    if (known === undefined) return;
    this.#answers.delete(key);
    this.#bytes -= known.sizeBytes;
  }
}

function settle(known: Answer, answer: Answer): Answer {
  if (!isSameAnswer(known.body.reveal(), answer.body.reveal())) return answer;
  return { ...answer, body: known.body, sizeBytes: known.sizeBytes };
}

/** What a lease or a write made belongs to the volume that asked for it; anything else to all of the session. */
function isShared(read: Read, answer: Answer): boolean {
  return !answer.hasLease && isReading(read.method);
}

/** The session stands for who asks and where: an answer never reaches another identity's pod. */
function answerKey(sessionKey: string, volume: Volume, read: Read, isForAll: boolean): string {
  return [sessionKey, read.key, isForAll ? '' : volume.key].join('\0');
}

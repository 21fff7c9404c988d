// The last answer to each read, kept as the stale fallback for the time when the store is down, and for files that show a
// whole answer: while its data stays the same the earlier answer is kept, so that a new request id changes no file. It ends
// at `--max-stale`, with its lease, or with the last pod that had it, in memory and on the state folder.
import type { Clock } from '../clock.ts';
import type { MountError } from '../errors.ts';
import type { Emit } from '../events.ts';
import type { Answer, Stores } from '../fetch/ports.ts';
import type { Read } from '../plan/plan.ts';
import type { PodRef, PodUser } from '../pods.ts';
import { entryBytes, Pot } from '../pot.ts';
import type { RecordStore } from '../record-store.ts';
import { Sweeper } from '../sweeper.ts';
import { answerRecordId, type LastAnswer, parseAnswerRecord, toAnswerRecord } from './answer-record.ts';
import type { Volume } from './volumes.ts';

export interface LastAnswersOptions {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly records: RecordStore;
  readonly parseBody: Stores['parseBody'];
  /** How old a stale fallback may be. */
  readonly maxStaleMs: number;
}

/** After a restart an answer counts as older than it is by at most this. */
const SAVE_EVERY_MS = 60_000;
/** In memory, as answers weigh themselves: a fifth of the heap that the daemon is given (64 MiB, docs/operations.md). */
const MAX_BYTES = 12 * 1024 * 1024;
/** What a pod takes in each answer that it has; its names are one object for all of them. */
const POD_BYTES = 96;

export class LastAnswers implements PodUser {
  readonly #options: LastAnswersOptions;
  readonly #answers = new Map<string, LastAnswer>();
  readonly #pot = new Pot(MAX_BYTES);
  readonly #sweeper: Sweeper;
  /** When each was last recorded. */
  readonly #savedAt = new Map<string, number>();
  #reportedBytes: number | undefined;

  constructor(options: LastAnswersOptions) {
    const { clock, records, parseBody } = options;
    this.#options = options;
    this.#sweeper = new Sweeper(clock, (now) => this.#sweep(now));
    const found = Array.from(
      records.takeFound(),
      ([id, record]) => [id, parseAnswerRecord(record, clock, parseBody)] as const,
    );
    for (const [id, parsed] of found.toSorted(([, a], [, b]) => (a?.answer.sentAt ?? 0) - (b?.answer.sentAt ?? 0))) {
      if (parsed === undefined) records.remove(id);
      else this.#set(parsed.key, parsed);
    }
    this.#makeRoom();
    this.#sweeper.endsAt(this.#sweep(clock.now()));
  }

  get sizeBytes(): number {
    return this.#pot.sizeBytes;
  }

  get maxBytes(): number {
    return MAX_BYTES;
  }

  /** Files an answer; the result is the one to render. */
  keep(sessionKey: string, volume: Volume, read: Read, answer: Answer): Answer {
    const key = answerKey(sessionKey, volume, read, isShared(read, answer));
    const known = this.#answers.get(key);
    if (known !== undefined) this.#addPod(key, known, volume.pod);
    if (known?.answer.sentAt === answer.sentAt) return known.answer;
    if (known !== undefined && known.answer.sentAt > answer.sentAt) return sameBody(known.answer, answer);
    const kept = known === undefined ? answer : sameBody(known.answer, answer);
    const pods = known?.pods ?? new Map<string, PodRef>();
    if (volume.pod !== undefined) pods.set(volume.pod.uid, volume.pod);
    this.#set(key, { answer: kept, account: volume.account, pods });
    this.#save(key, known?.answer, { answer: kept, account: volume.account, pods });
    this.#makeRoom();
    this.#sweeper.endsAt(this.#endOf(kept));
    this.#count();
    return kept;
  }

  /**
   * The stale fallback for a read that failed. Only for a poll, only if the failure is transient, never beyond the bound on age
   * or a lease's end.
   */
  fallbackFor(sessionKey: string, volume: Volume, read: Read, error: MountError): Answer | undefined {
    if (volume.isFirst || !error.isTransient) return undefined;
    const ownKey = answerKey(sessionKey, volume, read, false);
    const key = this.#answers.has(ownKey) ? ownKey : answerKey(sessionKey, volume, read, true);
    const kept = this.#answers.get(key);
    if (kept === undefined || this.#isOver(kept.answer, this.#options.clock.now())) return undefined;
    // The record of an earlier process may not name this pod yet.
    this.#addPod(key, kept, volume.pod);
    return kept.answer;
  }

  /** Whether what the store said then may be used in place of what it says now. */
  isUsable(sentAt: number): boolean {
    return this.#options.clock.now() <= sentAt + this.#options.maxStaleMs;
  }

  /** The store said that there is nothing any more: what was deleted must not come back while the store is down. */
  forget(sessionKey: string, volume: Volume, read: Read): void {
    for (const isForAll of [false, true]) {
      const key = answerKey(sessionKey, volume, read, isForAll);
      if (this.#answers.has(key)) this.#drop(key);
    }
    this.#count();
  }

  /** Also those of volumes that were not delivered yet. */
  *pods(): Iterable<PodRef> {
    for (const { pods } of this.#answers.values()) yield* pods.values();
  }

  podGone(podUid: string): void {
    for (const [key, { pods }] of this.#answers) if (pods.delete(podUid) && pods.size === 0) this.#drop(key);
    this.#count();
  }

  #endOf({ sentAt, hasLease, leaseMs }: Answer): number {
    const { maxStaleMs } = this.#options;
    return sentAt + (hasLease ? Math.min(maxStaleMs, leaseMs) : maxStaleMs);
  }

  #isOver(answer: Answer, now: number): boolean {
    return now > this.#endOf(answer) || (answer.hasLease && now >= answer.sentAt + answer.leaseMs);
  }

  #sweep(now: number): number {
    let nextAt = Number.POSITIVE_INFINITY;
    for (const [key, { answer }] of this.#answers) {
      if (this.#isOver(answer, now)) this.#drop(key);
      else nextAt = Math.min(nextAt, this.#endOf(answer));
    }
    this.#count();
    return nextAt;
  }

  /** A poll whose answers say nothing new changes nothing. */
  #count(): void {
    if (this.sizeBytes === this.#reportedBytes) return;
    this.#reportedBytes = this.sizeBytes;
    this.#options.emit({ type: 'kept', what: 'last answers', sizeBytes: this.sizeBytes });
  }

  #makeRoom(): void {
    for (let over = this.#pot.overflow(); over !== undefined; over = this.#pot.overflow()) this.#drop(over);
  }

  #set(key: string, kept: LastAnswer): void {
    this.#answers.set(key, kept);
    this.#pot.put(key, kept.account, entryBytes(key, kept.answer.sizeBytes + POD_BYTES * kept.pods.size));
  }

  #addPod(key: string, kept: LastAnswer, pod: PodRef | undefined): void {
    if (pod === undefined || kept.pods.has(pod.uid)) return;
    kept.pods.set(pod.uid, pod);
    this.#set(key, kept);
  }

  /** A record that only differs by a little more time need not be written each time. */
  #save(key: string, known: Answer | undefined, kept: LastAnswer): void {
    const { clock, records, maxStaleMs } = this.#options;
    // It could not be a fallback for anything.
    if (maxStaleMs === 0 || !records.isKept) return;
    const savedAt = this.#savedAt.get(key) ?? Number.NEGATIVE_INFINITY;
    if (known?.body === kept.answer.body && clock.now() < savedAt + SAVE_EVERY_MS) return;
    this.#savedAt.set(key, clock.now());
    records.put(answerRecordId(key), toAnswerRecord(key, kept, clock), kept.account);
  }

  #drop(key: string): void {
    this.#answers.delete(key);
    this.#pot.delete(key);
    this.#savedAt.delete(key);
    this.#options.records.remove(answerRecordId(key));
  }
}

function sameBody(known: Answer, answer: Answer): Answer {
  if (!known.body.reveal().isSameAs(answer.body.reveal())) return answer;
  return { ...answer, body: known.body, sizeBytes: known.sizeBytes };
}

/** What a lease or a write made belongs to the volume that asked for it; anything else to all of the session. */
function isShared(read: Read, answer: Answer): boolean {
  return !answer.hasLease && read.effect === 'read';
}

/** The session stands for who asks and where: an answer never reaches another identity's pod. */
function answerKey(sessionKey: string, volume: Volume, read: Read, isForAll: boolean): string {
  return [sessionKey, read.key, isForAll ? '' : volume.key].join('\0');
}

// The last answer to each read. It is the stale fallback while the store is down. It also keeps files with a whole answer
// stable: while the data is the same, the earlier answer is used, so a new request id changes no file. It is dropped from
// memory and the state folder at `--max-stale`, when its lease ends, or with the last pod that got it.
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

/** An unchanged answer is recorded at most this often, so after a restart it may seem this much older than it is. */
const SAVE_EVERY_MS = 60_000;
/** Bound on answers in memory: a fifth of the daemon's heap (64 MiB, docs/operations.md). */
const MAX_BYTES = 12 * 1024 * 1024;
/** Memory of one pod in one answer. Its PodRef is shared by all answers. */
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

  /** Files an answer. @returns the answer to render, with the earlier body if both bodies have the same content */
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
    // The record of an earlier process may lack this pod.
    this.#addPod(key, kept, volume.pod);
    return kept.answer;
  }

  /** Whether an answer sent then is recent enough to be a stale fallback. */
  isUsable(sentAt: number): boolean {
    return this.#options.clock.now() <= sentAt + this.#options.maxStaleMs;
  }

  /** Call when the store says that the path does not exist: deleted content must not come back while the store is down. */
  forget(sessionKey: string, volume: Volume, read: Read): void {
    for (const isForAll of [false, true]) {
      const key = answerKey(sessionKey, volume, read, isForAll);
      if (this.#answers.has(key)) this.#drop(key);
    }
    this.#count();
  }

  /** Includes pods whose volume has had no delivery yet. */
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

  /** Reports the size if it has changed. */
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

  /** Skips the write if only the time has changed, and by little. */
  #save(key: string, known: Answer | undefined, kept: LastAnswer): void {
    const { clock, records, maxStaleMs } = this.#options;
    // Without a state folder or with --max-stale=0 the record would never be used.
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

/** False for a lease or a write, which belongs to its volume. Any other answer belongs to all of the session. */
function isShared(read: Read, answer: Answer): boolean {
  return !answer.hasLease && read.effect === 'read';
}

/** The session key identifies caller and store, so an answer never reaches another identity's pod. */
function answerKey(sessionKey: string, volume: Volume, read: Read, isForAll: boolean): string {
  return [sessionKey, read.key, isForAll ? '' : volume.key].join('\0');
}

// One answer that polls must not ask for again, and the moments of its life. Its states:
//   live      serves
//   due       serves, but the next poll asks for another
//   replaced  another took its place; kept until every volume that had it has the other, and a while longer
//   ended     of no use: run out, lost with its token, or given back
import { randomBytes } from 'node:crypto';
import type { LeaseFact } from '../events.ts';
import type { Answer, Door, LeaseGrant } from '../fetch/ports.ts';
import { JsonText } from '../json-text/json-text.ts';
import { grantTimes, isShortened, isUrgent, retryAt } from '../lifetime.ts';
import type { Read, StoreSettings } from '../plan/plan.ts';
import { Secret } from '../secret.ts';
import type { LeaseLogin } from '../session/session-source.ts';
import type { Token } from '../session/token.ts';
import { type LeaseStatus, type Moment, spanTo } from '../status.ts';
import type { Schedule } from './schedule.ts';

export type LeaseState = 'active' | 'due' | 'superseded' | 'ended';

/** Of its life, what is left when it counts as near its end: beyond the moment to act (life.ts) and some polls. */
const NEAR_END_SHARE = 0.1;

/** Whose it is, for people. */
export interface Owner {
  readonly namespace: string;
  readonly account: string;
  /** Empty where all pods of the account share it. */
  readonly pod: string;
}

export interface LeaseOptions {
  /** Of its record; undefined: a new one. */
  readonly id?: string;
  readonly owner: Owner;
  /** Who holds it together, and which read it answers. */
  readonly key: string;
  readonly read: Read;
  readonly door: Door;
  /** How that store is reached, for a later process. */
  readonly store: StoreSettings;
  readonly answer: Answer;
  readonly schedule: Schedule;
  /** The life it was first granted; undefined: this one. */
  readonly firstMs?: number;
  /** On which its lease hangs; undefined where it has none. */
  readonly token: Token | undefined;
  /** Of the token, where that is its own and ends with it. */
  readonly login: LeaseLogin | undefined;
  readonly random: () => number;
}

/** Beside its answer, as measured with 8,000: its login, the renewals of both, its records. */
export const LEASE_BYTES = 6 * 1024;

export class Lease {
  readonly id: string;
  readonly key: string;
  readonly owner: Owner;
  readonly read: Read;
  readonly door: Door;
  readonly store: StoreSettings;
  readonly answer: Answer;
  readonly token: Token | undefined;
  readonly login: LeaseLogin | undefined;
  /** Keys of the volumes that were delivered it last. */
  readonly volumes = new Set<string>();
  state: LeaseState = 'active';
  /** clock.now() of the last mount that was answered with it. */
  usedAt: number;
  /** clock.now() since which no volume has it. */
  leftAt = Number.NEGATIVE_INFINITY;
  renewAt: number;
  /** It was said that it is too short. */
  isShortLifeLogged = false;
  #endsAt: number;
  readonly #dueAt: number;
  readonly firstMs: number;
  readonly #random: () => number;
  readonly #over = new AbortController();

  constructor({
    id = randomBytes(16).toString('hex'),
    key,
    owner,
    read,
    door,
    store,
    answer,
    schedule,
    firstMs,
    token,
    login,
    random,
  }: LeaseOptions) {
    this.id = id;
    this.key = key;
    this.owner = owner;
    this.read = read;
    this.door = door;
    this.store = store;
    this.answer = answer;
    this.token = token;
    this.login = login;
    this.usedAt = answer.sentAt;
    this.renewAt = schedule.renewAt;
    this.#endsAt = schedule.endsAt;
    this.#dueAt = schedule.dueAt;
    this.firstMs = firstMs ?? schedule.endsAt - answer.sentAt;
    this.#random = random;
    this.#carry();
  }

  /** Its own, whatever its token's. */
  get schedule(): Schedule {
    return { endsAt: this.#endsAt, renewAt: this.renewAt, dueAt: this.#dueAt };
  }

  /** Aborts when it has ended: what waits for a moment of its life must not keep it in memory. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** What the store and the class put into memory with it. */
  get contentBytes(): number {
    const { answer, read } = this;
    const texts = [answer.leaseId, read.key, read.path, read.body?.reveal()];
    return LEASE_BYTES + answer.sizeBytes + texts.reduce((bytes, text) => bytes + (text?.length ?? 0), 0);
  }

  end(): void {
    this.state = 'ended';
    // A reason of our own: the usual one is an error, whose stack keeps the mount under way in memory.
    this.#over.abort('over');
  }

  /** What is left when it has ended here and the store is yet to take it back: no value. */
  spent(): Lease {
    const { id, key, owner, read, door, store, schedule, firstMs, token, login } = this;
    const answer = { ...this.answer, body: new Secret(JsonText.EMPTY), sizeBytes: 0 };
    const rest = { id, key, owner, read, door, store, schedule, firstMs, token, login, random: this.#random };
    const spent = new Lease({ ...rest, answer });
    spent.state = 'superseded';
    return spent;
  }

  /** The earlier of its own end and its token's. */
  get endsAt(): number {
    if (this.token === undefined) return this.#endsAt;
    return this.token.isOver ? Number.NEGATIVE_INFINITY : Math.min(this.#endsAt, this.token.endsAt);
  }

  serves(now: number): boolean {
    return (this.state === 'active' || this.state === 'due') && now < this.endsAt;
  }

  /** The next poll asks for another: for its age, or because its token cannot be renewed much longer. */
  isDue(now: number): boolean {
    return this.state === 'due' || now >= this.#dueAt || this.#isTokenEnding(now);
  }

  renewed({ sentAt, leaseMs, isRenewable }: LeaseGrant): void {
    const { endsAt, renewAt } = grantTimes({ sentAt, ttlMs: leaseMs }, this.#random);
    this.#endsAt = endsAt;
    this.renewAt = renewAt;
    this.#carry();
    if (!isRenewable || isShortened(leaseMs, this.firstMs)) this.becomeDue();
  }

  renewalFailed(now: number): void {
    this.renewAt = retryAt(now, this.endsAt);
  }

  /** Its life cannot be lengthened any more. */
  becomeDue(): void {
    if (this.state === 'active') this.state = 'due';
    this.renewAt = Number.POSITIVE_INFINITY;
  }

  isUrgent(now: number): boolean {
    return isUrgent(now, this.endsAt, this.firstMs);
  }

  /** From when on it should have been renewed or replaced. */
  get nearEndAt(): number {
    return this.endsAt - (Number.isFinite(this.firstMs) ? this.firstMs * NEAR_END_SHARE : 0);
  }

  /** Its token will be renewed no further; one whose uses are counted never is. */
  #isTokenEnding(now: number): boolean {
    if (this.token === undefined) return false;
    const { isUseLimited: isCounted, renewAt: actAt, endsAt } = this.token;
    return isCounted ? now >= actAt : actAt === Number.POSITIVE_INFINITY && endsAt < Number.POSITIVE_INFINITY;
  }

  /** Its token must not be given back before it. */
  #carry(): void {
    this.token?.leaseEndsAt(this.#endsAt);
  }
}

/**
 * @param isSilent nobody polls for it
 * @param isRenewed its lease is renewed all the same
 * @param overlapMs how long it lives on once it was replaced everywhere
 */
export function describeLease(
  lease: Lease,
  now: number,
  { isSilent, isRenewed, overlapMs }: { isSilent: boolean; isRenewed: boolean; overlapMs: number },
): LeaseStatus {
  const { owner, read, door, volumes: users } = lease;
  const isEnding = lease.state !== 'superseded' && isSilent && (!isRenewed || lease.isDue(now));
  const state = isEnding ? 'ending' : lease.state === 'active' && lease.isDue(now) ? 'due' : lease.state;
  return {
    ...owner,
    request: `${read.method} ${read.path}`,
    address: door.address,
    state,
    endsInMs: spanTo(lease.endsAt, now),
    next: nextOf(lease, state, now, overlapMs),
    volumes: users.size,
  };
}

function nextOf(lease: Lease, state: LeaseStatus['state'], now: number, overlapMs: number): Moment {
  if (state === 'due') return { what: 'replace at the next poll', inMs: null };
  if (lease.volumes.size === 0) {
    const backAt = Math.max(lease.leftAt, lease.usedAt) + overlapMs;
    return { what: 'revoke', inMs: spanTo(Math.min(backAt, lease.endsAt), now) };
  }
  if (state === 'superseded') return { what: 'wait until all its volumes have the new one', inMs: null };
  if (state === 'ending') return { what: 'end', inMs: spanTo(lease.endsAt, now) };
  const { renewAt, dueAt } = lease.schedule;
  if (renewAt < dueAt) return { what: 'renew', inMs: spanTo(renewAt, now) };
  if (Number.isFinite(dueAt)) return { what: 'due', inMs: spanTo(dueAt, now) };
  return { what: "wait for its pod's end", inMs: null };
}

export function factOf({ owner, read }: Lease, event: LeaseFact['event']): LeaseFact {
  return { type: 'lease', event, ...owner, request: `${read.method} ${read.path}` };
}

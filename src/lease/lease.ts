// A managed lease: a response that polls must not ask for again, and the events of its life. Nobody else changes its state:
//
//   active ------------------- renewed -----------------------> active
//   active ------------------- cannotBeRenewed, a short grant -> due         serves; the next poll has another issued
//   active | due ------------- superseded --------------------> superseded  its volumes move to the one in its place
//   active | due | superseded  revocationStarted -------------> revoking    serves nothing; its value is dropped
//   active | due | superseded  expired | lost ----------------> ended
//   revoking ----------------- revocationEnded ---------------> ended
//
// A superseded lease is renewed too, as long as a volume uses it, and a renewal that was under way when its revocation started
// moves its end. A lease is also due by its age, or because its token can be renewed no further: isDue() tells. Which volumes
// use it lease-users.ts knows; when to revoke it lease-table.ts decides.
import { randomBytes } from 'node:crypto';
import type { Answer, LeaseGrant, StoreClient } from '../fetch/ports.ts';
import { grantTimes, isShortened, isUrgent, recheckAt, retryAt } from '../lifetime.ts';
import type { Read, StoreSettings } from '../plan/plan.ts';
import { Secret } from '../secret.ts';
import type { LeaseLogin } from '../session/session-source.ts';
import type { Token } from '../session/token.ts';
import { type Edges, StateMachine } from '../state-machine.ts';
import type { Schedule } from './schedule.ts';

export type LeaseState = 'active' | 'due' | 'superseded' | 'revoking' | 'ended';
export type LeaseEnd = 'expired' | 'lost' | 'revoked' | 'not revoked';

type LeaseEvent = 'renewed' | 'cannotBeRenewed' | 'superseded' | 'revocationStarted' | 'revocationEnded' | 'ended';

const EDGES: Edges<LeaseState, LeaseEvent> = {
  renewed: { active: 'active', due: 'due', superseded: 'superseded', revoking: 'revoking' },
  cannotBeRenewed: { active: 'due', due: 'due', superseded: 'superseded', revoking: 'revoking' },
  superseded: { active: 'superseded', due: 'superseded' },
  revocationStarted: { active: 'revoking', due: 'revoking', superseded: 'revoking' },
  revocationEnded: { revoking: 'ended' },
  ended: { active: 'ended', due: 'ended', superseded: 'ended' },
};

/** Share of its life left when it counts as near its end: later than the time to renew (lifetime.ts) plus some polls. */
const NEAR_END_SHARE = 0.1;

/** Whose lease it is, for logs, status and the bounds on memory. */
export interface Owner {
  readonly namespace: string;
  readonly account: string;
  /** Empty if all pods of the account share it. */
  readonly pod: string;
}

export interface LeaseOptions {
  /** The id from its record; undefined: a new id. */
  readonly id?: string;
  /** The state from its record; undefined: active. */
  readonly state?: 'active' | 'due' | 'superseded';
  readonly owner: Owner;
  /** Identifies who shares it and which read it answers. */
  readonly key: string;
  readonly read: Read;
  readonly client: StoreClient;
  /** The settings with which a later process reaches the store. */
  readonly store: StoreSettings;
  readonly answer: Answer;
  readonly schedule: Schedule;
  /** Its life when it was issued; undefined: it is issued now, and `schedule` has its life. */
  readonly firstMs?: number;
  /** The token it depends on; undefined if it has no lease of the store. */
  readonly token: Token | undefined;
  /** Set if that token belongs to this lease alone and ends with it. */
  readonly login: LeaseLogin | undefined;
  readonly random: () => number;
}

/** Memory beside its answer, measured with 8,000 leases: its login, the pending renewals of both, its records. */
export const LEASE_BYTES = 6 * 1024;

export class Lease {
  readonly id: string;
  readonly key: string;
  readonly owner: Owner;
  readonly read: Read;
  readonly client: StoreClient;
  readonly store: StoreSettings;
  readonly token: Token | undefined;
  readonly login: LeaseLogin | undefined;
  readonly firstMs: number;
  readonly #machine: StateMachine<LeaseState, LeaseEvent>;
  readonly #dueAt: number;
  readonly #random: () => number;
  readonly #over = new AbortController();
  readonly #volumes = new Set<string>();
  #answer: Answer;
  #end: LeaseEnd | undefined;
  #endsAt: number;
  #renewAt: number;
  #usedAt: number;
  #unusedSince = Number.NEGATIVE_INFINITY;

  constructor(options: LeaseOptions) {
    const { answer, schedule, firstMs = schedule.endsAt - answer.sentAt, state = 'active' } = options;
    this.id = options.id ?? randomBytes(16).toString('hex');
    this.key = options.key;
    this.owner = options.owner;
    this.read = options.read;
    this.client = options.client;
    this.store = options.store;
    this.token = options.token;
    this.login = options.login;
    this.firstMs = firstMs;
    this.#machine = new StateMachine(EDGES, state);
    this.#answer = answer;
    this.#usedAt = answer.sentAt;
    this.#renewAt = schedule.renewAt;
    this.#endsAt = schedule.endsAt;
    this.#dueAt = schedule.dueAt;
    this.#random = options.random;
    this.token?.leaseEndsAt(this.#endsAt);
  }

  get state(): LeaseState {
    return this.#machine.state;
  }

  /** Why it ended; undefined until then. */
  get end(): LeaseEnd | undefined {
    return this.#end;
  }

  /** Its value is removed when revocation starts. */
  get answer(): Answer {
    return this.#answer;
  }

  /** Keys of the volumes whose last response had it. */
  get volumes(): ReadonlySet<string> {
    return this.#volumes;
  }

  /** clock.now() of the last mount that was answered with it. */
  get usedAt(): number {
    return this.#usedAt;
  }

  /** clock.now() since which no volume has it. */
  get unusedSince(): number {
    return this.#unusedSince;
  }

  get renewAt(): number {
    return this.#renewAt;
  }

  /** The lease's own times, ignoring its token. */
  get schedule(): Schedule {
    return { endsAt: this.#endsAt, renewAt: this.#renewAt, dueAt: this.#dueAt };
  }

  /** The earlier of its own end and its token's. */
  get endsAt(): number {
    if (this.token === undefined) return this.#endsAt;
    return this.token.isOver ? Number.NEGATIVE_INFINITY : Math.min(this.#endsAt, this.token.endsAt);
  }

  /** Revoked, being revoked, or ended by itself. */
  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** Aborts when it is over, so that pending waits do not keep it in memory. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** Bytes that it counts for: LEASE_BYTES, and all that comes from the store and the class. */
  get contentBytes(): number {
    const { answer, read } = this;
    const texts = [answer.leaseId, read.key, read.path, read.body?.reveal()];
    return LEASE_BYTES + answer.sizeBytes + texts.reduce((bytes, text) => bytes + (text?.length ?? 0), 0);
  }

  serves(now: number): boolean {
    return (this.state === 'active' || this.state === 'due') && now < this.endsAt;
  }

  /** Whether the next poll must reissue it: due to its age, or because it or its token cannot be renewed much longer. */
  isDue(now: number): boolean {
    return this.state === 'due' || now >= this.#dueAt || this.#isTokenEnding(now);
  }

  isUrgent(now: number): boolean {
    return isUrgent(now, this.endsAt, this.firstMs);
  }

  /** clock.now() by which it should have been renewed or replaced. */
  get nearEndAt(): number {
    return this.endsAt - (Number.isFinite(this.firstMs) ? this.firstMs * NEAR_END_SHARE : 0);
  }

  renewed({ sentAt, leaseMs, isRenewable }: LeaseGrant): void {
    if (!this.#machine.on('renewed')) return;
    const { endsAt, renewAt } = grantTimes({ sentAt, ttlMs: leaseMs }, this.#random);
    this.#endsAt = endsAt;
    this.#renewAt = renewAt;
    this.token?.leaseEndsAt(endsAt);
    if (!isRenewable || isShortened(leaseMs, this.firstMs)) this.cannotBeRenewed();
  }

  renewalFailed(now: number): void {
    if (!this.isOver) this.#renewAt = retryAt(now, this.endsAt);
  }

  /** Postpones its renewal while no volume polls for it. */
  renewalPostponed(now: number): void {
    if (!this.isOver) this.#renewAt = recheckAt(now, this.endsAt);
  }

  cannotBeRenewed(): void {
    if (this.#machine.on('cannotBeRenewed')) this.#renewAt = Number.POSITIVE_INFINITY;
  }

  /** @returns false if it did not serve. */
  superseded(): boolean {
    return this.#machine.on('superseded');
  }

  /** Drops its value at once, because a store that is down may delay revocation for hours. @returns false if it is over. */
  revocationStarted(): boolean {
    if (!this.#machine.on('revocationStarted')) return false;
    this.#answer = { ...this.#answer, body: new Secret(this.#answer.body.reveal().emptied()), sizeBytes: 0 };
    this.#abortWaits();
    return true;
  }

  revocationEnded(isRevoked: boolean): void {
    if (this.#machine.on('revocationEnded')) this.#end = isRevoked ? 'revoked' : 'not revoked';
  }

  expired(): void {
    this.#ended('expired');
  }

  /** The store knows it no longer. */
  lost(): void {
    this.#ended('lost');
  }

  used(now: number): void {
    this.#usedAt = now;
  }

  /** Records that the volume uses it. */
  attachedTo(volumeKey: string): void {
    this.#volumes.add(volumeKey);
  }

  detachedFrom(volumeKey: string): void {
    this.#volumes.delete(volumeKey);
  }

  /** Records that no volume uses it any more. */
  unused(now: number): void {
    this.#unusedSince = now;
  }

  /** Whether its token cannot be renewed further. A use-limited token never can. */
  #isTokenEnding(now: number): boolean {
    if (this.token === undefined) return false;
    const { isUseLimited, renewAt, endsAt } = this.token;
    return isUseLimited ? now >= renewAt : renewAt === Number.POSITIVE_INFINITY && endsAt < Number.POSITIVE_INFINITY;
  }

  #ended(end: LeaseEnd): void {
    if (!this.#machine.on('ended')) return;
    this.#end = end;
    this.#abortWaits();
  }

  #abortWaits(): void {
    // Pass a string: the default reason is an Error, whose stack would keep the mount under way in memory.
    this.#over.abort('over');
  }
}

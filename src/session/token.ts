// One token of the store and the events of its life. Nobody else changes its state:
//
//   active ------------- renewed --------------------------> active
//   active ------------- cannotBeRenewed, a short grant ---> ending      serves; the next use logs in beside it
//   active | ending ---- superseded -----------------------> superseded  another login took its place; reads may still use it
//   superseded --------- reinstated -----------------------> active      for the one lease that was found on it
//   any of these ------- revocationStarted ----------------> revoking    serves nothing any more
//   any of these ------- expired | refused | leftToExpire -> ended
//   revoking ----------- revocationEnded ------------------> ended
//
// A superseded token is renewed too, as long as a lease needs it, and a renewal that was under way when its revocation started
// moves its end.
import { grantTimes, isShortened, isUrgent, retryAt } from '../lifetime.ts';
import type { Secret } from '../secret.ts';
import { type Edges, StateMachine } from '../state-machine.ts';
import type { Grant } from './ports.ts';

export type TokenState = 'active' | 'ending' | 'superseded' | 'revoking' | 'ended';
export type TokenEnd = 'expired' | 'refused' | 'left to expire' | 'revoked' | 'not revoked';

type TokenEvent =
  | 'renewed'
  | 'cannotBeRenewed'
  | 'superseded'
  | 'reinstated'
  | 'revocationStarted'
  | 'revocationEnded'
  | 'ended';

const EDGES: Edges<TokenState, TokenEvent> = {
  renewed: { active: 'active', ending: 'ending', superseded: 'superseded', revoking: 'revoking' },
  cannotBeRenewed: { active: 'ending', ending: 'ending', superseded: 'superseded', revoking: 'revoking' },
  superseded: { active: 'superseded', ending: 'superseded' },
  reinstated: { superseded: 'active' },
  revocationStarted: { active: 'revoking', ending: 'revoking', superseded: 'revoking' },
  revocationEnded: { revoking: 'ended' },
  ended: { active: 'ended', ending: 'ended', superseded: 'ended' },
};

/** What the record of an earlier process adds to a grant. */
export interface EarlierToken {
  /** TTL of its first grant; the grant given is what is left of it. */
  readonly firstTtlMs: number;
  readonly renewAt: number;
  readonly leases: number;
}

export class Token {
  readonly secret: Secret<string>;
  readonly isRenewable: boolean;
  readonly isRevocable: boolean;
  /** The store limits its uses (`num_uses`), so only one mount uses it. */
  readonly isUseLimited: boolean;
  readonly proves: Grant['proves'];
  /** The account as which the store accepted the caller. */
  readonly account: string;
  /** TTL of the first grant; a renewal well below it means max_ttl is near. */
  readonly firstTtlMs: number;
  readonly #machine = new StateMachine(EDGES, 'active');
  readonly #random: () => number;
  readonly #over = new AbortController();
  #end: TokenEnd | undefined;
  #endsAt: number;
  #renewAt: number;
  #provedAt = Number.NEGATIVE_INFINITY;
  #keepUntil = Number.NEGATIVE_INFINITY;
  #leases = 0;

  constructor(grant: Grant, random: () => number, earlier?: EarlierToken) {
    this.secret = grant.token;
    this.isRenewable = grant.isRenewable && !grant.isBatch;
    this.isRevocable = !grant.isBatch;
    this.isUseLimited = grant.uses > 0;
    this.proves = grant.proves;
    this.account = grant.account;
    this.#random = random;
    const { endsAt, renewAt } = grantTimes(grant, random);
    this.firstTtlMs = earlier?.firstTtlMs ?? grant.ttlMs;
    this.#endsAt = endsAt;
    this.#renewAt = earlier?.renewAt ?? renewAt;
    this.#leases = earlier?.leases ?? 0;
    if (!this.#isRenewedAgain) this.cannotBeRenewed();
  }

  get state(): TokenState {
    return this.#machine.state;
  }

  /** Why it ended; undefined until then. */
  get end(): TokenEnd | undefined {
    return this.#end;
  }

  get endsAt(): number {
    return this.#endsAt;
  }

  /** When to renew it or, if it cannot be renewed, to let the next use log in. */
  get renewAt(): number {
    return this.#renewAt;
  }

  /** clock.now() of the last answer that showed the token to be valid. */
  get provedAt(): number {
    return this.#provedAt;
  }

  /** clock.now() at which the last lease issued under it ends. Revoking it earlier would end that lease. */
  get keepUntil(): number {
    return this.#keepUntil;
  }

  /** How many leases were read under it. */
  get leases(): number {
    return this.#leases;
  }

  /** Revoked, being revoked, or ended by itself. */
  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** Aborts when it is over, so that pending waits do not keep it in memory. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  serves(now: number): boolean {
    return (this.state === 'active' || this.state === 'ending') && now < this.#endsAt;
  }

  /** A lease still depends on it. */
  mustOutlive(now: number): boolean {
    return this.#keepUntil > now;
  }

  isUrgent(now: number): boolean {
    return isUrgent(now, this.#endsAt, this.firstTtlMs);
  }

  renewed(grant: Grant): void {
    if (!this.#machine.on('renewed')) return;
    const { endsAt, renewAt } = grantTimes(grant, this.#random);
    this.#endsAt = endsAt;
    this.#renewAt = renewAt;
    if (isShortened(grant.ttlMs, this.firstTtlMs)) this.cannotBeRenewed();
  }

  renewalFailed(now: number): void {
    if (!this.isOver) this.#renewAt = retryAt(now, this.#endsAt);
  }

  cannotBeRenewed(): void {
    if (this.#machine.on('cannotBeRenewed')) this.#renewAt = Number.POSITIVE_INFINITY;
  }

  /** @returns false if it was not in use. */
  superseded(): boolean {
    return this.#machine.on('superseded');
  }

  reinstated(): void {
    if (this.#machine.on('reinstated') && !this.#isRenewedAgain) this.cannotBeRenewed();
  }

  /** @returns false if it is over. */
  revocationStarted(): boolean {
    const isStarted = this.#machine.on('revocationStarted');
    if (isStarted) this.#abortWaits();
    return isStarted;
  }

  revocationEnded(isRevoked: boolean): void {
    if (this.#machine.on('revocationEnded')) this.#end = isRevoked ? 'revoked' : 'not revoked';
  }

  expired(): void {
    this.#ended('expired');
  }

  /** The store says that it is not a valid token. */
  refused(): void {
    this.#ended('refused');
  }

  leftToExpire(): void {
    this.#ended('left to expire');
  }

  /** The store accepted it at `at`. */
  proved(at: number): void {
    this.#provedAt = Math.max(this.#provedAt, at);
  }

  leaseIssued(endsAt: number): void {
    this.#leases += 1;
    this.leaseEndsAt(endsAt);
  }

  /** Extends `keepUntil` to the end of a lease. */
  leaseEndsAt(at: number): void {
    this.#keepUntil = Math.max(this.#keepUntil, at);
  }

  /** A lease issued under it was discarded. */
  leaseDiscarded(): void {
    this.#leases -= 1;
  }

  get #isRenewedAgain(): boolean {
    return Number.isFinite(this.#renewAt) || !Number.isFinite(this.#endsAt);
  }

  #ended(end: TokenEnd): void {
    if (!this.#machine.on('ended')) return;
    this.#end = end;
    this.#abortWaits();
  }

  #abortWaits(): void {
    // Pass a string: the default reason is an Error, whose stack would keep the mount under way in memory.
    this.#over.abort('over');
  }
}

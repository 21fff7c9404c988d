// One token and the moments of its life. Its states:
//   fresh    serves; at `actAt` it is renewed or, where that is not possible, becomes ending
//   ending   serves, but the next caller logs in anew beside it
//   retired  replaced; given back once nothing under way uses it and no lease hangs on it
//   gone     ended, refused by the store, or given back
import { grantTimes, isShortened, isUrgent, retryAt } from '../lifetime.ts';
import type { Secret } from '../secret.ts';
import type { Grant } from './ports.ts';

export type TokenState = 'active' | 'ending' | 'superseded' | 'ended';

export class Token {
  readonly secret: Secret<string>;
  readonly isRenewable: boolean;
  readonly isRevocable: boolean;
  /** The store counts its uses: one mount has it, nobody else. */
  readonly isUseLimited: boolean;
  readonly metadata: ReadonlyMap<string, string>;
  state: TokenState = 'active';
  /** clock.now() of the last answer that showed the token to be good. */
  provedAt = Number.NEGATIVE_INFINITY;
  /** A lease read under this token lives until then and dies with it. */
  keepUntil = Number.NEGATIVE_INFINITY;
  /** How many leases were read under it. */
  leases = 0;
  endsAt: number;
  renewAt: number;
  /** Of its first grant, by which a later one is judged. */
  readonly firstTtlMs: number;
  readonly #random: () => number;
  readonly #over = new AbortController();

  /** @param firstTtlMs where the grant is what is left of an earlier one */
  constructor(grant: Grant, random: () => number, firstTtlMs = grant.ttlMs) {
    this.secret = grant.token;
    this.isRenewable = grant.isRenewable && !grant.isBatch;
    this.isRevocable = !grant.isBatch;
    this.isUseLimited = grant.uses > 0;
    this.metadata = grant.metadata;
    this.firstTtlMs = firstTtlMs;
    this.#random = random;
    const { endsAt, renewAt } = grantTimes(grant, random);
    this.endsAt = endsAt;
    this.renewAt = renewAt;
  }

  serves(now: number): boolean {
    return (this.state === 'active' || this.state === 'ending') && now < this.endsAt;
  }

  mustOutlive(now: number): boolean {
    return this.keepUntil > now;
  }

  carry(untilAt: number): void {
    this.keepUntil = Math.max(this.keepUntil, untilAt);
  }

  prove(at: number): void {
    this.provedAt = Math.max(this.provedAt, at);
  }

  /** Aborts when it is gone: what waits for a moment of its life must not keep it in memory. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** Ended, refused by the store, or on its way back. */
  end(): void {
    this.state = 'ended';
    // A reason of our own: the usual one is an error, whose stack keeps the mount under way in memory.
    this.#over.abort('over');
  }

  renewed(grant: Grant): void {
    const { endsAt, renewAt } = grantTimes(grant, this.#random);
    this.endsAt = endsAt;
    this.renewAt = renewAt;
    if (isShortened(grant.ttlMs, this.firstTtlMs)) this.becomeEnding();
  }

  renewalFailed(now: number): void {
    this.renewAt = retryAt(now, this.endsAt);
  }

  /** One that was replaced serves again, for the one lease that was found on it. */
  reinstate(): void {
    if (this.state !== 'superseded') return;
    this.state = Number.isFinite(this.endsAt) && !Number.isFinite(this.renewAt) ? 'ending' : 'active';
  }

  becomeEnding(): void {
    if (this.state === 'active') this.state = 'ending';
    this.renewAt = Number.POSITIVE_INFINITY;
  }

  isUrgent(now: number): boolean {
    return isUrgent(now, this.endsAt, this.firstTtlMs);
  }
}

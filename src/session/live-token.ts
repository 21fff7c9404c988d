// One token and the moments of its life. Its states:
//   fresh    serves; at `actAt` it is renewed or, where that is not possible, becomes ending
//   ending   serves, but the next caller logs in anew beside it
//   retired  replaced; given back once nothing under way uses it and no lease hangs on it
//   gone     ended, refused by the store, or given back
import type { Secret } from '../secret.ts';
import type { Grant } from './ports.ts';

export type TokenState = 'fresh' | 'ending' | 'retired' | 'gone';

/** Between these shares of a grant's life it is renewed; the moment is drawn once per grant, which spreads a node's renewals. */
export const ACT_FROM = 0.6;
const ACT_TO = 0.8;
/** A grant under this share of the first one has met the token's max_ttl, which no answer names. */
const SHORTENED = 0.9;
/** A renewal that failed is tried again after this share of what is left. */
const RETRY_SHARE = 0.2;
const RETRY_AT_MOST_MS = 30_000;
const RETRY_AT_LEAST_MS = 500;

export class LiveToken {
  readonly secret: Secret<string>;
  readonly isRenewable: boolean;
  readonly isRevocable: boolean;
  /** The store counts its uses: one mount has it, nobody else. */
  readonly isCounted: boolean;
  readonly proves: Grant['proves'];
  /** The account that the store took the caller for. */
  readonly account: string;
  state: TokenState = 'fresh';
  /** clock.now() of the last answer that showed the token to be good. */
  provedAt = Number.NEGATIVE_INFINITY;
  /** A lease read under this token lives until then and dies with it. */
  carriesUntil = Number.NEGATIVE_INFINITY;
  /** How many leases were read under it. */
  leases = 0;
  endsAt: number;
  actAt: number;
  /** Of its first grant, by which a later one is judged. */
  readonly firstTtlMs: number;
  readonly #random: () => number;
  readonly #over = new AbortController();

  /** @param firstTtlMs where the grant is what is left of an earlier one */
  constructor(grant: Grant, random: () => number, firstTtlMs = grant.ttlMs) {
    this.secret = grant.token;
    this.isRenewable = grant.isRenewable && !grant.isBatch;
    this.isRevocable = !grant.isBatch;
    this.isCounted = grant.uses > 0;
    this.proves = grant.proves;
    this.account = grant.account;
    this.firstTtlMs = firstTtlMs;
    this.#random = random;
    this.endsAt = endOf(grant);
    this.actAt = this.#draw(grant);
  }

  serves(now: number): boolean {
    return (this.state === 'fresh' || this.state === 'ending') && now < this.endsAt;
  }

  carriesLease(now: number): boolean {
    return this.carriesUntil > now;
  }

  carry(untilAt: number): void {
    this.carriesUntil = Math.max(this.carriesUntil, untilAt);
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
    this.state = 'gone';
    // A reason of our own: the usual one is an error, whose stack keeps the mount under way in memory.
    this.#over.abort('over');
  }

  renewed(grant: Grant): void {
    this.endsAt = endOf(grant);
    this.actAt = this.#draw(grant);
    if (grant.ttlMs > 0 && grant.ttlMs < SHORTENED * this.firstTtlMs) this.becomeEnding();
  }

  renewalFailed(now: number): void {
    const leftMs = this.endsAt - now;
    this.actAt = now + Math.max(RETRY_AT_LEAST_MS, Math.min(RETRY_AT_MOST_MS, leftMs * RETRY_SHARE));
  }

  /** One that was replaced serves again, for the one lease that was found on it. */
  reinstate(): void {
    if (this.state !== 'retired') return;
    this.state = Number.isFinite(this.endsAt) && !Number.isFinite(this.actAt) ? 'ending' : 'fresh';
  }

  becomeEnding(): void {
    if (this.state === 'fresh') this.state = 'ending';
    this.actAt = Number.POSITIVE_INFINITY;
  }

  /** In the last fifth of its life a renewal goes with the first mounts. */
  isUrgent(now: number): boolean {
    return this.endsAt - now < this.firstTtlMs / 5;
  }

  #draw(grant: Grant): number {
    if (grant.ttlMs === 0) return Number.POSITIVE_INFINITY;
    return grant.sentAt + grant.ttlMs * (ACT_FROM + (ACT_TO - ACT_FROM) * this.#random());
  }
}

function endOf(grant: Grant): number {
  return grant.ttlMs === 0 ? Number.POSITIVE_INFINITY : grant.sentAt + grant.ttlMs;
}

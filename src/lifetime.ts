// The times of what a store grants, the same for tokens and leases: when to renew, what a shortened grant is, and when to
// try again. All moments are clock.now(). A moment with jitter is drawn once, when its grant is issued.

/** Between these shares of a grant's life it is renewed or reissued. The moment is random, which spreads a node's renewals. */
export const RENEW_FROM = 0.6;
export const RENEW_TO = 0.8;
/** A grant below this share of the first one has met max_ttl, which no answer names. */
const SHORTENED = 0.9;
/** A renewal that failed is tried again after this share of what is left. */
const RETRY_SHARE = 0.2;
const RETRY_AT_MOST_MS = 30_000;
const RETRY_AT_LEAST_MS = 500;
/** While no volume polls for it, renewal is reconsidered after this share of what is left. */
const RECHECK_SHARE = 0.2;
const RECHECK_AT_LEAST_MS = 1_000;
/** In this last share of its life a renewal goes with the first mounts. */
const URGENT_SHARE = 0.2;
/** A store that restarts is often back within seconds. Many may wait for it, so the pauses grow. */
const REVOKE_PAUSE_MS = 1_000;
const LONGEST_REVOKE_PAUSE_MS = 60_000;

/** What one answer of the store grants. */
export interface Granted {
  /** When the request was sent. */
  readonly sentAt: number;
  /** From `sentAt`; 0: without end. */
  readonly ttlMs: number;
}

export interface GrantTimes {
  readonly endsAt: number;
  readonly renewAt: number;
}

export function grantTimes({ sentAt, ttlMs }: Granted, random: () => number): GrantTimes {
  if (ttlMs === 0) return { endsAt: Number.POSITIVE_INFINITY, renewAt: Number.POSITIVE_INFINITY };
  return { endsAt: sentAt + ttlMs, renewAt: drawMoment(sentAt, ttlMs, random) };
}

/** The moment to act on a life of `ms` that began at `sentAt`. */
export function drawMoment(sentAt: number, ms: number, random: () => number): number {
  return sentAt + ms * (RENEW_FROM + (RENEW_TO - RENEW_FROM) * random());
}

/** No later renewal will bring more: `max_ttl` is near. */
export function isShortened(ttlMs: number, firstMs: number): boolean {
  return ttlMs > 0 && ttlMs < SHORTENED * firstMs;
}

/** When to try a renewal again that failed at `now`. */
export function retryAt(now: number, endsAt: number): number {
  return now + Math.max(RETRY_AT_LEAST_MS, Math.min(RETRY_AT_MOST_MS, (endsAt - now) * RETRY_SHARE));
}

/** When to look again at what was not renewed because no volume polls for it. */
export function recheckAt(now: number, endsAt: number): number {
  return now + Math.max(RECHECK_AT_LEAST_MS, (endsAt - now) * RECHECK_SHARE);
}

export function isUrgent(now: number, endsAt: number, firstMs: number): boolean {
  return endsAt - now < firstMs * URGENT_SHARE;
}

/** The pauses between tries of a revocation, with jitter: many wait for one store and must not all try at once. */
export function* revokePausesMs(random: () => number): Generator<number, never> {
  for (let ceilingMs = REVOKE_PAUSE_MS; ; ceilingMs = Math.min(2 * ceilingMs, LONGEST_REVOKE_PAUSE_MS))
    yield ceilingMs * (0.5 + 0.5 * random());
}

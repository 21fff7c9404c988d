// Sees the tokens of one session through their lives: renews them ahead of their end, says when one is idle or
// gone, gives back what was replaced. It never logs in: that needs a caller.
import { asMountError, type MountError } from '../errors.ts';
import type { LiveToken } from './live-token.ts';
import type { SessionOptions } from './options.ts';
import type { TokenDoor } from './ports.ts';

/** What the keeper asks and tells of the session whose tokens it keeps. */
export interface Kept {
  readonly key: string;
  readonly account: string;
  readonly door: TokenDoor;
  /** False once the token was replaced, moved to another session or let go. */
  holds(token: LiveToken): boolean;
  /** clock.now() from which nobody will have used the session for its idle time; moves on with each use. */
  idleAt(): number;
  onRenewed(token: LiveToken): void;
  onIdle(token: LiveToken): void;
  onGone(token: LiveToken): void;
}

/** Longest that a read under way may still use a replaced token: one request's time, doubled. */
const RETIRED_GRACE_MS = 20_000;
/** A store that restarts is often back within seconds; many tokens may wait for it, so the pauses grow. */
const GIVE_BACK_PAUSE_MS = 1_000;
const GIVE_BACK_LONGEST_PAUSE_MS = 60_000;

export class TokenKeeper {
  readonly #kept: Kept;
  readonly #options: SessionOptions;

  constructor(kept: Kept, options: SessionOptions) {
    this.#kept = kept;
    this.#options = options;
  }

  /** Starts to renew. Ends with the token. */
  keep(token: LiveToken): void {
    void this.#whileRunning(() => this.#tend(token));
  }

  /** Gives a replaced token back once no read uses it and no lease hangs on it. */
  retire(token: LiveToken): void {
    if (token.state === 'gone') return;
    token.state = 'retired';
    void this.#whileRunning(async () => {
      const { clock, stopping } = this.#options;
      await clock.sleep(RETIRED_GRACE_MS, stopping);
      // A lease that is renewed moves its token's end on.
      while (token.carriesLease(clock.now())) await clock.sleep(token.carriesUntil - clock.now(), stopping);
      await this.giveBack(token, stopping);
    });
  }

  /** Tries on while the store is down, as long as the token would live: what hangs on it is for nobody any more. */
  async giveBack(token: LiveToken, signal: AbortSignal): Promise<void> {
    if (token.state === 'gone') return;
    token.state = 'gone';
    if (!token.isRevocable) return;
    const { clock, random, emit } = this.#options;
    for (let ceilingMs = GIVE_BACK_PAUSE_MS; ; ceilingMs = Math.min(2 * ceilingMs, GIVE_BACK_LONGEST_PAUSE_MS)) {
      try {
        return await this.#send('token revocation', false, (own) => this.#kept.door.revoke(token.secret, own), signal);
      } catch (thrown) {
        const { reason, isPassing } = asMountError(thrown);
        if (isPassing && !signal.aborted && clock.now() < token.endsAt) {
          await clock.sleep(ceilingMs * (0.5 + 0.5 * random()), signal).catch(() => {});
          continue;
        }
        // It ends by itself with its time to live; there is nobody to tell but the log.
        emit({ type: 'debug', message: 'a token could not be given back', fields: { reason } });
        return;
      }
    }
  }

  async #tend(token: LiveToken): Promise<void> {
    const { clock, stopping } = this.#options;
    while (token.state !== 'gone' && clock.now() < token.endsAt) {
      if (token.state === 'retired' && !token.carriesLease(clock.now())) return;
      const idleAt = token.state === 'retired' ? token.carriesUntil : Math.max(this.#kept.idleAt(), token.carriesUntil);
      const wakeAt = Math.min(token.actAt, token.endsAt, idleAt);
      await clock.sleep(Math.max(0, wakeAt - clock.now()), stopping);
      if (token.state !== 'retired' && !this.#kept.holds(token)) return;
      await this.#actOn(token);
    }
    if (token.state !== 'gone') this.#lose(token);
  }

  async #actOn(token: LiveToken): Promise<void> {
    const now = this.#options.clock.now();
    if (token.state === 'gone' || now >= token.endsAt) return;
    if (token.state !== 'retired' && now >= this.#kept.idleAt() && !token.carriesLease(now)) {
      this.#kept.onIdle(token);
      return this.giveBack(token, this.#options.stopping);
    }
    if (now < token.actAt) return;
    if (token.isRenewable) await this.#renew(token, now);
    else token.becomeEnding();
  }

  async #renew(token: LiveToken, now: number): Promise<void> {
    try {
      const request = (signal: AbortSignal) => this.#kept.door.renew(token.secret, signal);
      token.renewed(await this.#send('token renewal', token.isUrgent(now), request, this.#options.stopping));
      this.#kept.onRenewed(token);
    } catch (thrown) {
      this.#renewalFailed(token, asMountError(thrown));
    }
  }

  #renewalFailed(token: LiveToken, error: MountError): void {
    if (error.kind === 'login' || error.kind === 'forbidden') this.#lose(token);
    else if (error.kind === 'class') token.becomeEnding();
    else token.renewalFailed(this.#options.clock.now());
  }

  #lose(token: LiveToken): void {
    token.state = 'gone';
    this.#kept.onGone(token);
  }

  #send<T>(what: string, isUrgent: boolean, request: (signal: AbortSignal) => Promise<T>, signal: AbortSignal) {
    const { key, account, door } = this.#kept;
    return this.#options.send(
      door,
      { session: { key, account }, what, isUrgent, isRepeatable: false, isUpkeep: true },
      request,
      signal,
    );
  }

  async #whileRunning(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      if (!this.#options.stopping.aborted) {
        this.#options.emit({ type: 'fault', message: 'keeping a token failed', cause: thrown });
      }
    }
  }
}

// Keeps the tokens of one login: renews them before they expire, reports when one is idle or has ended, and revokes
// superseded ones. It never logs in, because that needs a mount.
import { asMountError, type MountError } from '../errors.ts';
import type { SessionOptions } from './options.ts';
import type { TokenClient } from './ports.ts';
import type { Token } from './token.ts';

/** The login whose tokens it renews. */
export interface TokenOwner {
  readonly key: string;
  readonly account: string;
  readonly client: TokenClient;
  /** False once the token is superseded, moved to another login or dropped. */
  holds(token: Token): boolean;
  /** clock.now() at which it will have been idle for too long; later after each use. */
  idleAt(): number;
  onRenewed(token: Token): void;
  onIdle(token: Token): void;
  onGone(token: Token): void;
}

/** Longest time that a read under way may still use a superseded token: twice the timeout of a request. */
const SUPERSEDED_GRACE_MS = 20_000;

export class TokenRenewer {
  readonly #owner: TokenOwner;
  readonly #options: SessionOptions;

  constructor(kept: TokenOwner, options: SessionOptions) {
    this.#owner = kept;
    this.#options = options;
  }

  /** Renews it until it is over. */
  start(token: Token): void {
    this.#watch(token, this.#run(token));
  }

  /** Revokes a superseded token once no read uses it and no lease depends on it. */
  supersede(token: Token): void {
    if (token.superseded()) this.#watch(token, this.#revokeWhenUnused(token));
  }

  /** Retries while the store is down, until the token would expire anyway. */
  async revoke(token: Token, signal: AbortSignal): Promise<void> {
    if (!token.revocationStarted()) return;
    if (!token.isRevocable) return token.revocationEnded(false);
    const { account, client } = this.#owner;
    const request = (own: AbortSignal) => client.revoke(token.secret, own);
    const send = (own: AbortSignal) => this.#send('token revocation', false, request, own);
    const isRevoked = await this.#options.revocations.revoke(
      { account, what: 'a token', endsAt: () => token.endsAt, send },
      signal,
    );
    token.revocationEnded(isRevoked);
  }

  async #revokeWhenUnused(token: Token): Promise<void> {
    const { clock, stopping } = this.#options;
    await clock.sleep(SUPERSEDED_GRACE_MS, token.over);
    // A lease that is renewed keeps its token longer.
    while (token.mustOutlive(clock.now())) await clock.sleep(token.keepUntil - clock.now(), token.over);
    if (!stopping.aborted) await this.revoke(token, stopping);
  }

  async #run(token: Token): Promise<void> {
    const { clock, stopping } = this.#options;
    while (!token.isOver && clock.now() < token.endsAt) {
      if (token.state === 'superseded' && !token.mustOutlive(clock.now())) return;
      const idleAt = token.state === 'superseded' ? token.keepUntil : Math.max(this.#owner.idleAt(), token.keepUntil);
      const wakeAt = Math.min(token.renewAt, token.endsAt, idleAt);
      await clock.sleep(Math.max(0, wakeAt - clock.now()), token.over).catch(() => {});
      if (stopping.aborted || token.over.aborted) return;
      if (token.state !== 'superseded' && !this.#owner.holds(token)) return;
      await this.#actOn(token);
    }
    if (token.isOver) return;
    token.expired();
    this.#owner.onGone(token);
  }

  async #actOn(token: Token): Promise<void> {
    const now = this.#options.clock.now();
    if (token.isOver || now >= token.endsAt) return;
    if (token.state !== 'superseded' && now >= this.#owner.idleAt() && !token.mustOutlive(now)) {
      this.#owner.onIdle(token);
      return this.revoke(token, this.#options.stopping);
    }
    if (now < token.renewAt) return;
    if (token.isRenewable) await this.#renew(token, now);
    else token.cannotBeRenewed();
  }

  async #renew(token: Token, now: number): Promise<void> {
    try {
      const request = (signal: AbortSignal) => this.#owner.client.renew(token.secret, signal);
      token.renewed(await this.#send('token renewal', token.isUrgent(now), request, this.#options.stopping));
      this.#owner.onRenewed(token);
    } catch (thrown) {
      this.#renewalFailed(token, asMountError(thrown));
    }
  }

  #renewalFailed(token: Token, error: MountError): void {
    if (error.kind === 'login' || error.kind === 'forbidden') {
      token.refused();
      this.#owner.onGone(token);
    } else if (error.kind === 'class') token.cannotBeRenewed();
    else token.renewalFailed(this.#options.clock.now());
  }

  #send<T>(what: string, isUrgent: boolean, request: (signal: AbortSignal) => Promise<T>, signal: AbortSignal) {
    const { key, account, client } = this.#owner;
    const priority = isUrgent ? 'first' : 'renewal';
    const how = { what, priority, retry: undefined, evidence: 'upkeep', isUpkeep: true } as const;
    const options = { session: { key, account }, ...how };
    return this.#options.send(client, options, request, signal);
  }

  #watch(token: Token, work: Promise<void>): void {
    work.catch((thrown) => {
      if (this.#options.stopping.aborted || token.over.aborted) return;
      this.#options.emit({ type: 'fault', message: 'renewing a token failed', cause: thrown });
    });
  }
}

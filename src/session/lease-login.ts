// A login for one lease alone: to revoke its token ends exactly that lease. It keeps nothing of the mount that made it.
import { Login, type LoginIdentity } from './login.ts';
import type { SessionOptions } from './options.ts';
import type { LeaseLogin } from './session-source.ts';

export class OwnLeaseLogin implements LeaseLogin {
  readonly login: Login;
  readonly #onEnd: () => void;

  /** @param onEnd it has no token and nobody uses it, or it is being revoked */
  constructor(identity: LoginIdentity, options: SessionOptions, onEnd: () => void) {
    this.#onEnd = onEnd;
    this.login = new Login(identity, options, { onToken: () => {}, onEmpty: onEnd });
  }

  get key(): string {
    return this.login.key;
  }

  get recordKey(): string {
    return this.login.recordKey;
  }

  /** Keeps the record until revocation succeeds, so that a restarted process retries it. */
  async revoke(signal: AbortSignal): Promise<void> {
    const token = this.login.release();
    this.#onEnd();
    if (token === undefined) return;
    await this.login.revoke(token, signal);
    if (!signal.aborted) this.login.forgetRecord();
  }

  leaveToExpire(): void {
    this.login.drop()?.leftToExpire();
    this.#onEnd();
  }
}

// A login for one lease only, so that revoking its token ends exactly that lease. It does not reference the mount that
// made it.
import { Login, type LoginIdentity } from './login.ts';
import type { SessionOptions } from './options.ts';
import type { LeaseLogin } from './session-source.ts';

export class OwnLeaseLogin implements LeaseLogin {
  readonly login: Login;
  readonly #onEnd: () => void;

  /** @param onEnd called when it has no token and no user, or when it is revoked or left to expire */
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

  /** Keeps the record until the revocation has ended, so that a restarted process retries it. */
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

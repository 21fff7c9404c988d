// A login shared by the mounts of one pod or of all pods of an account. Only sessions.ts can end it, not a mount's handle.
import { Login, type LoginIdentity, type LoginListener, type SessionOwner } from './login.ts';
import type { SessionOptions } from './options.ts';

export class Session {
  readonly login: Login;

  constructor(identity: Omit<LoginIdentity, 'recordKey'>, options: SessionOptions, listener: LoginListener) {
    this.login = new Login({ ...identity, recordKey: identity.key }, options, listener);
  }

  get key(): string {
    return this.login.key;
  }

  get account(): string {
    return this.login.account;
  }

  get owner(): SessionOwner {
    return this.login.owner;
  }

  get hasToken(): boolean {
    return this.login.token !== undefined;
  }

  /** A mount or a lease needs it. */
  get isInUse(): boolean {
    return this.login.isInUse;
  }
}

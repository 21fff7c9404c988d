// One mount's use of a session. It logs in at most once for all of the mount's reads, also where the store
// counts the token's uses and it can be neither kept nor shared.

import type { MountError } from '../errors.ts';
import { waitFor } from '../waiting.ts';
import type { LoneAccess, OwnLogin } from './access.ts';
import type { LiveToken } from './live-token.ts';
import type { Session, Visitor } from './session.ts';

export class Visit implements LoneAccess {
  readonly session: Session;
  readonly #visitor: Visitor;
  readonly #stopping: AbortSignal;
  readonly #exit: () => void;
  #login: Promise<LiveToken> | undefined;
  #hasLeft = false;

  constructor(session: Session, visitor: Visitor, stopping: AbortSignal) {
    this.session = session;
    this.#visitor = visitor;
    this.#stopping = stopping;
    this.#exit = session.enter();
  }

  /** A token that serves now. @throws MountError of the login, or mount-timeout. */
  acquire(signal: AbortSignal): Promise<LiveToken> {
    // Nearly every read finds it: what waiting takes is spared.
    const serving = this.#login === undefined ? this.session.serving(this.#visitor) : undefined;
    if (serving !== undefined) return Promise.resolve(serving);
    this.#login ??= this.session.acquire(this.#visitor, this.#stopping).then((token) => {
      if (!token.isCounted) this.#login = undefined;
      return token;
    });
    const { door, plan } = this.#visitor;
    return waitFor(this.#login, door.describeLogin(plan.login), signal);
  }

  /** The token to repeat a refused read with, or undefined where the refusal stands. See Session.afterForbidden. */
  async afterForbidden(token: LiveToken, sentAt: number, refused: MountError): Promise<LiveToken | undefined> {
    const next = await this.session.afterForbidden(token, sentAt, refused, this.#visitor);
    if (next?.isCounted) this.#login = Promise.resolve(next);
    return next;
  }

  get own(): OwnLogin {
    return this.session;
  }

  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#exit();
  }
}

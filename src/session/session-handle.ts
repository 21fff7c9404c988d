// One mount's use of a session. It logs in at most once for all of the mount's reads, also where the store
// counts the token's uses and it can be neither kept nor shared.

import type { MountError } from '../errors.ts';
import { waitFor } from '../waiting.ts';
import type { LoginRequester, Session } from './session.ts';
import type { LeaseLogin, LeaseLoginHandle } from './session-source.ts';
import type { Token } from './token.ts';

export class SessionUse implements LeaseLoginHandle {
  readonly session: Session;
  readonly #requester: LoginRequester;
  readonly #stopping: AbortSignal;
  readonly #exit: () => void;
  #login: Promise<Token> | undefined;
  #hasLeft = false;

  constructor(session: Session, requester: LoginRequester, stopping: AbortSignal) {
    this.session = session;
    this.#requester = requester;
    this.#stopping = stopping;
    this.#exit = session.enter();
  }

  /** A token that serves now. @throws MountError of the login, or mount-timeout. */
  acquire(signal: AbortSignal): Promise<Token> {
    // Nearly every read finds it: what waiting takes is spared.
    const serving = this.#login === undefined ? this.session.serving(this.#requester) : undefined;
    if (serving !== undefined) return Promise.resolve(serving);
    this.#login ??= this.session.acquire(this.#requester, this.#stopping).then((token) => {
      if (!token.isUseLimited) this.#login = undefined;
      return token;
    });
    const { mount, role } = this.#requester.plan.login;
    return waitFor(this.#login, `login at auth/${mount} as role "${role}"`, signal);
  }

  /** The token to repeat a refused read with, or undefined where the refusal stands. See Session.afterForbidden. */
  async afterForbidden(token: Token, sentAt: number, refused: MountError): Promise<Token | undefined> {
    const next = await this.session.afterForbidden(token, sentAt, refused, this.#requester);
    if (next?.isUseLimited) this.#login = Promise.resolve(next);
    return next;
  }

  get own(): LeaseLogin {
    return this.session;
  }

  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#exit();
  }
}

// One mount's use of a login. It logs in at most once for all reads of the mount, even if the token is use-limited and
// can be neither kept nor shared.
import type { MountError } from '../errors.ts';
import { waitFor } from '../waiting.ts';
import type { Login, LoginRequester } from './login.ts';
import type { SessionHandle } from './session-source.ts';
import type { Token } from './token.ts';

export class LoginHandle implements SessionHandle {
  readonly session: SessionHandle['session'];
  readonly #login: Login;
  readonly #requester: LoginRequester;
  readonly #stopping: AbortSignal;
  readonly #exit: () => void;
  #pending: Promise<Token> | undefined;
  #hasLeft = false;

  constructor(login: Login, requester: LoginRequester, stopping: AbortSignal) {
    this.session = { key: login.key, account: login.account };
    this.#login = login;
    this.#requester = requester;
    this.#stopping = stopping;
    this.#exit = login.enter();
  }

  /** A token that serves now. @throws MountError of the login, or mount-timeout. */
  acquire(signal: AbortSignal): Promise<Token> {
    // The usual case: a token is there, and the read need not wait.
    const serving = this.#pending === undefined ? this.#login.serving(this.#requester) : undefined;
    if (serving !== undefined) return Promise.resolve(serving);
    this.#pending ??= this.#login.acquire(this.#requester, this.#stopping).then((token) => {
      if (!token.isUseLimited) this.#pending = undefined;
      return token;
    });
    const { client, plan } = this.#requester;
    return waitFor(this.#pending, client.describeLogin(plan.login), signal);
  }

  /** The token to retry a refused read with; undefined if the 403 stands. See Login.afterForbidden. */
  async afterForbidden(token: Token, sentAt: number, refused: MountError): Promise<Token | undefined> {
    const next = await this.#login.afterForbidden(token, sentAt, refused, this.#requester);
    if (next?.isUseLimited) this.#pending = Promise.resolve(next);
    return next;
  }

  [Symbol.dispose](): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#exit();
  }
}

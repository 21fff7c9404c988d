// The login of one identity. Concurrent callers share one request. A new login is sent while the old token still serves. The
// token is verified when a read is refused. A Session shares a login among pods; a LeaseLogin keeps it for one lease.
// sessions.ts decides who may share; token-renewer.ts renews and revokes tokens.
import { asMountError, MountError } from '../errors.ts';
import { accountName } from '../pot.ts';
import { type Moment, type SessionStatus, spanTo } from '../status.ts';
import { waitFor, withinTime } from '../waiting.ts';
import type { Credential } from './credential.ts';
import type { SessionOptions } from './options.ts';
import type { Grant, TokenClient } from './ports.ts';
import type { LoginContext } from './session-source.ts';
import { Token } from './token.ts';
import { TokenRenewer } from './token-renewer.ts';

/** One mount that needs a token. */
export interface LoginRequester extends LoginContext {
  readonly credential: Credential;
}

/** Whose login it is, for logs and status. */
export type SessionOwner = Pick<SessionStatus, 'namespace' | 'account' | 'pod' | 'mount' | 'role' | 'isForLease'> & {
  /** The only pod whose mounts may use it; empty if all pods of the account may use it, or no mount. */
  readonly podUid: string;
};

export interface LoginIdentity {
  /** Equal keys: the store gives both the same answers. */
  readonly key: string;
  /** Storage key; differs from `key` if several lease logins share one. */
  readonly recordKey: string;
  readonly client: TokenClient;
  readonly owner: SessionOwner;
}

/** Events for the Session or LeaseLogin that owns the login. */
export interface LoginListener {
  /** It has a token, so it counts among those that are kept. */
  onToken(): void;
  /** It has no token and nothing uses it. */
  onEmpty(): void;
}

interface LoginFlight {
  readonly leader: Credential;
  readonly token: Promise<Token>;
}

/** How many shared logins a caller takes part in. If another caller's login is refused, the next one may succeed. */
const LOGIN_TRIES = 3;
/** A valid token with which a read was refused is replaced at most this often, because policies may have changed. */
const RELOGIN_EVERY_MS = 60_000;
/** If replacing an ending token fails, wait this long before the next try. The token serves meanwhile. */
const REPLACE_EVERY_MS = 10_000;

export class Login {
  readonly key: string;
  readonly recordKey: string;
  readonly client: TokenClient;
  readonly owner: SessionOwner;
  /** Whose slots its requests take. */
  readonly account: string;
  readonly #options: SessionOptions;
  readonly #listener: LoginListener;
  readonly #renewer: TokenRenewer;
  readonly #verifications = new Map<Token, Promise<Token | undefined>>();
  /** Superseded tokens that are not over: a read under way may still be issued a lease under one. */
  readonly #superseded = new Set<Token>();
  #token: Token | undefined;
  #flight: LoginFlight | undefined;
  #users = 0;
  #usedAt: number;
  #reloginAt = Number.NEGATIVE_INFINITY;
  #replaceAt = Number.NEGATIVE_INFINITY;

  constructor({ key, recordKey, client, owner }: LoginIdentity, options: SessionOptions, listener: LoginListener) {
    this.key = key;
    this.recordKey = recordKey;
    this.client = client;
    this.owner = owner;
    this.account = accountName(owner);
    this.#options = options;
    this.#listener = listener;
    this.#usedAt = options.clock.now();
    this.#renewer = new TokenRenewer(
      {
        key,
        account: this.account,
        client,
        holds: (token) => this.#token === token,
        idleAt: () => this.#idleAt(),
        onRenewed: (token) => this.#save(token),
        onIdle: (token) => this.#forget(token),
        onGone: (token) => this.#forget(token),
      },
      options,
    );
  }

  get token(): Token | undefined {
    return this.#token;
  }

  get isInUse(): boolean {
    const hasLease = this.#token?.mustOutlive(this.#options.clock.now()) ?? false;
    return this.#users > 0 || this.#flight !== undefined || hasLease;
  }

  describe(now: number): SessionStatus {
    const token = this.#token;
    const { podUid: _, ...owner } = this.owner;
    const of = { ...owner, address: this.client.address };
    if (token === undefined) {
      const what = this.#flight === undefined ? 'log in at the next mount' : 'log in, under way';
      return { ...of, state: 'none', endsInMs: null, next: { what, inMs: null } };
    }
    return { ...of, state: token.state, endsInMs: spanTo(token.endsAt, now), next: this.#nextOf(token, now) };
  }

  /** Counts one more user. The function that it returns counts that user out. */
  enter(): () => void {
    this.#users += 1;
    this.#usedAt = this.#options.clock.now();
    return () => {
      this.#users -= 1;
      this.#usedAt = this.#options.clock.now();
      this.#reportIfEmpty();
    };
  }

  /** A token that serves now. @throws MountError of the login, or mount-timeout. */
  async acquire(requester: LoginRequester, signal: AbortSignal): Promise<Token> {
    return this.serving(requester) ?? this.#logIn(requester, signal);
  }

  /** The current token, if it serves now. */
  serving(requester: LoginRequester): Token | undefined {
    const now = this.#options.clock.now();
    const token = this.#token;
    if (!token?.serves(now)) return undefined;
    if (token.state === 'ending' && now >= this.#replaceAt) this.#replaceBeside(requester);
    return token;
  }

  /**
   * A read sent at `sentAt` was refused with `token`.
   * @param refused what the store said
   * @returns the token to try once more; undefined if the 403 stands: the token is valid and was replaced less than a minute
   *   ago
   */
  async afterForbidden(
    token: Token,
    sentAt: number,
    refused: MountError,
    requester: LoginRequester,
  ): Promise<Token | undefined> {
    const current = this.#token;
    if (current !== undefined && current !== token && current.serves(this.#options.clock.now())) return current;
    let verification = this.#verifications.get(token);
    if (verification === undefined) {
      verification = this.#verify(token, sentAt, refused, requester).finally(() => this.#verifications.delete(token));
      this.#verifications.set(token, verification);
    }
    return verification;
  }

  /** Makes it the token of this login, and supersedes the one before. It may come from another login or a record. */
  adopt(token: Token): void {
    const old = this.#token;
    this.#token = token;
    if (old !== undefined) this.#supersede(old);
    token.reinstated();
    this.#renewer.start(token);
    this.#save(token);
    this.#listener.onToken();
  }

  /** Resumes the token that an earlier process had under this key; undefined if there is none. */
  resume(): Token | undefined {
    const token = this.#options.records.take(this.recordKey);
    if (token !== undefined) this.adopt(token);
    return token;
  }

  has(token: Token): boolean {
    return this.#token === token || this.#superseded.has(token);
  }

  /** Releases one of its tokens to another login. */
  detach(token: Token): void {
    if (!this.#superseded.delete(token)) this.drop();
  }

  /** Releases its token, and drops the record of it. */
  drop(): Token | undefined {
    const token = this.release();
    if (token !== undefined) this.forgetRecord();
    return token;
  }

  /** Releases its token, and keeps the record of it. */
  release(): Token | undefined {
    const token = this.#token;
    this.#token = undefined;
    return token;
  }

  forgetRecord(): void {
    this.#options.records.forget(this.recordKey);
  }

  /** Revokes its token, unless a lease depends on it. */
  async revokeUnlessLeased(signal: AbortSignal): Promise<void> {
    const token = this.drop();
    if (token === undefined || token.mustOutlive(this.#options.clock.now())) return;
    await this.revoke(token, signal);
  }

  /** Revokes a token that was released. */
  revoke(token: Token, signal: AbortSignal): Promise<void> {
    return this.#renewer.revoke(token, signal);
  }

  async #logIn(requester: LoginRequester, signal: AbortSignal): Promise<Token> {
    const what = this.client.describeLogin(requester.plan.login);
    for (let tries = 1; ; tries += 1) {
      const isLeader = this.#flight === undefined;
      const flight = this.#flight ?? this.#startLogin(requester);
      try {
        const token = await waitFor(flight.token, what, signal);
        if (isLeader || !token.isUseLimited) return token;
      } catch (thrown) {
        const isTheirs = thrown instanceof MountError && !thrown.isTransient && !isLeader;
        if (!isTheirs || tries === LOGIN_TRIES || flight.leader.isSameAs(requester.credential)) throw thrown;
      }
    }
  }

  #startLogin(requester: LoginRequester): LoginFlight {
    const token = this.#sendLogin(requester)
      .then((grant) => {
        const live = new Token(grant, this.#options.random);
        if (!live.isUseLimited) this.adopt(live);
        return live;
      })
      .finally(() => {
        this.#flight = undefined;
        this.#reportIfEmpty();
      });
    this.#flight = { leader: requester.credential, token };
    return this.#flight;
  }

  #sendLogin(requester: LoginRequester): Promise<Grant> {
    const { mount, role } = requester.plan.login;
    return withinTime(this.#options.loginTimeoutMs, async (signal) => {
      const jwt = await requester.credential.token(signal);
      const what = this.client.describeLogin({ mount, role });
      const options = {
        session: this,
        what,
        priority: 'first',
        retry: this.#options.newRetry(),
        evidence: 'account',
      } as const;
      requester.cost.logins += 1;
      return this.#options.send(this.client, options, (own) => this.client.login({ mount, role, jwt }, own), signal);
    });
  }

  #replaceBeside(requester: LoginRequester): void {
    if (this.#flight !== undefined) return;
    this.#replaceAt = this.#options.clock.now() + REPLACE_EVERY_MS;
    this.#startLogin(requester).token.catch((thrown) => {
      const { reason } = asMountError(thrown);
      this.#options.emit({ type: 'debug', message: 'login beside an ending token failed', fields: { reason } });
    });
  }

  async #verify(
    token: Token,
    sentAt: number,
    refused: MountError,
    requester: LoginRequester,
  ): Promise<Token | undefined> {
    const { clock, stopping } = this.#options;
    if (token.isUseLimited) return this.#logIn(requester, stopping);
    const isAlive = token.provedAt > sentAt || (!refused.isTokenUnknown && (await this.#lookUp(token)));
    if (!isAlive) {
      token.refused();
      if (this.#token === token) this.drop();
      return this.#logIn(requester, stopping);
    }
    const now = clock.now();
    if (now < this.#reloginAt + RELOGIN_EVERY_MS) return undefined;
    this.#reloginAt = now;
    const flight = this.#flight ?? this.#startLogin(requester);
    // The token is valid. If no new login is possible, the 403 stands.
    return flight.token.catch(() => undefined);
  }

  async #lookUp(token: Token): Promise<boolean> {
    const rest = { what: 'token lookup', priority: 'first', retry: undefined, evidence: 'upkeep' } as const;
    const options = { session: this, ...rest };
    const request = (signal: AbortSignal) => this.client.isAlive(token.secret, signal);
    // If the lookup fails, assume the token is valid and let the 403 stand.
    return this.#options.send(this.client, options, request, this.#options.stopping).catch(() => true);
  }

  #idleAt(): number {
    const { clock, idleMs } = this.#options;
    return (this.#users > 0 ? clock.now() : this.#usedAt) + idleMs;
  }

  #nextOf(token: Token, now: number): Moment {
    if (token.state === 'ending') return { what: 'log in again at the next mount', inMs: null };
    const idleAt = Math.max(this.#idleAt(), token.keepUntil);
    if (idleAt < token.renewAt) return { what: 'revoke, if nobody uses it', inMs: spanTo(idleAt, now) };
    return { what: token.isRenewable ? 'renew' : 'log in again', inMs: spanTo(token.renewAt, now) };
  }

  #supersede(token: Token): void {
    this.#renewer.supersede(token);
    if (token.isOver) return;
    this.#superseded.add(token);
    token.over.addEventListener('abort', () => this.#superseded.delete(token), { once: true });
  }

  #save(token: Token): void {
    if (this.#token === token) this.#options.records.save(this.recordKey, token, this.account);
  }

  #forget(token: Token): void {
    if (this.#token !== token) return;
    this.drop();
    this.#reportIfEmpty();
  }

  /** Lets the owner drop a login without a token: a class could name thousands of roles that are refused. */
  #reportIfEmpty(): void {
    if (this.#users === 0 && this.#flight === undefined && this.#token === undefined) this.#listener.onEmpty();
  }
}

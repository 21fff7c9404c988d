// A login held for an identity: made once for all who ask at the same time, replaced while the old token still
// serves, doubted when a read is refused. Whether two callers may share a session is decided in sessions.ts;
// here they already do. What happens to a token with time is the keeper's.
import { asMountError, MountError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { accountName } from '../pot.ts';
import { type Moment, type SessionStatus, spanTo } from '../status.ts';
import { waitFor, withinTime } from '../waiting.ts';
import type { Credential } from './credential.ts';
import type { SessionOptions } from './options.ts';
import type { Grant, TokenDoor } from './ports.ts';
import { Token } from './token.ts';
import { TokenRenewer } from './token-renewer.ts';

/** One caller for the length of its mount. */
export interface LoginRequester {
  readonly plan: Plan;
  readonly door: TokenDoor;
  readonly credential: Credential;
  /** Counted up for each login this caller had sent. */
  readonly cost: { logins: number };
}

/** Whose it is, for people. */
export type SessionOwner = Pick<SessionStatus, 'namespace' | 'account' | 'pod' | 'mount' | 'role' | 'isForLease'> & {
  /** Of the one pod whose mounts may use it; empty: all pods of the account, or no mount. */
  readonly podUid: string;
};

/** What its owner is told. */
export interface SessionListener {
  /** It has a token, and so a place among those that are kept. */
  onToken(session: Session): void;
  /** It has none and nobody uses it: it is over. */
  onEnd(session: Session): void;
}

interface LoginFlight {
  readonly leader: Credential;
  readonly token: Promise<Token>;
}

/** How often a caller whose leader was refused takes part in the next election. */
const LOGIN_TRIES = 3;
/** A living token with which a read was refused is replaced once in so long: policies may have changed. */
const RELOGIN_EVERY_MS = 60_000;
/** After a login beside an ending token failed, that token serves so long before the next try. */
const REPLACE_EVERY_MS = 10_000;

export class Session {
  readonly key: string;
  readonly recordKey: string;
  readonly door: TokenDoor;
  readonly owner: SessionOwner;
  /** Whose turn its requests take. */
  readonly account: string;
  readonly #options: SessionOptions;
  readonly #listener: SessionListener;
  readonly #renewer: TokenRenewer;
  readonly #verifications = new Map<Token, Promise<Token | undefined>>();
  /** Replaced ones that live: a read under way may yet find a lease on one. */
  readonly #superseded = new Set<Token>();
  #token: Token | undefined;
  #flight: LoginFlight | undefined;
  #users = 0;
  #usedAt: number;
  #reloginAt = Number.NEGATIVE_INFINITY;
  #replaceAt = Number.NEGATIVE_INFINITY;

  /** @param recordKey under which its token is kept, where others have the same key */
  constructor(
    key: string,
    door: TokenDoor,
    owner: SessionOwner,
    options: SessionOptions,
    listener: SessionListener,
    recordKey = key,
  ) {
    this.key = key;
    this.recordKey = recordKey;
    this.door = door;
    this.owner = owner;
    this.account = accountName(owner);
    this.#options = options;
    this.#listener = listener;
    this.#usedAt = options.clock.now();
    this.#renewer = new TokenRenewer(
      {
        key,
        account: this.account,
        door,
        holds: (token) => this.#token === token,
        idleAt: () => this.#idleAt(),
        onRenewed: (token) => this.#save(token),
        onIdle: (token) => this.#forget(token),
        onGone: (token) => this.#forget(token),
      },
      options,
    );
  }

  get hasToken(): boolean {
    return this.#token !== undefined;
  }

  get isInUse(): boolean {
    const carries = this.#token?.mustOutlive(this.#options.clock.now()) ?? false;
    return this.#users > 0 || this.#flight !== undefined || carries;
  }

  describe(now: number): SessionStatus {
    const token = this.#token;
    const { podUid: _, ...owner } = this.owner;
    const of = { ...owner, address: this.door.address };
    if (token === undefined) {
      const what = this.#flight === undefined ? 'log in at the next mount' : 'log in, under way';
      return { ...of, state: 'none', endsInMs: null, next: { what, inMs: null } };
    }
    return { ...of, state: token.state, endsInMs: spanTo(token.endsAt, now), next: this.#nextOf(token, now) };
  }

  /** Counts a caller in; the result counts it out. */
  enter(): () => void {
    this.#users += 1;
    this.#usedAt = this.#options.clock.now();
    return () => {
      this.#users -= 1;
      this.#usedAt = this.#options.clock.now();
      this.#endIfEmpty();
    };
  }

  /** A token that serves now. @throws MountError of the login, or mount-timeout. */
  async acquire(requester: LoginRequester, signal: AbortSignal): Promise<Token> {
    return this.serving(requester) ?? this.#logIn(requester, signal);
  }

  /** A token that is there and serves. */
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
   * @returns the token to try once more; undefined where the refusal stands: the token lives and was replaced less than a
   *   minute ago
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

  /** Takes a token that was got under another key and turned out to belong here. */
  adopt(token: Token): void {
    const old = this.#token;
    this.#token = token;
    if (old !== undefined) this.#supersede(old);
    token.reinstated();
    this.#renewer.start(token);
    this.#save(token);
    this.#listener.onToken(this);
  }

  /** Goes on with the token that an earlier process had here. */
  resume(): Token | undefined {
    const token = this.#options.records.take(this.recordKey);
    if (token !== undefined) this.adopt(token);
    return token;
  }

  has(token: Token): boolean {
    return this.#token === token || this.#superseded.has(token);
  }

  /** Lets one that it has go to another session. */
  detachToken(token: Token): void {
    if (!this.#superseded.delete(token)) this.#drop();
  }

  /** Gives the token back to the store, unless a lease hangs on it. */
  async revokeUnlessLeased(signal: AbortSignal): Promise<void> {
    const token = this.#drop();
    if (token === undefined || token.mustOutlive(this.#options.clock.now())) return;
    await this.#renewer.revoke(token, signal);
  }

  /** Gives the token back with all that hangs on it. Its record stays until then: a later process would go on. */
  async revoke(signal: AbortSignal): Promise<void> {
    const token = this.#token;
    this.#token = undefined;
    this.#listener.onEnd(this);
    if (token === undefined) return;
    await this.#renewer.revoke(token, signal);
    if (!signal.aborted) this.#options.records.forget(this.recordKey);
  }

  /** Leaves the token to run out, with all that hangs on it. */
  leaveToExpire(): void {
    const token = this.#drop();
    token?.leftToExpire();
    this.#listener.onEnd(this);
  }

  async #logIn(requester: LoginRequester, signal: AbortSignal): Promise<Token> {
    const { mount, role } = requester.plan.login;
    for (let tries = 1; ; tries += 1) {
      const isLeader = this.#flight === undefined;
      const flight = this.#flight ?? this.#startLogin(requester);
      try {
        const token = await waitFor(flight.token, describeLogin(mount, role), signal);
        if (isLeader || !token.isUseLimited) return token;
      } catch (thrown) {
        const isTheirs = thrown instanceof MountError && !thrown.isPassing && !isLeader;
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
        this.#endIfEmpty();
      });
    this.#flight = { leader: requester.credential, token };
    return this.#flight;
  }

  #sendLogin(requester: LoginRequester): Promise<Grant> {
    const { mount, role } = requester.plan.login;
    return withinTime(this.#options.loginTimeoutMs, async (signal) => {
      const jwt = await requester.credential.token(signal);
      const what = describeLogin(mount, role);
      const errand = { session: this, what, isUrgent: true, isRepeatable: true, isUpkeep: false };
      requester.cost.logins += 1;
      return this.#options.send(this.door, errand, (own) => this.door.login({ mount, role, jwt }, own), signal);
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
      if (this.#token === token) this.#drop();
      return this.#logIn(requester, stopping);
    }
    const now = clock.now();
    if (now < this.#reloginAt + RELOGIN_EVERY_MS) return undefined;
    this.#reloginAt = now;
    const flight = this.#flight ?? this.#startLogin(requester);
    // The token lives: where no fresh login is to be had, the store's refusal of the read is the truth.
    return flight.token.catch(() => undefined);
  }

  async #lookUp(token: Token): Promise<boolean> {
    const rest = { what: 'token lookup', isUrgent: true, isRepeatable: false, isUpkeep: true };
    const errand = { session: this, ...rest };
    const request = (signal: AbortSignal) => this.door.isAlive(token.secret, signal);
    // Without a word on the token, the refusal of the read is all that is known, and it stands.
    return this.#options.send(this.door, errand, request, this.#options.stopping).catch(() => true);
  }

  #idleAt(): number {
    const { clock, idleMs } = this.#options;
    return (this.#users > 0 ? clock.now() : this.#usedAt) + idleMs;
  }

  #nextOf(token: Token, now: number): Moment {
    if (token.state === 'ending') return { what: 'log in anew at the next mount', inMs: null };
    const idleAt = Math.max(this.#idleAt(), token.keepUntil);
    if (idleAt < token.renewAt) return { what: 'revoke, if nobody uses it', inMs: spanTo(idleAt, now) };
    return { what: token.isRenewable ? 'renew' : 'log in anew', inMs: spanTo(token.renewAt, now) };
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

  #drop(): Token | undefined {
    const token = this.#token;
    this.#token = undefined;
    if (token !== undefined) this.#options.records.forget(this.recordKey);
    return token;
  }

  #forget(token: Token): void {
    if (this.#token !== token) return;
    this.#drop();
    this.#endIfEmpty();
  }

  /** A login that was refused leaves nothing behind: whoever may name a role could name thousands. */
  #endIfEmpty(): void {
    if (this.#users === 0 && this.#flight === undefined && this.#token === undefined) this.#listener.onEnd(this);
  }
}

function describeLogin(mount: string, role: string): string {
  return `login at auth/${mount} as role "${role}"`;
}

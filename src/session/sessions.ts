// Decides whose login a caller may share. A login that proves only the service account is shared by the account's pods.
// Another login may carry claims of the pod, so it stays with the pod unless the class says otherwise. The first login at
// a mount path shows what logins there prove; this is remembered while the process runs.
import { randomUUID } from 'node:crypto';
import type { Plan } from '../plan/plan.ts';
import type { SessionStatus, WhoseStatus } from '../status.ts';
import { waitFor } from '../waiting.ts';
import { AccountUids } from './account-uids.ts';
import { Credential } from './credential.ts';
import { type Scope, sessionKey } from './key.ts';
import { OwnLeaseLogin } from './lease-login.ts';
import type { LoginRequester, SessionOwner } from './login.ts';
import { LoginHandle } from './login-handle.ts';
import { assertLoggedInAs, LoginMethods } from './login-methods.ts';
import type { SessionOptions } from './options.ts';
import type { TokenClient, TokenSource } from './ports.ts';
import { Session } from './session.ts';
import type { LeaseLogin, LoginContext, OpenedLeaseLogin, SessionSource } from './session-source.ts';
import type { Token } from './token.ts';

export interface SessionsOptions extends SessionOptions {
  readonly tokenSource: TokenSource;
  /**
   * Most sessions with a token. Over it, the account that has the most loses its least recently used idle session. A session
   * in use or with a lease is never dropped.
   */
  readonly capacity: number;
  /** Pods never share a login, whatever the method. */
  readonly isPodOnly: boolean;
}

/** How many times a caller waits for another's first login at an auth mount path before it logs in by itself. */
const LEARN_TRIES = 3;

export class Sessions implements SessionSource {
  readonly #options: SessionsOptions;
  /** By session key, least recently used first. */
  readonly #sessions = new Map<string, Session>();
  /** Removed when their token ends. */
  readonly #leaseLogins = new Set<OwnLeaseLogin>();
  readonly #methods = new LoginMethods();
  readonly #accountUids: AccountUids;
  /** One per mount: each mount has its own plan and needs the credential several times. */
  readonly #credentials = new WeakMap<Plan, Credential>();
  /** First logins under way at a mount path of unknown method, by the account's session key. */
  readonly #learning = new Map<string, Promise<void>>();

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#accountUids = new AccountUids(options.tokenSource);
    void options.records.dropUntaken(options.idleMs, options.stopping);
  }

  identify(plan: Plan, signal: AbortSignal): Promise<Plan> {
    return this.#accountUids.identify(plan, signal);
  }

  /**
   * The caller's handle on its session, for the length of its mount. Logs in only if the method at the auth mount path is not
   * known yet.
   * @throws MountError token-mismatch, or the failure of that first login.
   */
  async open(context: LoginContext, signal: AbortSignal): Promise<LoginHandle> {
    const requester = this.#requesterOf(context);
    for (let tries = 1; ; tries += 1) {
      const scope = this.#scopeOf(requester);
      if (scope !== undefined)
        return new LoginHandle(this.#session(scope, requester).login, requester, this.#options.stopping);
      const accountKey = this.#key('account', requester);
      const learning = this.#learning.get(accountKey);
      if (learning === undefined || tries > LEARN_TRIES) return this.#openFirst(accountKey, requester, signal);
      // If that login fails, only its sender sees the error. The first caller that wakes up sends the next one.
      await waitFor(learning, `first ${context.client.describeLogin(context.plan.login)}`, signal);
    }
  }

  leaseScopeKey(context: Omit<LoginContext, 'cost'>, isShared: boolean): string {
    const credential = this.#credentialOf(context);
    const scope = isShared && credential.isShareable ? 'account' : 'pod';
    return sessionKey(scope, context.client, context.plan, credential.claims);
  }

  openLeaseLogin(context: LoginContext, purpose: string): OpenedLeaseLogin {
    const { plan, client } = context;
    const requester = this.#requesterOf(context);
    const login = this.#addLeaseLogin(`${this.#key('pod', requester)} ${purpose}`, client, ownerOf(plan, 'pod', true));
    return { login, handle: new LoginHandle(login.login, requester, this.#options.stopping) };
  }

  promoteToLeaseLogin(token: Token): LeaseLogin | undefined {
    const shared = [...this.#sessions.values()].map(({ login }) => login).find((login) => login.has(token));
    if (shared === undefined) return undefined;
    shared.detach(token);
    const owner = { ...shared.owner, podUid: '', isForLease: true };
    const own = this.#addLeaseLogin(`${shared.key} promoted`, shared.client, owner);
    own.login.adopt(token);
    return own;
  }

  discardSharedToken(token: Token): boolean {
    if ([...this.#leaseLogins].some(({ login }) => login.has(token))) {
      token.leaseDiscarded();
      return true;
    }
    void this.promoteToLeaseLogin(token)?.revoke(this.#options.stopping);
    return token.isOver;
  }

  resumeLeaseLogin(
    record: string,
    client: TokenClient,
    { namespace, account, pod }: WhoseStatus,
  ): { login: LeaseLogin; token: Token } | undefined {
    const owner = { namespace, account, pod, podUid: '', mount: '', role: '', isForLease: true };
    const own = this.#addLeaseLogin(record, client, owner, record);
    const token = own.login.resume();
    if (token !== undefined) return { login: own, token };
    this.#leaseLogins.delete(own);
    this.#count();
    return undefined;
  }

  /** @param recordKey unique per login, because a replaced login coexists with its successor */
  #addLeaseLogin(
    key: string,
    client: TokenClient,
    owner: SessionOwner,
    recordKey = `${key} ${randomUUID()}`,
  ): OwnLeaseLogin {
    const own: OwnLeaseLogin = new OwnLeaseLogin({ key, recordKey, client, owner }, this.#options, () => {
      this.#leaseLogins.delete(own);
      this.#count();
    });
    this.#leaseLogins.add(own);
    this.#count();
    return own;
  }

  /** Pods that have a login of their own. */
  *pods(): Iterable<{ readonly namespace: string; readonly name: string; readonly uid: string }> {
    for (const { owner } of this.#sessions.values()) {
      if (owner.podUid !== '') yield { namespace: owner.namespace, name: owner.pod, uid: owner.podUid };
    }
  }

  /** Revokes the logins only this pod could use, unless a lease depends on one or a mount is under way. */
  podGone(podUid: string): void {
    for (const session of [...this.#sessions.values()]) {
      if (session.owner.podUid !== podUid || session.isInUse) continue;
      this.#sessions.delete(session.key);
      void session.login.revokeUnlessLeased(this.#options.stopping);
    }
    this.#count();
  }

  /** Every login that there is now. */
  *describe(): Iterable<SessionStatus> {
    const now = this.#options.clock.now();
    for (const { login } of [...this.#sessions.values(), ...this.#leaseLogins]) yield login.describe(now);
  }

  /** Revokes every login without a lease; for the end of the process. */
  async close(signal: AbortSignal): Promise<void> {
    const logins = [...this.#sessions.values(), ...this.#leaseLogins].map(({ login }) => login);
    this.#sessions.clear();
    this.#leaseLogins.clear();
    this.#options.revocations.end();
    await Promise.all(logins.map((login) => login.revokeUnlessLeased(signal)));
  }

  #requesterOf({ plan, client, cost }: LoginContext): LoginRequester {
    return { plan, client, cost, credential: this.#credentialOf({ plan }) };
  }

  /** @throws MountError token-mismatch */
  #credentialOf({ plan }: Pick<LoginContext, 'plan'>): Credential {
    const known = this.#credentials.get(plan);
    if (known !== undefined) return known;
    const credential = new Credential(plan.identity, plan.login, this.#options.tokenSource);
    this.#credentials.set(plan, credential);
    return credential;
  }

  #scopeOf(requester: LoginRequester): Scope | undefined {
    const { plan, client, credential } = requester;
    if (!credential.isShareable) return 'pod';
    if (plan.identity.isPodless) return 'account';
    if (this.#options.isPodOnly) return 'pod';
    if (plan.login.scope === 'serviceAccount') return 'account';
    return this.#methods.proves(client, plan.login.mount) ?? this.#learnFromRecord(requester);
  }

  /** Learns the scope after a restart. An account-scoped login proves nothing: `sessionScope` makes one for any method. */
  #learnFromRecord({ plan, client, credential }: LoginRequester): Scope | undefined {
    for (const scope of ['account', 'pod'] as const) {
      const proves = this.#options.records.provenBy(sessionKey(scope, client, plan, credential.claims));
      if (proves === undefined) continue;
      this.#methods.learn(client, plan.login.mount, proves);
      return proves;
    }
    return undefined;
  }

  async #openFirst(accountKey: string, requester: LoginRequester, signal: AbortSignal): Promise<LoginHandle> {
    const session = this.#session('pod', requester);
    const handle = new LoginHandle(session.login, requester, this.#options.stopping);
    const login = handle.acquire(signal);
    const learned = login.then((token) => this.#learn(requester, token));
    const settled = learned.then(
      () => undefined,
      () => undefined,
    );
    this.#learning.set(accountKey, settled);
    try {
      await learned;
    } catch (thrown) {
      handle[Symbol.dispose]();
      throw thrown;
    } finally {
      if (this.#learning.get(accountKey) === settled) this.#learning.delete(accountKey);
    }
    if (this.#scopeOf(requester) !== 'account') return handle;
    const token = await login;
    if (token.isUseLimited) return handle;
    handle[Symbol.dispose]();
    return this.#moveToAccount(session, token, requester);
  }

  #learn(requester: LoginRequester, token: Token): void {
    const { plan, client } = requester;
    this.#methods.learn(client, plan.login.mount, token.proves);
    if (token.proves === 'account') assertLoggedInAs(plan, token);
  }

  /** The first login at a path was made for the pod. Its method allows the account's pods to share it. */
  #moveToAccount(first: Session, token: Token, requester: LoginRequester): LoginHandle {
    first.login.detach(token);
    this.#sessions.delete(first.key);
    const { login } = this.#session('account', requester);
    login.adopt(token);
    return new LoginHandle(login, requester, this.#options.stopping);
  }

  #session(scope: Scope, requester: LoginRequester): Session {
    const key = this.#key(scope, requester);
    const known = this.#sessions.get(key);
    if (known !== undefined) {
      this.#sessions.delete(key);
      this.#sessions.set(key, known);
      return known;
    }
    const { plan, client } = requester;
    const owner = ownerOf(plan, scope, false);
    const listener = { onToken: () => this.#makeRoom(session), onEmpty: () => this.#remove(session) };
    const session: Session = new Session({ key, client, owner }, this.#options, listener);
    this.#sessions.set(key, session);
    session.login.resume();
    this.#count();
    return session;
  }

  #key(scope: Scope, requester: LoginRequester): string {
    return sessionKey(scope, requester.client, requester.plan, requester.credential.claims);
  }

  #makeRoom(newest: Session): void {
    if (this.#sessions.size <= this.#options.capacity) return;
    const kept = [...this.#sessions.values()].filter((session) => session.hasToken);
    if (kept.length <= this.#options.capacity) return;
    const mayGo = kept.filter((session) => session !== newest && !session.isInUse);
    const counts = countBy(kept, ({ account }) => account);
    const most = Math.max(...mayGo.map(({ account }) => counts.get(account) ?? 0));
    const oldest = mayGo.find(({ account }) => counts.get(account) === most);
    if (oldest === undefined) return;
    this.#sessions.delete(oldest.key);
    void oldest.login.revokeUnlessLeased(this.#options.stopping);
  }

  #remove(session: Session): void {
    if (this.#sessions.get(session.key) === session) this.#sessions.delete(session.key);
    this.#count();
  }

  #count(): void {
    this.#options.emit({ type: 'sessions', count: this.#sessions.size + this.#leaseLogins.size });
  }
}

function countBy<T>(list: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const one of list) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return counts;
}

function ownerOf({ identity, login }: Plan, scope: Scope, isForLease: boolean): SessionOwner {
  const { namespace, account, podName, podUid } = identity;
  const pod = scope === 'pod' ? podName : '';
  const isOfPod = scope === 'pod' && !isForLease;
  const { mount, role } = login;
  return { namespace, account, pod, podUid: isOfPod ? podUid : '', mount, role, isForLease };
}

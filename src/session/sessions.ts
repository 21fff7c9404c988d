// Whose login a caller may share. A login through Vault's `kubernetes` method proves only the service account,
// so its pods share it; a `jwt` login can carry pod claims, so it stays with the pod unless the class says
// otherwise. Which method stands at a mount path is learned from its first login and kept for the process.
import { randomUUID } from 'node:crypto';
import type { Plan } from '../plan/plan.ts';
import type { SessionStatus, WhoseStatus } from '../status.ts';
import { waitFor } from '../waiting.ts';
import { AccountUids } from './account-uids.ts';
import { Credential } from './credential.ts';
import { type Scope, sessionKey } from './key.ts';
import { assertLoggedInAs, LoginMethods } from './login-methods.ts';
import type { SessionOptions } from './options.ts';
import type { TokenDoor, TokenSource } from './ports.ts';
import { type LoginRequester, Session, type SessionOwner } from './session.ts';
import { SessionUse } from './session-handle.ts';
import type { LeaseLogin, LeaseLoginHandle, SessionSource } from './session-source.ts';
import type { Token } from './token.ts';

export interface SessionsOptions extends SessionOptions {
  readonly tokenSource: TokenSource;
  /**
   * Sessions with a token kept. Beyond it one of the account that has most goes, its least recently used idle one; one in
   * use or with a lease never.
   */
  readonly capacity: number;
  /** No two pods share a login, whatever the method. */
  readonly isPodOnly: boolean;
}

/** How often a caller waits for another's first login at a mount path before it goes on alone. */
const LEARN_TRIES = 3;

export class Sessions implements SessionSource {
  readonly #options: SessionsOptions;
  /** By session key, least recently used first. */
  readonly #sessions = new Map<string, Session>();
  /** Each for one answer; they go when their token does. */
  readonly #leaseLogins = new Set<Session>();
  readonly #methods = new LoginMethods();
  readonly #accountUids: AccountUids;
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
   * The caller's way into its session, to be left when its mount ends. Logs in only where the method at the
   * mount path is not known yet.
   * @throws MountError token-mismatch, or the failure of that first login.
   */
  async open(plan: Plan, door: TokenDoor, cost: { logins: number }, signal: AbortSignal): Promise<SessionUse> {
    const credential = new Credential(plan.identity, plan.login, this.#options.tokenSource);
    const requester: LoginRequester = { plan, door, credential, cost };
    for (let tries = 1; ; tries += 1) {
      const scope = this.#scopeOf(requester);
      if (scope !== undefined)
        return new SessionUse(this.#session(scope, requester), requester, this.#options.stopping);
      const accountKey = this.#key('account', requester);
      const learning = this.#learning.get(accountKey);
      if (learning === undefined || tries > LEARN_TRIES) return this.#openFirst(accountKey, requester, signal);
      // Its failure is the leader's; whoever wakes first leads the next try.
      await waitFor(learning, `first login at auth/${plan.login.mount}`, signal);
    }
  }

  leaseScopeKey(plan: Plan, door: TokenDoor, isShared: boolean): string {
    const credential = new Credential(plan.identity, plan.login, this.#options.tokenSource);
    const scope = isShared && credential.isShareable ? 'account' : 'pod';
    return sessionKey(scope, door, plan, credential.claims);
  }

  openLeaseLogin(plan: Plan, door: TokenDoor, cost: { logins: number }, purpose: string): LeaseLoginHandle {
    const credential = new Credential(plan.identity, plan.login, this.#options.tokenSource);
    const requester: LoginRequester = { plan, door, credential, cost };
    const session = this.#addLeaseLogin(`${this.#key('pod', requester)} ${purpose}`, door, ownerOf(plan, 'pod', true));
    return new SessionUse(session, requester, this.#options.stopping);
  }

  promoteToLeaseLogin(token: Token): LeaseLogin | undefined {
    const old = [...this.#sessions.values()].find((session) => session.has(token));
    if (old === undefined) return undefined;
    old.detachToken(token);
    const session = this.#addLeaseLogin(`${old.key} taken over`, old.door, {
      ...old.owner,
      podUid: '',
      isForLease: true,
    });
    session.adopt(token);
    return session;
  }

  discardSharedToken(token: Token): boolean {
    if ([...this.#leaseLogins].some((session) => session.has(token))) {
      token.leaseDiscarded();
      return true;
    }
    void this.promoteToLeaseLogin(token)?.revoke(this.#options.stopping);
    return token.isOver;
  }

  resumeLeaseLogin(
    record: string,
    door: TokenDoor,
    { namespace, account, pod }: WhoseStatus,
  ): { login: LeaseLogin; token: Token } | undefined {
    const owner = { namespace, account, pod, podUid: '', mount: '', role: '', isForLease: true };
    const session = this.#addLeaseLogin(record, door, owner, record);
    const token = session.resume();
    if (token !== undefined) return { login: session, token };
    this.#leaseLogins.delete(session);
    this.#count();
    return undefined;
  }

  /** @param record of another for each, as one that was replaced lives beside the one that took its place */
  #addLeaseLogin(key: string, door: TokenDoor, owner: SessionOwner, record = `${key} ${randomUUID()}`): Session {
    const listener = {
      onToken: () => {},
      onEnd: (ended: Session) => {
        this.#leaseLogins.delete(ended);
        this.#count();
      },
    };
    const session = new Session(key, door, owner, this.#options, listener, record);
    this.#leaseLogins.add(session);
    this.#count();
    return session;
  }

  /** Those that have a login of their own. */
  *pods(): Iterable<{ readonly namespace: string; readonly name: string; readonly uid: string }> {
    for (const { owner } of this.#sessions.values()) {
      if (owner.podUid !== '') yield { namespace: owner.namespace, name: owner.pod, uid: owner.podUid };
    }
  }

  /** The pod is no more: the login that only it could use is given back, unless a lease hangs on it or a mount is under way. */
  podGone(podUid: string): void {
    for (const session of [...this.#sessions.values()]) {
      if (session.owner.podUid !== podUid || session.isInUse) continue;
      this.#sessions.delete(session.key);
      void session.revokeUnlessLeased(this.#options.stopping);
    }
    this.#count();
  }

  /** Every login that is held now. */
  *describe(): Iterable<SessionStatus> {
    const now = this.#options.clock.now();
    for (const session of this.#sessions.values()) yield session.describe(now);
    for (const session of this.#leaseLogins) yield session.describe(now);
  }

  /** Gives every login back that carries no lease; for the end of the process. */
  async close(signal: AbortSignal): Promise<void> {
    const sessions = [...this.#sessions.values(), ...this.#leaseLogins];
    this.#sessions.clear();
    this.#leaseLogins.clear();
    this.#options.revocations.end();
    await Promise.all(sessions.map((session) => session.revokeUnlessLeased(signal)));
  }

  #scopeOf(requester: LoginRequester): Scope | undefined {
    const { plan, door, credential } = requester;
    if (!credential.isShareable) return 'pod';
    if (plan.identity.isPodless) return 'account';
    if (this.#options.isPodOnly) return 'pod';
    if (plan.login.scope === 'serviceAccount') return 'account';
    const known = this.#methods.isKubernetes(door, plan.login.mount);
    const isKubernetes = known ?? this.#learnFromRecord(requester);
    if (isKubernetes === undefined) return undefined;
    return isKubernetes ? 'account' : 'pod';
  }

  /** After a restart the caller's own login tells the method. That there is one for its account does not: classes share any. */
  #learnFromRecord({ plan, door, credential }: LoginRequester): boolean | undefined {
    for (const scope of ['account', 'pod'] as const) {
      const metadata = this.#options.records.metadataOf(sessionKey(scope, door, plan, credential.claims));
      if (metadata !== undefined) return this.#methods.learn(door, plan.login.mount, metadata);
    }
    return undefined;
  }

  async #openFirst(accountKey: string, requester: LoginRequester, signal: AbortSignal): Promise<SessionUse> {
    const visit = new SessionUse(this.#session('pod', requester), requester, this.#options.stopping);
    const login = visit.acquire(signal);
    const learned = login.then((token) => this.#learn(requester, token));
    const settled = learned.then(
      () => undefined,
      () => undefined,
    );
    this.#learning.set(accountKey, settled);
    try {
      await learned;
    } catch (thrown) {
      visit.leave();
      throw thrown;
    } finally {
      if (this.#learning.get(accountKey) === settled) this.#learning.delete(accountKey);
    }
    if (this.#scopeOf(requester) !== 'account') return visit;
    return this.#moveToAccount(visit, await login, requester);
  }

  #learn(requester: LoginRequester, token: Token): void {
    const { plan, door } = requester;
    const isKubernetes = this.#methods.learn(door, plan.login.mount, token.metadata);
    if (isKubernetes) assertLoggedInAs(plan, token);
  }

  /** The first login at a path was made for the pod; it turned out to be one that the account's pods share. */
  #moveToAccount(visit: SessionUse, token: Token, requester: LoginRequester): SessionUse {
    if (token.isUseLimited) return visit;
    visit.leave();
    visit.session.detachToken(token);
    this.#sessions.delete(visit.session.key);
    const session = this.#session('account', requester);
    session.adopt(token);
    return new SessionUse(session, requester, this.#options.stopping);
  }

  #session(scope: Scope, requester: LoginRequester): Session {
    const key = this.#key(scope, requester);
    const known = this.#sessions.get(key);
    if (known !== undefined) {
      this.#sessions.delete(key);
      this.#sessions.set(key, known);
      return known;
    }
    const { plan, door } = requester;
    const owner = ownerOf(plan, scope, false);
    const listener = {
      onToken: (newest: Session) => this.#makeRoom(newest),
      onEnd: (ended: Session) => this.#remove(ended),
    };
    const session = new Session(key, door, owner, this.#options, listener);
    this.#sessions.set(key, session);
    session.resume();
    this.#count();
    return session;
  }

  #key(scope: Scope, requester: LoginRequester): string {
    return sessionKey(scope, requester.door, requester.plan, requester.credential.claims);
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
    void oldest.revokeUnlessLeased(this.#options.stopping);
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

// The login interface of a mount. Sessions implements it for the daemon, GivenToken for a person who supplies a store token.
import type { MountError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { WhoseStatus } from '../status.ts';
import type { TokenClient } from './ports.ts';
import type { Token } from './token.ts';

/** One mount's use of a login. Disposing of it ends the use, not the login. */
export interface SessionHandle extends Disposable {
  /** Equal keys: the store gives both the same answers. */
  readonly session: {
    readonly key: string;
    /** The account it is for (accountName). */
    readonly account: string;
  };
  /** A token that serves now. @throws MountError of the login, or mount-timeout. */
  acquire(signal: AbortSignal): Promise<Token>;
  /** The token to retry a refused read with; undefined if the 403 stands. @throws MountError */
  afterForbidden(token: Token, sentAt: number, refused: MountError): Promise<Token | undefined>;
}

/** A login for one lease. The lease ends when its token ends. */
export interface LeaseLogin {
  readonly key: string;
  /** Storage key of its token. */
  readonly recordKey: string;
  /** Revokes the token and all its leases. */
  revoke(signal: AbortSignal): Promise<void>;
  /** The token is neither renewed nor revoked: it expires. */
  leaveToExpire(): void;
}

/** A new login for one lease, and its use by the mount that made it. */
export interface OpenedLeaseLogin {
  readonly login: LeaseLogin;
  readonly handle: SessionHandle;
}

/** Who logs in, and where. */
export interface LoginContext {
  readonly plan: Plan;
  readonly client: TokenClient;
  /** `logins` is incremented for each login sent. */
  readonly cost: { logins: number };
}

export interface SessionSource {
  /** Adds the account's uid to the plan, which all other calls need. May request a token for it. @throws MountError */
  identify(plan: Plan, signal: AbortSignal): Promise<Plan>;
  /** @throws MountError */
  open(context: LoginContext, signal: AbortSignal): Promise<SessionHandle>;
  /** Key of those who share a lease: all pods of the account if `isShared`, else the mounts of one pod. */
  leaseScopeKey(context: Omit<LoginContext, 'cost'>, isShared: boolean): string;
  /** @param purpose tells lease logins of one identity apart */
  openLeaseLogin(context: LoginContext, purpose: string): OpenedLeaseLogin;
  /**
   * Makes the token of a shared session the own token of its lease. Other users of the session log in again. Returns
   * undefined if it cannot.
   * @param token must have exactly one lease
   */
  promoteToLeaseLogin(token: Token): LeaseLogin | undefined;
  /**
   * More than one lease was issued under a shared token. Revokes that token and all its leases so that each can be reissued
   * under its own. Returns false if it cannot; the leases then stay.
   */
  discardSharedToken(token: Token): boolean;
  /** Resumes the lease login of an earlier process by its storage key; undefined if its token has ended. */
  resumeLeaseLogin(
    record: string,
    client: TokenClient,
    whose: WhoseStatus,
  ): { readonly login: LeaseLogin; readonly token: Token } | undefined;
  /** Revokes the tokens of its own logins, except those that a lease depends on. */
  close(signal: AbortSignal): Promise<void>;
}

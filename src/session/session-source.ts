// What a mount needs of a login, whoever has it: the sessions of the daemon (Sessions), or a person who brings a store token
// along (GivenToken).
import type { MountError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { WhoseStatus } from '../status.ts';
import type { TokenClient } from './ports.ts';
import type { Token } from './token.ts';

/** One mount's use of a login; to dispose of it ends the use, and never the login. */
export interface SessionHandle extends Disposable {
  /** Equal keys: the store gives both the same answers. */
  readonly session: {
    readonly key: string;
    /** accountName of whom it is for. */
    readonly account: string;
  };
  /** A token that serves now. @throws MountError of the login, or mount-timeout. */
  acquire(signal: AbortSignal): Promise<Token>;
  /** The token to retry a refused read with; undefined if the 403 stands. @throws MountError */
  afterForbidden(token: Token, sentAt: number, refused: MountError): Promise<Token | undefined>;
}

/** A login for one lease, which lives and dies with its token. */
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
  /** Counted up for each login that was sent. */
  readonly cost: { logins: number };
}

export interface SessionSource {
  /** The plan with the uid of its account, which the other calls need; some tokens alone tell it. @throws MountError */
  identify(plan: Plan, signal: AbortSignal): Promise<Plan>;
  /** @throws MountError */
  open(context: LoginContext, signal: AbortSignal): Promise<SessionHandle>;
  /** Who shares a lease: equal for the pods of an account if `isShared`, else for one pod's mounts. */
  leaseScopeKey(context: Omit<LoginContext, 'cost'>, isShared: boolean): string;
  /** @param purpose tells lease logins of one identity apart */
  openLeaseLogin(context: LoginContext, purpose: string): OpenedLeaseLogin;
  /**
   * Gives the token of a shared session to its lease: other users of the session log in again. undefined if it cannot.
   * @param token with one lease and no other
   */
  promoteToLeaseLogin(token: Token): LeaseLogin | undefined;
  /**
   * More than one lease was issued under a shared token. Revokes that token and all its leases so that each can be reissued
   * under its own. Returns false if it cannot; the leases then stay.
   */
  discardSharedToken(token: Token): boolean;
  /** The login that an earlier process had for one lease, by its storage key; undefined if it is over. */
  resumeLeaseLogin(
    record: string,
    client: TokenClient,
    whose: WhoseStatus,
  ): { readonly login: LeaseLogin; readonly token: Token } | undefined;
  /** Revokes the tokens that it logged in for. */
  close(signal: AbortSignal): Promise<void>;
}

// What a mount needs of a login, whoever holds it: the sessions of the daemon (Sessions), or a person who brings a
// store token along (GivenToken).
import type { MountError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { WhoseStatus } from '../status.ts';
import type { TokenDoor } from './ports.ts';
import type { Token } from './token.ts';

/** One mount's use of a login. */
export interface SessionHandle {
  /** Equal keys: the store gives both the same answers. */
  readonly session: {
    readonly key: string;
    /** accountName of whom it is for. */
    readonly account: string;
  };
  /** A token that serves now. @throws MountError of the login, or mount-timeout. */
  acquire(signal: AbortSignal): Promise<Token>;
  /** The token to repeat a refused read with, or undefined where the refusal stands. @throws MountError */
  afterForbidden(token: Token, sentAt: number, refused: MountError): Promise<Token | undefined>;
  /** Ends the use. */
  leave(): void;
}

/** A login that nobody else uses, for an answer that lives and dies with its token. Of the mount that made it it keeps nothing. */
export interface LeaseLogin {
  readonly key: string;
  /** Under which its token is kept over a restart. */
  readonly recordKey: string;
  /** Gives the token back, and with it all that hangs on it. */
  revoke(signal: AbortSignal): Promise<void>;
  /** Leaves the token to run out: it is neither renewed nor given back. */
  leaveToExpire(): void;
}

/** The use of such a login by the mount that makes it. */
export interface LeaseLoginHandle extends SessionHandle {
  readonly own: LeaseLogin;
}

export interface SessionSource {
  /** The plan as all other calls want it: with the uid of the account, where only a token tells it. @throws MountError */
  identify(plan: Plan, signal: AbortSignal): Promise<Plan>;
  /** @param cost counted up for each login that was sent. @throws MountError */
  open(plan: Plan, door: TokenDoor, cost: { logins: number }, signal: AbortSignal): Promise<SessionHandle>;
  /** Who holds an answer together: equal for the pods of an account where `isShared`, else for one pod's mounts. */
  leaseScopeKey(plan: Plan, door: TokenDoor, isShared: boolean): string;
  /** A login of its own for one answer. @param purpose tells such logins of one identity apart. */
  openLeaseLogin(plan: Plan, door: TokenDoor, cost: { logins: number }, purpose: string): LeaseLoginHandle;
  /**
   * Makes the token of a shared login its answer's own: whoever comes next logs in anew. undefined where that cannot be.
   * @param token which carries one lease and no other
   */
  promoteToLeaseLogin(token: Token): LeaseLogin | undefined;
  /**
   * Several leases were found on the token of a shared login. Nobody goes on with them: it is given back with all of them,
   * or with the one that took it over. False where that cannot be, and they are kept where they are.
   */
  discardSharedToken(token: Token): boolean;
  /** The login that an earlier process had for one answer, by the record's name; undefined where it is over. */
  resumeLeaseLogin(
    record: string,
    door: TokenDoor,
    whose: WhoseStatus,
  ): { readonly login: LeaseLogin; readonly token: Token } | undefined;
  /** Gives back what it logged in itself. */
  close(signal: AbortSignal): Promise<void>;
}

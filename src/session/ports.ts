// The interfaces that session/ needs: a store that issues, renews and revokes tokens, and a source of service account
// tokens. The store's own folder and kube/ implement them; session/ names neither.
import type { Identity } from '../plan/plan.ts';
import type { Secret } from '../secret.ts';

export interface LoginRequest {
  readonly mount: string;
  readonly role: string;
  readonly jwt: Secret<string>;
}

/** A token as the store granted it. */
export interface Grant {
  readonly token: Secret<string>;
  /** Life from `sentAt`; 0: it does not end. */
  readonly ttlMs: number;
  readonly isRenewable: boolean;
  /** Batch tokens can be neither renewed nor revoked. */
  readonly isBatch: boolean;
  /** 0: unlimited. */
  readonly uses: number;
  /** What the login proves: only the account, so that all its pods may share the token, or this one pod. */
  readonly proves: 'account' | 'pod';
  /** The account as which the store accepted the caller (accountName); empty if the login proves no account. */
  readonly account: string;
  /** clock.now() when the request was sent. */
  readonly sentAt: number;
}

/** One store as one class reaches it (address, TLS contents, store namespace). One request each, no retries. */
export interface TokenClient {
  /** Equal for clients that lead to the same store with the same TLS contents and namespace. */
  readonly key: string;
  /** The address as written, for messages. */
  readonly address: string;
  /** Normalized origin of the address, equal for all its spellings. Requests to one origin share slots. */
  readonly origin: string;
  /** The origin, the path before `/v1` and the store's namespace: the unit of a circuit, as it can be down as a whole. */
  readonly store: string;
  /** Names a login in messages. */
  describeLogin(login: Pick<LoginRequest, 'mount' | 'role'>): string;
  /** @throws MountError login-refused, login-incomplete (MFA), or a store failure. */
  login(request: LoginRequest, signal: AbortSignal): Promise<Grant>;
  /** Renews a token. @throws MountError */
  renew(token: Secret<string>, signal: AbortSignal): Promise<Grant>;
  /** False if the store says that the token is invalid. @throws MountError on any other failure. */
  isAlive(token: Secret<string>, signal: AbortSignal): Promise<boolean>;
  /** Revokes a token and all leases under it. @throws MountError */
  revoke(token: Secret<string>, signal: AbortSignal): Promise<void>;
}

/** Requests service account tokens from the API server. */
export interface TokenSource {
  /**
   * A token of the identity's service account, bound to its pod.
   * @param audience undefined: the API server's default audience.
   * @param cameFor the audiences of the tokens that came with the mount, for messages.
   * @throws MountError token-missing (switched off or not allowed here), token-request-refused, api-unreachable.
   */
  requestToken(
    identity: Identity,
    audience: string | undefined,
    signal: AbortSignal,
    cameFor: readonly string[],
  ): Promise<Secret<string>>;
}

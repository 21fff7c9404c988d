// What session/ needs of the outside: a store that issues, renews and revokes tokens, and a source of service account tokens.
// The store's room and kube/ implement these; session/ names neither.
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
  /** Whose login it is as far as the store says: one that all pods of the account may have, or this pod's alone. */
  readonly proves: 'account' | 'pod';
  /** The account that the store took the caller for (accountName); empty if it proves none. */
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
  /** Where connections end, equal for all spellings of it: requests to it share slots. */
  readonly origin: string;
  /** The origin with what stands before `/v1` and the store's namespace: what may be down as a whole. */
  readonly store: string;
  /** For messages: what a login is called. */
  describeLogin(login: Pick<LoginRequest, 'mount' | 'role'>): string;
  /** @throws MountError login-refused, login-incomplete (MFA), or a store failure. */
  login(request: LoginRequest, signal: AbortSignal): Promise<Grant>;
  /** Lengthens a token's life. @throws MountError */
  renew(token: Secret<string>, signal: AbortSignal): Promise<Grant>;
  /** False if the store says the token is not one. @throws MountError on any other failure. */
  isAlive(token: Secret<string>, signal: AbortSignal): Promise<boolean>;
  /** Ends a token, and all leases under it. @throws MountError */
  revoke(token: Secret<string>, signal: AbortSignal): Promise<void>;
}

/** Service account tokens asked of the API server. */
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

// The service account token that one mount logs in with: the one the driver passed for the class's audience, else one
// requested from the API server when first needed. Kept only as long as the mount.
import type { Identity, LoginSettings } from '../plan/plan.ts';
import type { Secret } from '../secret.ts';
import { assertClaimsMatch, type Claims, readClaims } from './claims.ts';
import type { TokenSource } from './ports.ts';

export class Credential {
  /** Claims of the passed token, checked against the identity; undefined without a token or without such claims. */
  readonly claims: Claims | undefined;
  readonly #passed: Secret<string> | undefined;
  readonly #identity: Identity;
  readonly #login: LoginSettings;
  readonly #source: TokenSource;

  /** @throws MountError token-mismatch */
  constructor(identity: Identity, login: LoginSettings, source: TokenSource) {
    this.#identity = identity;
    this.#login = login;
    this.#source = source;
    this.#passed = login.tokens.get(login.audience);
    this.claims = this.#passed === undefined ? undefined : readClaims(this.#passed);
    if (this.claims !== undefined) assertClaimsMatch(this.claims, identity);
  }

  /** Only a token that identifies its account may share that account's session. One from the API server always does. */
  get isShareable(): boolean {
    return this.#passed === undefined || this.claims !== undefined;
  }

  /** @throws MountError token-missing, token-request-refused, api-unreachable */
  token(signal: AbortSignal): Promise<Secret<string>> {
    if (this.#passed !== undefined) return Promise.resolve(this.#passed);
    const { requestAudience, tokens } = this.#login;
    return this.#source.requestToken(this.#identity, requestAudience, signal, [...tokens.keys()]);
  }

  /** True if both log in alike: a login refused for one is also refused for the other. */
  isSameAs(other: Credential): boolean {
    if (this.#passed !== undefined || other.#passed !== undefined) {
      return this.#passed?.reveal() === other.#passed?.reveal();
    }
    return this.#identity.podUid === other.#identity.podUid;
  }
}

// With what one caller can log in: the token the driver passed for the class's audience or, if it passed none, one
// asked of the API server when it is first needed. Belongs to one mount and dies with it.
import type { Identity, LoginSettings } from '../plan/plan.ts';
import type { Secret } from '../secret.ts';
import { assertClaimsMatch, type Claims, readClaims } from './claims.ts';
import type { TokenSource } from './ports.ts';

export class Credential {
  /** The passed token's, checked against the identity; undefined if there is no token or it has no such claims. */
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

  /** Sessions of an account are shared only among tokens that say whose they are. One from the API server does. */
  get isShareable(): boolean {
    return this.#passed === undefined || this.claims !== undefined;
  }

  /** @throws MountError token-missing, token-request-refused, api-unreachable */
  token(signal: AbortSignal): Promise<Secret<string>> {
    if (this.#passed !== undefined) return Promise.resolve(this.#passed);
    const { requestAudience, tokens } = this.#login;
    return this.#source.requestToken(this.#identity, requestAudience, signal, [...tokens.keys()]);
  }

  /** A login refused for one is refused for the other. */
  isSameAs(other: Credential): boolean {
    if (this.#passed !== undefined || other.#passed !== undefined) {
      return this.#passed?.reveal() === other.#passed?.reveal();
    }
    return this.#identity.podUid === other.#identity.podUid;
  }
}

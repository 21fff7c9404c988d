// The uid of a pod's service account. An account that was deleted and created again keeps its name but must not use the
// logins of the old one. The uid comes from the claims of the token that came with the mount. If none came, it comes from
// a token requested from the API server, once for each pod, because a pod never changes its account.
import type { Plan } from '../plan/plan.ts';
import { readClaims } from './claims.ts';
import type { TokenSource } from './ports.ts';

/** A node runs 110 to 250 pods. A pod that was dropped costs one more token request. */
const MAX_PODS = 1_000;

export class AccountUids {
  readonly #source: TokenSource;
  /** Account uid by pod, least recently used first. */
  readonly #known = new Map<string, string>();

  constructor(source: TokenSource) {
    this.#source = source;
  }

  /**
   * Adds the account's uid to the plan, if a token has it.
   * @throws MountError token-missing, token-request-refused, api-unreachable
   */
  async identify(plan: Plan, signal: AbortSignal): Promise<Plan> {
    const { identity, login } = plan;
    if (login.tokens.has(login.audience)) return plan;
    const pod = JSON.stringify([identity.namespace, identity.account, identity.podUid]);
    // Not cached for the sync controller: it calls for many accounts and outlives them.
    const known = identity.isPodless ? undefined : this.#known.get(pod);
    const accountUid = known ?? (await this.#ask(plan, signal));
    this.#known.delete(pod);
    this.#known.set(pod, accountUid);
    if (this.#known.size > MAX_PODS) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    return { ...plan, identity: { ...identity, accountUid } };
  }

  async #ask({ identity, login }: Plan, signal: AbortSignal): Promise<string> {
    const token = await this.#source.requestToken(identity, login.requestAudience, signal, [...login.tokens.keys()]);
    return readClaims(token)?.accountUid ?? '';
  }
}

// Which account a pod's token is of, by its uid: one that was deleted and created again has the same name and must not use the
// logins of the old one. A token that came with the mount says it in its claims; if none came, the token requested from the API
// server does, once for each pod, as a pod keeps its account.
import type { Plan } from '../plan/plan.ts';
import { readClaims } from './claims.ts';
import type { TokenSource } from './ports.ts';

/** A node runs some 110 to 250 pods; one that is forgotten costs one token request. */
const MAX_PODS = 1_000;

export class AccountUids {
  readonly #source: TokenSource;
  /** By pod, the one asked for longest ago first. */
  readonly #known = new Map<string, string>();

  constructor(source: TokenSource) {
    this.#source = source;
  }

  /**
   * The plan with the account's uid in it, as far as a token says it.
   * @throws MountError token-missing, token-request-refused, api-unreachable
   */
  async identify(plan: Plan, signal: AbortSignal): Promise<Plan> {
    const { identity, login } = plan;
    if (login.tokens.has(login.audience)) return plan;
    const pod = JSON.stringify([identity.namespace, identity.account, identity.podUid]);
    // The sync controller asks for many accounts, and outlives them.
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

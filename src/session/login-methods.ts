// What a login response says besides the token. First, what a login at this auth mount path proves, which is the same for
// everybody who logs in there. Second, the account as which the store accepted the caller.
import { MountError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { accountName } from '../pot.ts';
import { methodKey } from './key.ts';
import type { Grant, TokenClient } from './ports.ts';
import type { Token } from './token.ts';

/** Mount paths whose method is remembered. A class may name any path, so there is a bound; one forgotten is learned again. */
const MAX_METHODS = 1_000;

export class LoginMethods {
  /** By method key, least recently used first. */
  readonly #proofs = new Map<string, Grant['proves']>();

  /** undefined: not known yet. */
  proves(client: TokenClient, mount: string): Grant['proves'] | undefined {
    const key = methodKey(client, mount);
    const known = this.#proofs.get(key);
    // Move it to the end, so that it is not dropped: one account may log in at a thousand paths of its own store.
    if (known !== undefined) this.#remember(key, known);
    return known;
  }

  /** @param proves what a login at this mount path proves */
  learn(client: TokenClient, mount: string, proves: Grant['proves']): void {
    this.#remember(methodKey(client, mount), proves);
    if (this.#proofs.size > MAX_METHODS) {
      const [oldest] = this.#proofs.keys();
      if (oldest !== undefined) this.#proofs.delete(oldest);
    }
  }

  #remember(key: string, proves: Grant['proves']): void {
    this.#proofs.delete(key);
    this.#proofs.set(key, proves);
  }
}

/** @throws MountError token-mismatch if the store accepted the token for another account than the kubelet named. */
export function assertLoggedInAs(plan: Plan, token: Token): void {
  const { namespace, account } = plan.identity;
  if (token.account === accountName(plan.identity)) return;
  throw new MountError(
    'token-mismatch',
    `the store logged the token in as another service account than ${namespace}/${account}, which the pod runs as`,
  );
}

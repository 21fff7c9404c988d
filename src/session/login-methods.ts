// What the answer to a login says beside its token: what a login at an auth mount path proves, a fact about the store and the
// same for all who log in there, and as whom the store accepted the caller.
import { MountError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { accountName } from '../pot.ts';
import { methodKey } from './key.ts';
import type { Grant, TokenClient } from './ports.ts';
import type { Token } from './token.ts';

/** Mount paths whose method is remembered. A class may name any path, so there is a bound; one forgotten is learned again. */
const MAX_METHODS = 1_000;

export class LoginMethods {
  /** By method key, the one used longest ago first. */
  readonly #proofs = new Map<string, Grant['proves']>();

  /** undefined: not known yet. */
  proves(client: TokenClient, mount: string): Grant['proves'] | undefined {
    const key = methodKey(client, mount);
    const known = this.#proofs.get(key);
    // What is in use stays: one account may log in at a thousand paths of a store of its own.
    if (known !== undefined) this.#remember(key, known);
    return known;
  }

  /** @param proves of a login there */
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

/** @throws MountError token-mismatch: the store accepted the token as another account's than the kubelet named. */
export function assertLoggedInAs(plan: Plan, token: Token): void {
  const { namespace, account } = plan.identity;
  if (token.account === accountName(plan.identity)) return;
  throw new MountError(
    'token-mismatch',
    `the store logged the token in as another service account than ${namespace}/${account}, which the pod runs as`,
  );
}

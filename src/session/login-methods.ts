// What the answer to a login says beside its token: which method is at an auth mount path, a fact about the store and the same
// for all who log in there, and as whom the store accepted the caller.
import { MountError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { methodKey } from './key.ts';
import type { TokenDoor } from './ports.ts';
import type { Token } from './token.ts';

/** Mount paths whose method is remembered. A class may name any path, so there is a bound; one forgotten is learned again. */
const MAX_METHODS = 1_000;

export class LoginMethods {
  /** By method key, the one used longest ago first. */
  readonly #isKubernetes = new Map<string, boolean>();

  /** undefined: not known yet. */
  isKubernetes(door: TokenDoor, mount: string): boolean | undefined {
    const key = methodKey(door, mount);
    const known = this.#isKubernetes.get(key);
    // What is in use stays: one account may log in at a thousand paths of a store of its own.
    if (known !== undefined) this.#remember(key, known);
    return known;
  }

  /** @param metadata of a login there. @returns whether the method is `kubernetes` */
  learn(door: TokenDoor, mount: string, metadata: ReadonlyMap<string, string>): boolean {
    const isKubernetes = metadata.has('service_account_uid') && metadata.has('service_account_name');
    this.#remember(methodKey(door, mount), isKubernetes);
    if (this.#isKubernetes.size > MAX_METHODS) {
      const [oldest] = this.#isKubernetes.keys();
      if (oldest !== undefined) this.#isKubernetes.delete(oldest);
    }
    return isKubernetes;
  }

  #remember(key: string, isKubernetes: boolean): void {
    this.#isKubernetes.delete(key);
    this.#isKubernetes.set(key, isKubernetes);
  }
}

/** @throws MountError token-mismatch: the store accepted the token as another account's than the kubelet named. */
export function assertLoggedInAs(plan: Plan, token: Token): void {
  const { namespace, account } = plan.identity;
  const isWellFormed =
    token.metadata.get('service_account_name') === account &&
    token.metadata.get('service_account_namespace') === namespace;
  if (isWellFormed) return;
  throw new MountError(
    'token-mismatch',
    `the store logged the token in as another service account than ${namespace}/${account}, which the pod runs as`,
  );
}

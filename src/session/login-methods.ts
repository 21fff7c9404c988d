// What a login's answer tells beside its token: which method stands at a mount path, a fact about the store and the same
// for all who log in there, and for whom the store took the caller.
import { MountError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { methodKey } from './key.ts';
import type { LiveToken } from './live-token.ts';
import type { TokenDoor } from './ports.ts';

/** Mount paths whose method is remembered. A class may name any path, so there is a bound; one forgotten is learned again. */
const MAX_METHODS = 1_000;

export class LoginMethods {
  /** By method key. */
  readonly #isKubernetes = new Map<string, boolean>();

  /** undefined: not known yet. */
  isKubernetes(door: TokenDoor, mount: string): boolean | undefined {
    return this.#isKubernetes.get(methodKey(door, mount));
  }

  /** @param metadata of a login there. @returns whether the method is `kubernetes` */
  learn(door: TokenDoor, mount: string, metadata: ReadonlyMap<string, string>): boolean {
    const isKubernetes = metadata.has('service_account_uid') && metadata.has('service_account_name');
    this.#isKubernetes.set(methodKey(door, mount), isKubernetes);
    if (this.#isKubernetes.size > MAX_METHODS) {
      const [oldest] = this.#isKubernetes.keys();
      if (oldest !== undefined) this.#isKubernetes.delete(oldest);
    }
    return isKubernetes;
  }
}

/** @throws MountError token-mismatch: the store took the token for another account's than the kubelet named. */
export function assertLoggedInAs(plan: Plan, token: LiveToken): void {
  const { namespace, account } = plan.identity;
  const isOurs =
    token.metadata.get('service_account_name') === account &&
    token.metadata.get('service_account_namespace') === namespace;
  if (isOurs) return;
  throw new MountError(
    'token-mismatch',
    `the store logged the token in as another service account than ${namespace}/${account}, which the pod runs as`,
  );
}

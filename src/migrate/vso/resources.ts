// The resources of Vault Secrets Operator in the input, and how one names another (v0.10.0, common/common.go).
import { textAt } from '../../manifest/nodes.ts';
import type { Input } from '../input.ts';

const GROUP = 'secrets.hashicorp.com/';
/** Name of the resource that is used if none is named; it is in the operator's namespace. */
const DEFAULT = 'default';

export function isVso({ map }: Input): boolean {
  return (textAt(map, 'apiVersion') ?? '').startsWith(GROUP);
}

export class Resources {
  readonly #inputs: readonly Input[];

  constructor(inputs: readonly Input[]) {
    this.#inputs = inputs.filter(isVso);
  }

  ofKinds(kinds: readonly string[]): readonly Input[] {
    return this.#inputs.filter(({ kind }) => kinds.includes(kind));
  }

  /** @param reference `name` or `namespace/name`; undefined: the operator's default. */
  find(kind: string, reference: string | undefined, near: Input): Input | undefined {
    const [first = '', second] = (reference ?? DEFAULT).split('/');
    const name = second ?? first;
    const named = this.ofKinds([kind]).filter((one) => one.name === name);
    if (second !== undefined) return this.named(kind, first, name);
    if (reference !== undefined) return named.find((one) => one.mayShareNamespace(near));
    // Which namespace is the operator's is not in the input: not that of the secret, for a default of its own says nothing.
    const isOperators = ({ namespace }: Input) =>
      kind !== 'VaultAuth' || namespace === undefined || namespace !== near.namespace;
    const [found, another] = named.filter(isOperators);
    return another === undefined ? found : undefined;
  }

  named(kind: string, namespace: string, name: string): Input | undefined {
    return this.ofKinds([kind]).find(
      (one) => one.name === name && (one.namespace === undefined || one.namespace === namespace),
    );
  }
}

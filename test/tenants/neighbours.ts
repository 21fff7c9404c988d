// Pods of another namespace that use the victim's store, by a role that may read nothing of value.
import type { MountWish } from '../harness/driver.ts';

/** What an attacker's process needs of them. */
export interface Neighbours {
  readonly mount: string;
  /** One pod's each. */
  readonly tokens: readonly string[];
}

export const NEIGHBOUR = { namespace: 'evil', account: 'neighbour' };

export function neighbour({ mount, tokens }: Neighbours, roleName: string, number: number, objects: string): MountWish {
  const pod = number % tokens.length;
  return {
    ...NEIGHBOUR,
    pod: `pod-${pod}`,
    tokens: { vault: tokens[pod] ?? '' },
    parameters: { roleName, vaultAuthMountPath: mount, objects },
  };
}

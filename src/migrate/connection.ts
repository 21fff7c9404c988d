// How a class reaches its store and logs in. What is undefined is left to the daemon.
import type { Setup } from './setup.ts';

export interface Connection {
  readonly address: string | undefined;
  readonly namespace: string | undefined;
  readonly authMount: string | undefined;
  readonly audience: string | undefined;
  readonly method: 'kubernetes' | 'jwt';
  readonly tlsServerName?: string;
  readonly skipsTlsVerify?: true;
}

/** The connection for systems whose manifests do not say. */
export function connectionOf({ address, storeNamespace, authMount, audience }: Setup): Connection {
  return { address, namespace: storeNamespace, authMount, audience, method: 'kubernetes' };
}

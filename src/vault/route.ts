// The route to one address: what to connect to, over which agent, and its name in messages.
import type { Address } from './address.ts';
import type { StoreAgent } from './agents.ts';

/** How one address is reached. */
export interface Route {
  readonly address: Address;
  readonly origin: URL;
  readonly agent: StoreAgent;
  /** The address as messages name it, with the proxy if there is one. */
  readonly endpoint: string;
  /** The CA that must have signed the store's certificate, for messages. */
  readonly trust: string;
  /** The name the certificate must be for. */
  readonly serverName: string;
  /** True if a store redirected the request there. */
  readonly isRedirected?: boolean;
}

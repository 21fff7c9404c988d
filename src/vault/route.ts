// The way to one address: what is connected to, over which agent, and how messages name it.
import type { Address } from './address.ts';
import type { StoreAgent } from './agents.ts';

/** How one address is reached. */
export interface Route {
  readonly address: Address;
  readonly origin: URL;
  readonly agent: StoreAgent;
  /** The address as messages name it, with the proxy if there is one. */
  readonly endpoint: string;
  /** Whose signature the store's certificate must bear, for messages. */
  readonly trust: string;
  /** The name the certificate must be for. */
  readonly serverName: string;
  /** A store sent the request there. */
  readonly isRedirected?: boolean;
}

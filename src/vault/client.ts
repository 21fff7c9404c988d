// node-vault, reduced to what we need of it: `client.request` over a transport of ours. It would take a token,
// an address and a namespace from the environment, remember the last login's token, drop statuses and
// headers, and print bodies under DEBUG (node-vault 0.12.0): each of these is shut off here and tested.
import createVault from 'node-vault';
import type { StoreAnswer, StoreRequest } from './request.ts';

/** Sends one request; any status is an answer. The token and the namespace are in the request's headers. */
export type Client = (request: StoreRequest) => Promise<StoreAnswer>;

/** What node-vault hands to its HTTP library: our request, with `uri` added. */
type Handed = StoreRequest & { readonly uri: string };

/** Its types name axios and miss what is set below. */
interface Vault {
  handleVaultResponse(answer: StoreAnswer): StoreAnswer;
  request(request: StoreRequest): Promise<StoreAnswer>;
}

/** The scheme and host that `uri` starts with; the transport knows where it connects to and cuts them off. */
const PLACEHOLDER = 'http://store';

/**
 * @param prefix what the address has before `/v1`
 * @param transport gets the request with the whole path
 */
export function createClient(prefix: string, transport: (request: StoreRequest) => Promise<StoreAnswer>): Client {
  const options = {
    endpoint: PLACEHOLDER + prefix,
    apiVersion: 'v1',
    debug() {},
    'request-promise': {
      defaults:
        () =>
        ({ uri, ...request }: Handed) =>
          transport({ ...request, path: uri.slice(PLACEHOLDER.length) }),
    },
  };
  const vault = createVault(options as Parameters<typeof createVault>[0]) as unknown as Vault;
  // An empty value in the options does not keep the environment's out, and each login sets `token`.
  for (const name of ['token', 'namespace', 'pathPrefix'])
    Object.defineProperty(vault, name, { get: () => '', set() {} });
  vault.handleVaultResponse = (answer) => answer;
  return (request) => vault.request(request);
}

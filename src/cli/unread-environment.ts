// Variables that the previous providers' API client reads, or that people set for it, and that this provider ignores. The
// daemon says at its start that they have no effect, as whoever set one relies on it.
import type { Emit } from '../events.ts';
import { BOOLEANS } from '../plan/parameter-table.ts';
import type { Environment } from './flag-source.ts';

const FIXES: Readonly<Record<string, string>> = {
  AGENT_ADDR: 'write the address in --vault-addr or VAULT_ADDR',
  RATE_LIMIT: '--store-concurrency bounds the requests under way to a store',
  DISABLE_REDIRECTS:
    "a redirect to another address is followed once from the node's own store address and never from one that a class names",
  SRV_LOOKUP: "write the store's host and port in --vault-addr or VAULT_ADDR",
  HEADERS: 'no header can be added to the requests',
  CLIENT_CERT_BYTES: 'write the certificate to a file and name it in --vault-tls-client-cert',
  CLIENT_KEY_BYTES: 'write the key to a file and name it in --vault-tls-client-key',
  TOKEN: 'the provider logs in as the pod, with no token of its own; unset it',
};
/** Set to off, they ask for what is the case anyway. */
const SWITCHES = ['DISABLE_REDIRECTS', 'SRV_LOOKUP'];

export function warnOfUnreadVariables(env: Environment, emit: Emit): void {
  for (const [name, fix] of Object.entries(FIXES)) {
    const set = [`BAO_${name}`, `VAULT_${name}`].filter((one) => isSet(env[one], SWITCHES.includes(name)));
    for (const variable of set)
      emit({ type: 'notice', level: 'warn', message: `${variable} is set and not read; ${fix}` });
  }
}

function isSet(value: string | undefined, isSwitch: boolean): boolean {
  return value !== undefined && value !== '' && !(isSwitch && BOOLEANS.get(value) === false);
}

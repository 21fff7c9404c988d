// Which store addresses may be used, and how far. Anyone who may write a class, or a pod, can name an address; the
// node's network must not become theirs, and what a pod sends goes to that address and nowhere else. Link-local and
// cloud metadata addresses and the provider's own port are refused unless the operator lists them; with `listed`,
// every address that is not the operator's own must be on the list.
import { isIP } from 'node:net';
import { MountError, type Reason } from '../errors.ts';
import { type Address, parseAddress, storeOf } from './address.ts';
import { isMetadata, isOwnMachine } from './ip-ranges.ts';

export interface AddressPolicy {
  readonly addresses: 'any' | 'listed';
  /** `--allow-store-address`: addresses that may be used whatever they are. */
  readonly allowed: readonly string[];
  /** The operator's own, for classes that name none; a class that names it gets the same. */
  readonly own?: string | undefined;
  /** Ports that the provider itself listens on. */
  readonly ownPorts?: readonly number[] | undefined;
}

/** Who named an address: the node's operator, a class or pod, or a redirecting store. */
export type NamedBy = 'operator' | 'class' | 'redirect';

/** Why an IP address may not be connected to, as a noun for a message; undefined: it is allowed. */
export type Guard = (ip: string) => string | undefined;

/** How an address may be used. */
export interface Admission {
  /** Checks every IP address that its name resolves to; undefined: no check. */
  readonly guard: Guard | undefined;
  /** Whether a redirect may lead to another origin, or out of the address's path. */
  readonly mayLeadAway: boolean;
}

/** Names of metadata services, needed if a proxy resolves the name. */
const METADATA_NAMES = new Set(['metadata', 'metadata.google.internal', 'metadata.goog', 'instance-data.ec2.internal']);

export class AddressRules {
  readonly #mustBeListed: boolean;
  readonly #listed: ReadonlySet<string>;
  readonly #own: string | undefined;
  readonly #ownPorts: readonly number[];

  /** @throws MountError address-refused if an entry of the list is not an address. */
  constructor({ addresses, allowed, own, ownPorts = [] }: AddressPolicy) {
    this.#mustBeListed = addresses === 'listed';
    this.#listed = new Set(allowed.map((text) => storeOf(parseAddress(text))));
    this.#own = own === undefined ? undefined : storeOf(parseAddress(own));
    this.#ownPorts = ownPorts;
  }

  /** @throws MountError address-refused; store-unavailable for an unlisted target of a redirect */
  admit(address: Address, namedBy: NamedBy): Admission {
    const store = storeOf(address);
    if (namedBy === 'operator' || store === this.#own) return { guard: undefined, mayLeadAway: true };
    if (this.#listed.has(store)) return { guard: undefined, mayLeadAway: false };
    if (address.socketPath !== undefined) throw refused(address, `it is a Unix socket of the node`);
    if (this.#mustBeListed) {
      const why = `${WHO[namedBy]} names it and only listed addresses are allowed`;
      // Transient: a standby redirects to its leader for some seconds after that is gone.
      throw refused(address, why, namedBy === 'redirect' ? 'store-unavailable' : 'address-refused');
    }
    const guard = this.#guardOf(address.port);
    const name = address.host.toLowerCase().replace(/\.$/, '');
    const what = isIP(name) !== 0 ? guard(name) : METADATA_NAMES.has(name) ? METADATA : undefined;
    if (what !== undefined) throw refused(address, `it is ${what}`);
    return { guard, mayLeadAway: false };
  }

  #guardOf(port: number): Guard {
    const isOwnPort = this.#ownPorts.includes(port);
    return (ip) => (isMetadata(ip) ? METADATA : isOwnPort && isOwnMachine(ip) ? OWN_PORT : undefined);
  }
}

/** The error for a name that resolves to a refused address. */
export function refusedAfterLookup(host: string, what: string): MountError {
  return new MountError(
    'address-refused',
    `${host} resolves to ${what}; allow it by the provider's --allow-store-address if that is meant`,
  );
}

const WHO = { class: 'the class', redirect: 'a redirect' } as const;
const METADATA = 'a link-local or cloud metadata address';
const OWN_PORT = "the provider's own port";

function refused(address: Address, why: string, reason: Reason = 'address-refused'): MountError {
  return new MountError(
    reason,
    `store address ${address.text}: ${why}; the node's operator can allow it: --allow-store-address=${storeOf(address)}`,
  );
}

// Which store addresses may be used. Anyone who may write a class, or a pod, can name an address; the
// node's network must not become theirs. Link-local and cloud metadata addresses are refused unless the
// operator lists them; with `listed`, every address that is not the operator's own must be on the list.
import { BlockList, isIP } from 'node:net';
import { MountError } from '../errors.ts';
import { type Address, parseAddress } from './address.ts';

export interface AddressPolicy {
  readonly addresses: 'any' | 'listed';
  /** `--allow-store-address`: addresses whose scheme, host and port may be used whatever they are. */
  readonly allowed: readonly string[];
}

/** Who named an address: the node's operator, a class or pod, or a store that redirects. */
export type NamedBy = 'operator' | 'class' | 'redirect';

/**
 * What answers without being asked who is asking. 169.254.169.254 and fe80::/10 are link-local; the rest are
 * the metadata services outside that range: AWS (fd00:ec2::254), Google (fd20:ce::254), Alibaba
 * (100.100.100.200), Oracle (192.0.0.192), Azure's WireServer (168.63.129.16). BlockList applies IPv4 rules
 * to ::ffff:0:0/96 by itself; 64:ff9b::/96 (NAT64), 2002::/16 (6to4) and ::/96 carry IPv4 addresses too.
 */
function createBlockList(): BlockList {
  const list = new BlockList();
  list.addSubnet('169.254.0.0', 16, 'ipv4');
  list.addSubnet('fe80::', 10, 'ipv6');
  for (const prefix of ['64:ff9b::', '::']) list.addSubnet(`${prefix}a9fe:0`, 112, 'ipv6');
  list.addSubnet('2002:a9fe::', 32, 'ipv6');
  for (const address of ['100.100.100.200', '192.0.0.192', '168.63.129.16']) list.addAddress(address, 'ipv4');
  for (const address of ['fd00:ec2::254', 'fd20:ce::254']) list.addAddress(address, 'ipv6');
  return list;
}

const BLOCKED = createBlockList();
/** Names of those services, for the case that a proxy resolves the name and not we. */
const BLOCKED_NAMES = new Set(['metadata', 'metadata.google.internal', 'metadata.goog', 'instance-data.ec2.internal']);

/** True for an IP address, in text, that nothing but a listed address may lead to. */
export function isBlocked(ip: string): boolean {
  return BLOCKED.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4');
}

export class AddressRules {
  readonly #mustBeListed: boolean;
  readonly #listed: ReadonlySet<string>;

  /** @throws MountError address-refused where an entry of the list is no address. */
  constructor(policy: AddressPolicy) {
    this.#mustBeListed = policy.addresses === 'listed';
    this.#listed = new Set(policy.allowed.map((text) => parseAddress(text).origin));
  }

  /**
   * True where every IP address that the name turns out to mean must still be held against `isBlocked`.
   * @throws MountError address-refused
   */
  admit(address: Address, namedBy: NamedBy): boolean {
    if (namedBy === 'operator' || this.#listed.has(address.origin)) return false;
    if (address.socketPath !== undefined) throw refused(address, `it is a Unix socket of the node`);
    if (this.#mustBeListed) throw refused(address, `${WHO[namedBy]} names it and only listed addresses are allowed`);
    const name = address.host.toLowerCase().replace(/\.$/, '');
    if (isIP(name) === 0 ? BLOCKED_NAMES.has(name) : isBlocked(name)) throw refused(address, LINK_LOCAL);
    return isIP(name) === 0;
  }
}

/** The error for a name that turned out to mean a blocked address. */
export function refusedAfterLookup(host: string): MountError {
  return new MountError(
    'address-refused',
    `${host} resolves to ${LINK_LOCAL_NOUN}; allow it by the provider's --allow-store-address if that is meant`,
  );
}

const WHO = { class: 'the class', redirect: 'a redirect' } as const;
const LINK_LOCAL_NOUN = 'a link-local or cloud metadata address';
const LINK_LOCAL = `it is ${LINK_LOCAL_NOUN}`;

function refused(address: Address, why: string): MountError {
  const { text, origin } = address;
  return new MountError(
    'address-refused',
    `store address ${text}: ${why}; the node's operator can allow it: --allow-store-address=${origin}`,
  );
}

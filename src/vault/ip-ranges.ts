// Classifies an IP address in any spelling: link-local or a cloud's metadata service, or this machine itself. An IPv6
// address that embeds an IPv4 one is judged by both.
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

type Range = readonly [network: string, bits: number];

/**
 * Ranges that answer without authentication, by the clouds' own documents: link-local (169.254.169.254 and
 * fe80::a9fe:a9fe among it), AWS (fd00:ec2::/32 for all its services), Google, Oracle (two), Alibaba (two), Scaleway,
 * Linode, and Azure's WireServer.
 */
const METADATA = listOf([
  ['169.254.0.0', 16],
  ['fe80::', 10],
  ['fd00:ec2::', 32],
  ['fd20:ce::254', 128],
  ['192.0.0.192', 32],
  ['fd00:c1::a9fe:a9fe', 128],
  ['100.100.100.200', 32],
  ['fd00:100::100:200', 128],
  ['fd00:42::42', 128],
  ['fd00:a9fe:a9fe::1', 128],
  ['168.63.129.16', 32],
]);

/** A connection to 0.0.0.0 or :: is one to this machine (Linux). */
const LOOPBACK = listOf([
  ['127.0.0.0', 8],
  ['0.0.0.0', 32],
  ['::1', 128],
  ['::', 128],
]);

const LAST = [12, 13, 14, 15];
/**
 * IPv6 ranges with an IPv4 address inside, and in which bytes: compatible (RFC 4291), mapped (the same), translated
 * (RFC 7915), NAT64 (RFC 6052), NAT64 of a site's own (RFC 8215, whose prefix may have any length of RFC 6052), 6to4
 * (RFC 3056).
 */
const CARRIERS: readonly { readonly range: BlockList; readonly layouts: readonly (readonly number[])[] }[] = [
  { range: listOf([['::', 96]]), layouts: [LAST] },
  { range: listOf([['::ffff:0:0', 96]]), layouts: [LAST] },
  { range: listOf([['::ffff:0:0:0', 96]]), layouts: [LAST] },
  { range: listOf([['64:ff9b::', 96]]), layouts: [LAST] },
  { range: listOf([['64:ff9b:1::', 48]]), layouts: [[6, 7, 9, 10], [7, 9, 10, 11], [9, 10, 11, 12], LAST] },
  { range: listOf([['2002::', 16]]), layouts: [[2, 3, 4, 5]] },
];

/** True for link-local addresses and those of metadata services. */
export function isMetadata(ip: string): boolean {
  return formsOf(ip).some((form) => holds(METADATA, form));
}

/** True for loopback and the addresses of this machine's (or pod's) interfaces. */
export function isOwnMachine(ip: string): boolean {
  const own = listOf(interfaceAddresses().map((address) => [address, isIP(address) === 6 ? 128 : 32]));
  return formsOf(ip).some((form) => holds(LOOPBACK, form) || holds(own, form));
}

/** Empty if the system hides them, as some sandboxes do. */
function interfaceAddresses(): string[] {
  try {
    return Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
  } catch {
    return [];
  }
}

/** The address without its zone (`%eth0`), and each IPv4 address that it embeds. */
function formsOf(text: string): string[] {
  const [ip = ''] = text.split('%');
  if (isIP(ip) !== 6) return [ip];
  const layouts = CARRIERS.filter(({ range }) => holds(range, ip)).flatMap((carrier) => carrier.layouts);
  const bytes = layouts.length === 0 ? [] : bytesOf(ip);
  return [ip, ...layouts.map((layout) => layout.map((at) => bytes[at]).join('.'))];
}

function bytesOf(ip: string): number[] {
  // As URLs write it: hexadecimal groups and at most one `::`, whatever the spelling.
  const [head = '', tail] = new URL(`http://[${ip}]`).hostname.slice(1, -1).split('::');
  const groups = (part: string | undefined) => (part ? part.split(':') : []);
  const missing = 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail)];
  return all.map((group) => Number.parseInt(group, 16)).flatMap((group) => [group >> 8, group & 0xff]);
}

function listOf(ranges: readonly Range[]): BlockList {
  const list = new BlockList();
  for (const [network, bits] of ranges) list.addSubnet(network, bits, isIP(network) === 6 ? 'ipv6' : 'ipv4');
  return list;
}

function holds(list: BlockList, ip: string): boolean {
  return list.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4');
}

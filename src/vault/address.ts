// Parses a store's address once: what to connect to, the prefix of each path, what to compare with the operator's list.
// Whether it may be used is decided in address-rules.ts.
import { normalize } from 'node:path/posix';
import { MountError } from '../errors.ts';

export interface Address {
  /** As written, for messages; never with credentials in it. */
  readonly text: string;
  readonly isTls: boolean;
  /** Without brackets; empty for a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly socketPath: string | undefined;
  /** What stands before `/v1`: empty, or `/vault`. */
  readonly prefix: string;
  /** `https://host:8200` with the port always written, or `unix:///path`. Equal for addresses that lead to one listener. */
  readonly origin: string;
}

const UNIX = 'unix://';
const USER_INFO = /\/\/[^/]*@/;

/** @throws MountError address-refused if it is not an address of a store. */
export function parseAddress(text: string): Address {
  if (text.startsWith(UNIX)) return parseSocketAddress(text);
  const shown = JSON.stringify(text.replace(USER_INFO, '//'));
  const url = URL.parse(text);
  if (url === null) throw refused(shown, 'it is not a URL; write it like https://vault.example.com:8200');
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw refused(
      shown,
      'it does not start with https://, http:// or unix://; write it like https://vault.example.com:8200',
    );
  if (url.username !== '' || url.password !== '')
    throw refused(shown, 'it carries a user name or password; take them out, the provider logs in as the pod');
  if (url.search !== '' || url.hash !== '') throw refused(shown, 'it carries a ? or #; end it after the host or path');
  const address = addressOf(url, text);
  // Every path starts with it anyway; people copy it from the API's documentation.
  return { ...address, prefix: address.prefix.replace(/\/v1$/, '') };
}

/** The address of an http or https URL without credentials; `text` is how messages call it. */
export function addressOf(url: URL, text: string): Address {
  const isTls = url.protocol === 'https:';
  const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port);
  return {
    text,
    isTls,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    socketPath: undefined,
    prefix: url.pathname.replace(/(?<!\/)\/+$/, ''),
    origin: `${url.protocol}//${url.hostname}:${port}`,
  };
}

/** As a URL without a path; a default port is left out. */
export function urlOf({ isTls, host, port }: Address): URL {
  return new URL(`${isTls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host || 'localhost'}:${port}`);
}

/** Compared with the operator's list: two stores may share an origin, each below its own path. */
export function storeOf({ origin, prefix }: Address): string {
  return origin + prefix;
}

/**
 * The listener at the end of a connection; equal for all spellings of an address: letter case, hexadecimal or octal (URL
 * normalises those), a trailing dot, IPv4 as IPv6, a socket's path. Without the scheme, as one port is one listener. Only
 * for counting: connections use the address as it was written.
 */
export function originKey({ host, port, socketPath }: Address): string {
  if (socketPath !== undefined) return `${UNIX}${normalize(socketPath)}`;
  return `${mappedToIPv4(host) ?? host.toLowerCase().replace(/(?<!\.)\.+$/, '')}:${port}`;
}

/** Identifies a store at that origin by the prefix before `/v1` and the store's namespace. */
export function storeKey(address: Address, namespace: string): string {
  return JSON.stringify([originKey(address), pathKey(address.prefix), pathKey(namespace)]);
}

function pathKey(path: string): string {
  let decoded = path;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    // A lone percent sign is literal.
  }
  return decoded
    .split('/')
    .filter((segment) => segment !== '')
    .join('/');
}

/** URL writes `::ffff:127.0.0.1` as `::ffff:7f00:1`. */
function mappedToIPv4(host: string): string | undefined {
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const bits = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return bits.flatMap((part) => [part >> 8, part & 255]).join('.');
}

function parseSocketAddress(text: string): Address {
  const socketPath = text.slice(UNIX.length);
  if (!socketPath.startsWith('/') || socketPath.includes('\0'))
    throw refused(JSON.stringify(text), 'the path of a Unix socket is absolute: unix:///var/run/vault/agent.sock');
  return { text, isTls: false, host: '', port: 0, socketPath, prefix: '', origin: text };
}

function refused(shown: string, why: string): MountError {
  return new MountError('address-refused', `store address ${shown}: ${why}`);
}

// Which proxy, if any, stands between us and an address: the environment's rules as Go programs read
// them, because that is what the nodes' NO_PROXY was written for (Node's own reading knows no CIDR ranges).
import { BlockList, isIP } from 'node:net';
import { MountError } from '../errors.ts';
import type { Address } from './address.ts';

export interface ProxySettings {
  readonly httpProxy?: string | undefined;
  readonly httpsProxy?: string | undefined;
  /** Comma separated: hosts, `.suffixes`, IP addresses, CIDR ranges, each with or without a port; `*`: no proxy. */
  readonly noProxy?: string | undefined;
  /** From one of STORE_PROXY: for every store over http or https; overrides the other variables. */
  readonly storeProxy?: string | undefined;
}

/** The first one that is set counts; `..._HTTP_PROXY` is the older name. */
const STORE_PROXY = ['BAO_PROXY_ADDR', 'VAULT_PROXY_ADDR', 'BAO_HTTP_PROXY', 'VAULT_HTTP_PROXY'];

/** An empty variable counts as absent; upper case takes precedence over lower case. */
export function readProxySettings(env: Readonly<Record<string, string | undefined>>): ProxySettings {
  return Object.freeze({
    httpProxy: env['HTTP_PROXY'] || env['http_proxy'] || undefined,
    httpsProxy: env['HTTPS_PROXY'] || env['https_proxy'] || undefined,
    noProxy: env['NO_PROXY'] || env['no_proxy'] || undefined,
    storeProxy: STORE_PROXY.map((name) => env[name]).find((value) => value !== undefined && value !== ''),
  });
}

/** The proxy's URL, or undefined for a direct connection. @throws MountError address-refused for an unusable proxy. */
export function proxyFor(address: Address, settings: ProxySettings): URL | undefined {
  if (address.socketPath !== undefined) return undefined;
  if (settings.storeProxy !== undefined) return parseProxy(settings.storeProxy);
  const proxy = address.isTls ? settings.httpsProxy : settings.httpProxy;
  if (proxy === undefined || isDirect(address, settings.noProxy ?? '')) return undefined;
  return parseProxy(proxy);
}

function parseProxy(text: string): URL {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new MountError(
    'address-refused',
    "the provider's proxy setting is not an http:// or https:// address; correct HTTPS_PROXY, HTTP_PROXY, VAULT_PROXY_ADDR or VAULT_HTTP_PROXY",
  );
}

function isDirect(address: Address, noProxy: string): boolean {
  const host = address.host.toLowerCase().replace(/\.$/, '');
  if (host === 'localhost' || (isIP(host) !== 0 && isLoopback(host))) return true;
  return noProxy.split(',').some((entry) => isNamed(host, address.port, entry.trim().toLowerCase()));
}

function isNamed(host: string, port: number, entry: string): boolean {
  if (entry === '*') return true;
  if (entry === '') return false;
  if (entry.includes('/')) return isInRange(host, entry);
  const [, name = entry, only] = /^(.*?):(\d+)$/.exec(isIP(entry) === 6 ? '' : entry) ?? [];
  if (only !== undefined && Number(only) !== port) return false;
  const bare = name.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0) return bare === host;
  const suffix = bare.replace(/^\*(?=\.)/, '');
  return suffix.startsWith('.') ? host.endsWith(suffix) : host === suffix || host.endsWith(`.${suffix}`);
}

function isInRange(host: string, range: string): boolean {
  const [network = '', bits = ''] = range.split('/');
  const family = isIP(network);
  if (family === 0 || isIP(host) === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128))
    return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return list.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');
}

function isLoopback(ip: string): boolean {
  return isInRange(ip, '127.0.0.0/8') || isInRange(ip, '::1/128');
}

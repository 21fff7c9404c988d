// One request over HTTP, one bounded answer, and the single redirect that Vault's own clients follow (from a standby to the
// active node). No retries. Every failure becomes a MountError that names the request and the cause.
import { MountError } from '../errors.ts';
import { type Address, addressOf } from './address.ts';
import { exchange } from './exchange.ts';
import { malformed } from './failure.ts';
import type { StoreAnswer, StoreRequest } from './request.ts';
import type { Route } from './route.ts';

/** The way to an address that a store redirects to. @throws MountError address-refused, tls-file */
export type Reach = (address: Address) => Promise<Route>;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * `path` is the whole path here, with `/v1` and the address's own prefix.
 * @param reach undefined: a redirect leads to no other origin and not out of the address's prefix
 */
export function send(route: Route, request: StoreRequest, reach: Reach | undefined): Promise<StoreAnswer> {
  return exchange(route, request).then((answer) =>
    REDIRECTS.has(answer.status) ? follow(route, request, answer, reach) : answer,
  );
}

async function follow(route: Route, request: StoreRequest, answer: StoreAnswer, reach: Reach | undefined) {
  if (!isFollowed(answer.status, request.method)) throw unfollowed(route, request, answer);
  const next = await redirectOf(route, request, answer, reach);
  const second = await exchange(next.route, { ...request, path: next.path });
  if (REDIRECTS.has(second.status)) throw malformed(request.operation, next.route, 'redirects a second time');
  return second;
}

/** 307 and 308 keep the method; 301 and 302 may change it, so they are followed only for GET. */
function isFollowed(status: number, method: string): boolean {
  return status === 307 || status === 308 || ((status === 301 || status === 302) && method === 'GET');
}

/** The target of a redirect; undefined if its Location is missing, malformed, or has credentials. */
function targetOf(base: URL, request: StoreRequest, { headers }: StoreAnswer): URL | undefined {
  const target = URL.parse(headers.location ?? '', new URL(request.path, base));
  const isAddress = target !== null && headers.location !== undefined;
  return isAddress && target.username === '' && target.password === '' ? target : undefined;
}

/** The same host over TLS, as an ingress redirects. Only its port is new, and no token fits into a port. */
function tlsOrigin(base: URL, target: URL | undefined): string | undefined {
  const isMeant = base.protocol === 'http:' && target?.protocol === 'https:' && target.hostname === base.hostname;
  return isMeant ? target.origin : undefined;
}

function unfollowed(route: Route, request: StoreRequest, answer: StoreAnswer): MountError {
  const base = route.origin;
  const tls = tlsOrigin(base, targetOf(base, request, answer));
  const fix = tls === undefined ? "write the store's own address, and nothing that stands before it" : `write ${tls}`;
  return new MountError(
    'store-malformed-response',
    `${request.operation}: ${route.endpoint} redirects (${answer.status}); ${fix}`,
  );
}

async function redirectOf(route: Route, request: StoreRequest, answer: StoreAnswer, reach: Reach | undefined) {
  const { isTls, prefix } = route.address;
  const base = route.origin;
  const target = targetOf(base, request, answer);
  if (target === undefined) throw malformed(request.operation, route, 'redirects to something that is not an address');
  const path = target.pathname + target.search;
  const isWithin = target.origin === base.origin && (reach !== undefined || path.startsWith(`${prefix}/v1/`));
  if (isWithin) return { route, path };
  if (target.protocol !== 'https:' && target.protocol !== 'http:')
    throw malformed(request.operation, route, 'redirects to something that is not an address');
  // The target stays out of the message: the other end has the request's token, and could write it there.
  if (reach === undefined) {
    const tls = tlsOrigin(base, target);
    const isOfStandby = answer.status === 307 && tls === undefined && target.origin !== base.origin;
    throw notFollowed(route, request, tls, isOfStandby);
  }
  if (isTls && target.protocol === 'http:')
    throw new MountError(
      'address-refused',
      `${request.operation}: ${route.endpoint} redirects to ${target.origin}, which would send the token unencrypted; correct the store's api_addr`,
    );
  const prefixEnd = target.pathname.indexOf('/v1/');
  const store = target.origin + target.pathname.slice(0, Math.max(0, prefixEnd));
  try {
    const next = await reach(addressOf(new URL(store), target.origin));
    // A standby may name the active node by an address that no setting mentions.
    const endpoint = `${next.endpoint} (where ${route.endpoint} sent the request)`;
    return { route: { ...next, endpoint, isRedirected: true }, path };
  } catch (error) {
    if (!(error instanceof MountError)) throw error;
    throw new MountError(error.reason, `${request.operation}: redirected by ${route.endpoint}: ${error.message}`);
  }
}

function notFollowed(
  { endpoint }: Route,
  { operation }: StoreRequest,
  tls: string | undefined,
  isOfStandby: boolean,
): MountError {
  const what = `${endpoint} redirects to another address, and from one that a class names no redirect is followed`;
  if (!isOfStandby) {
    const write = tls === undefined ? "name the store's active node in the class" : `write ${tls} in the class`;
    return new MountError('address-refused', `${operation}: ${what}; ${write}`);
  }
  // Transient: Vault and OpenBao do this for seconds after they lose their leader.
  const fix =
    'a standby does so while its store has no leader, and the mount will be tried again; if it lasts, leave the address out of the class, or name one that leads to the active node';
  return new MountError('store-unavailable', `${operation}: ${what}; ${fix}`);
}

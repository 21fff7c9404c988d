// One request over HTTP, one answer, bounded; and the single redirect that Vault's own clients follow
// (a standby sends on to the active node). No retries. Every failure leaves as a MountError that names
// the request and what was in its way.
import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { MountError } from '../errors.ts';
import { type Address, addressOf } from './address.ts';
import type { StoreAgent } from './agents.ts';
import { readAnswer } from './body.ts';
import { abortFailure, connectionFailure, type Phase } from './failure.ts';
import type { StoreAnswer, StoreRequest } from './request.ts';

/** How one address is reached. */
export interface Route {
  readonly address: Address;
  readonly agent: StoreAgent;
  /** The address as messages name it, with the proxy where there is one. */
  readonly place: string;
  /** Whose signature the store's certificate must bear, for messages. */
  readonly trust: string;
  /** The name the certificate must be for. */
  readonly serverName: string;
  /** A store sent the request there. */
  readonly isRedirected?: boolean;
}

/** The way to an address that a store redirects to. @throws MountError address-refused, tls-file */
export type Reach = (address: Address) => Promise<Route>;

/** Answers of 100 to 199 before the real one; a proxy sends one or two. */
const MAX_INFORMATIONAL = 16;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * `path` is the whole path here, with `/v1` and the address's own prefix.
 * @param reach undefined: a redirect leads to no other origin and not out of the address's prefix
 */
export async function send(route: Route, request: StoreRequest, reach: Reach | undefined): Promise<StoreAnswer> {
  const answer = await exchange(route, request);
  if (!isFollowed(answer.status, request.method)) return answer;
  const next = await redirectOf(route, request, answer, reach);
  const second = await exchange(next.route, { ...request, path: next.path });
  if (REDIRECTS.has(second.status)) throw garbled(request, next.route, 'redirects a second time');
  return second;
}

/** 307 and 308 keep the method; 301 and 302 only where there is nothing they could change it from. */
function isFollowed(status: number, method: string): boolean {
  return status === 307 || status === 308 || ((status === 301 || status === 302) && method === 'GET');
}

async function redirectOf(route: Route, request: StoreRequest, answer: StoreAnswer, reach: Reach | undefined) {
  const { isTls, host, port, prefix } = route.address;
  const base = new URL(
    `${isTls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host || 'localhost'}:${port}`,
  );
  const target = URL.parse(answer.headers.location ?? '', new URL(request.path, base));
  if (target === null || answer.headers.location === undefined || target.username !== '' || target.password !== '')
    throw garbled(request, route, 'redirects to something that is no address');
  const path = target.pathname + target.search;
  const isWithin = target.origin === base.origin && (reach !== undefined || path.startsWith(`${prefix}/v1/`));
  if (isWithin) return { route, path };
  if (target.protocol !== 'https:' && target.protocol !== 'http:')
    throw garbled(request, route, 'redirects to something that is no address');
  // Where to is not told: whoever answers has the token of the request, and could write it there.
  if (reach === undefined) {
    const isOfStandby = answer.status === 307 && target.origin !== base.origin;
    throw notFollowed(route, request, isOfStandby);
  }
  if (isTls && target.protocol === 'http:')
    throw new MountError(
      'address-refused',
      `${request.operation}: ${route.place} redirects to ${target.origin}, which would send the token unencrypted; correct the store's api_addr`,
    );
  const prefixEnd = target.pathname.indexOf('/v1/');
  const store = target.origin + target.pathname.slice(0, Math.max(0, prefixEnd));
  try {
    const next = await reach(addressOf(new URL(store), target.origin));
    // A standby names the active node by an address that may stand in nobody's settings.
    const place = `${next.place} (where ${route.place} sent the request)`;
    return { route: { ...next, place, isRedirected: true }, path };
  } catch (error) {
    if (!(error instanceof MountError)) throw error;
    throw new MountError(error.reason, `${request.operation}: redirected by ${route.place}: ${error.message}`);
  }
}

function notFollowed({ place }: Route, { operation }: StoreRequest, isOfStandby: boolean): MountError {
  const what = `${place} redirects to another address, and from one that a class names no redirect is followed`;
  if (!isOfStandby)
    return new MountError('address-refused', `${operation}: ${what}; name the store's active node in the class`);
  // Vault and OpenBao do this for seconds after their leader is gone: no final word.
  const cure =
    'a standby does so while its store has no leader, and the mount will be tried again; if it lasts, leave the address out of the class, or name one that leads to the active node';
  return new MountError('store-unavailable', `${operation}: ${what}; ${cure}`);
}

function garbled(request: StoreRequest, route: Route, what: string): MountError {
  const cure = "check that the address is the store's own, and the store's api_addr";
  return new MountError('store-garbled', `${request.operation}: ${route.place} ${what}; ${cure}`);
}

/**
 * Sealed, without a leader, behind: behind one address may be several nodes, and a kept connection leads to the same one
 * again, also after a load balancer has stopped to send new ones there. 307 is a standby's.
 */
function speaksOfNode(status: number): boolean {
  return status >= 500 || (status >= 472 && status <= 474) || status === 307;
}

function exchange(route: Route, request: StoreRequest): Promise<StoreAnswer> {
  return new Promise((resolve, reject) => {
    const { signal, payload } = request;
    if (signal.aborted) return reject(abortFailure(signal, request.operation, route, 'queued'));
    if (request.isOnce) route.agent.dropIdle();
    const sent = start(route, request);
    let isAnswered = false;
    const onAbort = () => {
      const refusal = request.room?.refusal;
      reject(refusal ?? abortFailure(signal, request.operation, route, phaseOf(sent, isAnswered)));
      sent.destroy();
    };
    const fail = (error: Error) => {
      signal.removeEventListener('abort', onAbort);
      reject(connectionFailure(error, request.operation, route));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    sent.on('error', fail);
    failOnNoAnswer(sent, (what) => fail(garbled(request, route, what)));
    sent.on('close', () => {
      if (!isAnswered) fail(new Error('closed without an answer'));
    });
    sent.on('response', (response) => {
      isAnswered = true;
      if (speaksOfNode(response.statusCode ?? 0)) route.agent.discard(response.socket);
      readAnswer(response, request).then((answer) => {
        signal.removeEventListener('abort', onAbort);
        resolve(answer);
      }, fail);
    });
    sent.end(payload);
  });
}

/** What Node tells by other events than `response` and `error`: without a listener the request would never end. */
function failOnNoAnswer(sent: ClientRequest, garble: (what: string) => void): void {
  const refuse = (what: string) => {
    garble(what);
    sent.destroy();
  };
  const onSwitch = (_response: IncomingMessage, socket: Duplex) => {
    socket.destroy();
    refuse('switches to another protocol');
  };
  sent.on('connect', onSwitch);
  sent.on('upgrade', onSwitch);
  let informed = 0;
  sent.on('information', () => {
    informed += 1;
    if (informed > MAX_INFORMATIONAL) refuse('announces an answer again and again and sends none');
  });
}

function start(route: Route, request: StoreRequest): ClientRequest {
  const { address, agent } = route;
  const { method, path, headers, payload } = request;
  if (payload !== undefined) headers['content-length'] = String(Buffer.byteLength(payload));
  try {
    return http.request({
      agent: agent.agent,
      protocol: address.isTls ? 'https:' : 'http:',
      method,
      path,
      headers,
      ...(address.socketPath === undefined
        ? { host: address.host, port: address.port }
        : { host: 'localhost', socketPath: address.socketPath }),
    });
  } catch (cause) {
    const what = 'its method, path or namespace holds a character that HTTP cannot carry';
    throw new MountError('request-refused', `${request.operation}: ${what}`, { cause });
  }
}

/** How far a request had come. */
function phaseOf(sent: ClientRequest, isAnswered: boolean): Phase {
  if (isAnswered) return 'receiving';
  const socket = sent.socket as (ClientRequest['socket'] & { secureConnecting?: boolean }) | null;
  if (socket === null || socket.connecting) return 'connecting';
  return socket.secureConnecting ? 'handshaking' : 'waiting';
}

// One request and its answer over HTTP/1.1, on a connection of the route's agent.
import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { readAnswer } from './body.ts';
import { abortFailure, connectionFailure, NoAnswer, type Phase, uncarried } from './failure.ts';
import { ANNOUNCES, MAX_INFORMATIONAL, type StoreAnswer, type StoreRequest, speaksOfNode } from './request.ts';
import type { Route } from './route.ts';

export function exchangeHttp1(route: Route, request: StoreRequest): Promise<StoreAnswer> {
  return new Promise((resolve, reject) => {
    const { signal, payload } = request;
    if (signal.aborted) return reject(abortFailure(signal, request.operation, route, 'queued'));
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
    failOnNoAnswer(sent);
    sent.on('close', () => {
      if (!isAnswered) fail(new Error('closed without an answer'));
    });
    sent.on('response', (response) => {
      isAnswered = true;
      const { statusCode: status = 0, headers } = response;
      if (speaksOfNode(status)) route.agent.discard(response.socket);
      readAnswer({ status, headers }, response, request).then((answer) => {
        signal.removeEventListener('abort', onAbort);
        resolve(answer);
      }, fail);
    });
    sent.end(payload);
  });
}

/** Failures that Node reports by events other than `response` and `error`; unhandled, the request would never end. */
function failOnNoAnswer(sent: ClientRequest): void {
  sent.on('connect', onSwitch);
  sent.on('upgrade', onSwitch);
  sent.on('information', onInformation);
}

function refuse(sent: ClientRequest, what: string): void {
  sent.emit('error', new NoAnswer(what));
  sent.destroy();
}

function onSwitch(this: ClientRequest, _response: IncomingMessage, socket: Duplex): void {
  socket.destroy();
  refuse(this, 'switches to another protocol');
}

const informed = new WeakMap<ClientRequest, number>();

function onInformation(this: ClientRequest): void {
  const count = (informed.get(this) ?? 0) + 1;
  informed.set(this, count);
  if (count > MAX_INFORMATIONAL) refuse(this, ANNOUNCES);
}

function start(route: Route, request: StoreRequest): ClientRequest {
  const { address, agent } = route;
  const { method, path, headers, payload, isOnce } = request;
  if (payload !== undefined) headers['content-length'] = String(Buffer.byteLength(payload));
  try {
    return http.request({
      agent: isOnce ? agent.forOnce : agent.agent,
      protocol: address.isTls ? 'https:' : 'http:',
      method,
      path,
      headers,
      ...(address.socketPath === undefined
        ? { host: address.host, port: address.port }
        : { host: 'localhost', socketPath: address.socketPath }),
    });
  } catch (cause) {
    throw uncarried(request.operation, cause);
  }
}

/** How far a request had got. */
function phaseOf(sent: ClientRequest, isAnswered: boolean): Phase {
  if (isAnswered) return 'receiving';
  const socket = sent.socket as (ClientRequest['socket'] & { secureConnecting?: boolean }) | null;
  if (socket === null || socket.connecting) return 'connecting';
  return socket.secureConnecting ? 'handshaking' : 'waiting';
}

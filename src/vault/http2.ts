// One request and its answer over HTTP/2, on the connection that all requests of the route's agent share.
import { validateHeaderValue } from 'node:http';
import {
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  sensitiveHeaders,
} from 'node:http2';
import { readAnswer } from './body.ts';
import { abortFailure, connectionFailure, NoAnswer, type Phase, uncarried } from './failure.ts';
import type { Http2Connection } from './http2-connection.ts';
import { ANNOUNCES, MAX_INFORMATIONAL, type StoreAnswer, type StoreRequest, speaksOfNode } from './request.ts';
import type { Route } from './route.ts';

/** The store has not processed the request, so any request may be sent again. */
export class Unprocessed extends Error {}

/** @throws Unprocessed, MountError */
export async function exchangeHttp2(
  route: Route,
  request: StoreRequest,
  connection: Http2Connection,
): Promise<StoreAnswer> {
  const { signal, payload, operation } = request;
  const headers = headersOf(route, request);
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortFailure(signal, operation, route, 'queued'));
    const stream = connection.request(headers, payload !== undefined);
    let phase: Phase = 'waiting';
    const onAbort = () => {
      reject(request.room?.refusal ?? abortFailure(signal, operation, route, phase));
      stream.close(constants.NGHTTP2_CANCEL);
    };
    const fail = (error: Error) => {
      signal.removeEventListener('abort', onAbort);
      const isUnprocessed = phase === 'waiting' && !(error instanceof NoAnswer) && connection.isUnprocessed(stream);
      reject(isUnprocessed ? new Unprocessed() : connectionFailure(error, operation, route));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    stream.on('error', fail);
    stream.on('close', () => {
      if (phase === 'waiting') fail(new Error('closed without an answer'));
    });
    failOnAnnouncements(stream, fail);
    stream.on('response', (head: IncomingHttpHeaders & { readonly ':status'?: number }) => {
      phase = 'receiving';
      const { ':status': status = 0 } = head;
      if (speaksOfNode(status)) connection.discard();
      readAnswer({ status, headers: head }, stream, request).then((answer) => {
        signal.removeEventListener('abort', onAbort);
        resolve(answer);
      }, fail);
    });
    if (payload !== undefined) stream.end(payload);
  });
}

/** Tokens are kept out of HTTP/2's header compression table. @throws MountError request-refused */
function headersOf({ address, origin }: Route, request: StoreRequest): OutgoingHttpHeaders {
  const { method, path, headers, payload, operation } = request;
  try {
    for (const [name, value] of Object.entries(headers)) validateHeaderValue(name, value);
    validateHeaderValue(':path', path);
  } catch (cause) {
    throw uncarried(operation, cause);
  }
  return {
    ':method': method,
    ':scheme': address.isTls ? 'https' : 'http',
    ':authority': origin.host,
    ':path': path,
    ...headers,
    ...(payload === undefined ? {} : { 'content-length': String(Buffer.byteLength(payload)) }),
    [sensitiveHeaders]: ['x-vault-token'],
  };
}

function failOnAnnouncements(stream: ClientHttp2Stream, fail: (error: Error) => void): void {
  let count = 0;
  const onInformation = () => {
    count += 1;
    if (count <= MAX_INFORMATIONAL) return;
    fail(new NoAnswer(ANNOUNCES));
    stream.close(constants.NGHTTP2_CANCEL);
  };
  stream.on('headers', onInformation);
  stream.on('continue', onInformation);
}

// One request to one address, by the HTTP that the store chooses there: HTTP/2 if it offers that over TLS, else HTTP/1.1.
import { abortFailure, connectionFailure } from './failure.ts';
import { exchangeHttp1 } from './http1.ts';
import { exchangeHttp2, Unprocessed } from './http2.ts';
import type { Http2Connection } from './http2-connection.ts';
import type { Http2Connections } from './http2-connections.ts';
import type { StoreAnswer, StoreRequest } from './request.ts';
import type { Route } from './route.ts';

/** A restarting store sends GOAWAY once; one that does so again and again is broken. */
const MOST_TRIES = 3;

export async function exchange(route: Route, request: StoreRequest): Promise<StoreAnswer> {
  const { http2 } = route.agent;
  if (http2 === undefined || http2.isHttp1) return exchangeHttp1(route, request);
  for (let tries = 1; ; tries += 1) {
    const connection = http2.ready(request.isOnce) ?? (await connect(http2, route, request));
    if (connection === undefined) return exchangeHttp1(route, request);
    try {
      return await exchangeHttp2(route, request, connection);
    } catch (thrown) {
      if (!(thrown instanceof Unprocessed)) throw thrown;
      connection.discard();
      if (tries === MOST_TRIES) throw connectionFailure(thrown, request.operation, route);
    }
  }
}

/** @returns undefined if the store chose HTTP/1.1. @throws MountError */
function connect(http2: Http2Connections, route: Route, request: StoreRequest): Promise<Http2Connection | undefined> {
  const { signal, operation, room } = request;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortFailure(signal, operation, route, 'queued'));
    const awaited = http2.open();
    const onAbort = () => {
      reject(room?.refusal ?? abortFailure(signal, operation, route, awaited.phase));
      awaited.leave();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    awaited.connection
      .finally(() => signal.removeEventListener('abort', onAbort))
      .then(resolve, (error) => reject(connectionFailure(error, operation, route)));
  });
}

// A store that offers HTTP/2 over TLS, and does with each request what a test wants, down to the frame.
import http2, { type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Certificate } from './certificates.ts';
import { listenOnFreshPort } from './fresh-port.ts';

export interface StreamRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The connection's, counted from 1. */
  readonly connection: number;
}

export type OnStream = (stream: ServerHttp2Stream, request: StreamRequest) => void;

export interface Http2Store {
  readonly address: string;
  /** What it does with the next request; may be changed at any time. */
  onStream: OnStream;
  readonly port: number;
  readonly requests: StreamRequest[];
  readonly sessions: ServerHttp2Session[];
  stop(): Promise<void>;
}

export interface Http2StoreOptions {
  readonly tls: Certificate;
  readonly settings?: http2.Settings;
  /** PEM: asks clients for a certificate of this authority. */
  readonly clientCa?: string;
}

export async function startHttp2Store({ tls, settings = {}, clientCa }: Http2StoreOptions): Promise<Http2Store> {
  const requests: StreamRequest[] = [];
  const sessions: ServerHttp2Session[] = [];
  const server = http2.createSecureServer({
    ...{ cert: tls.certPem, key: tls.keyPem, settings },
    ...(clientCa === undefined ? {} : { ca: clientCa, requestCert: true }),
  });
  server.on('session', (session) => {
    sessions.push(session);
    session.on('error', () => {});
  });
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => {});
    const connection = sessions.indexOf(stream.session as ServerHttp2Session) + 1;
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => {
      const request = { headers, body: Buffer.concat(parts).toString(), connection };
      requests.push(request);
      store.onStream(stream, request);
    });
  });
  const port = await listenOnFreshPort(server);
  const store: Http2Store = {
    address: `https://127.0.0.1:${port}`,
    onStream: respond(200, { data: {} }),
    port,
    requests,
    sessions,
    async stop() {
      for (const session of sessions) session.destroy();
      await Promise.race([new Promise((resolve) => server.close(resolve)), sleep(1_000)]);
    },
  };
  return store;
}

export function respond(status: number, body: unknown, headers: Record<string, string> = {}): OnStream {
  return (stream) => {
    if (stream.destroyed) return;
    stream.respond({ ':status': status, 'content-type': 'application/json', ...headers });
    stream.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

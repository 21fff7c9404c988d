// What a real store will not do on request: hang, reset, babble, be sealed, limit, redirect, show a wrong
// certificate. And a proxy that delays and counts what passes on its way to a real store. Node's HTTP
// server takes no LIST (it answers 400): that needs the real store, without the proxy.
import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { Server, Socket } from 'node:net';
import type { Certificate } from './certificates.ts';
import { listenOnFreshPort } from './fresh-port.ts';

export interface SeenRequest {
  readonly method: string;
  /** With the query, as it came over the wire. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export type Behaviour = (request: SeenRequest, response: ServerResponse) => void;

export interface FaultyStoreOptions {
  readonly behaviour?: Behaviour;
  /** Speaks TLS with this certificate. */
  readonly tls?: Certificate;
  /** PEM: asks clients for a certificate of this authority. */
  readonly clientCa?: string;
  /** Listens on this Unix socket instead of a port. */
  readonly socketPath?: string;
}

export interface FaultyStore {
  readonly address: string;
  readonly port: number;
  /** What it does with the next request; may be changed at any time. */
  behaviour: Behaviour;
  /** Every request so far, in order. */
  readonly requests: SeenRequest[];
  readonly connections: number;
  stop(): Promise<void>;
}

export async function startFaultyStore(options: FaultyStoreOptions = {}): Promise<FaultyStore> {
  const { tls, clientCa, socketPath } = options;
  const requests: SeenRequest[] = [];
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    collect(request).then(
      (body) => {
        const { method = '', url = '', headers, rawHeaders } = request;
        const seen = { method, url, headers, rawHeaders, body: body.toString() };
        requests.push(seen);
        store.behaviour(seen, response);
      },
      () => response.destroy(),
    );
  };
  const server =
    tls === undefined
      ? http.createServer(onRequest)
      : https.createServer(
          { cert: tls.certPem, key: tls.keyPem, ...(clientCa ? { ca: clientCa, requestCert: true } : {}) },
          onRequest,
        );
  const listening = await listen(server, socketPath);
  const store: FaultyStore = {
    behaviour: options.behaviour ?? answer(200, { data: {} }),
    requests,
    port: listening.port,
    address: socketPath ? `unix://${socketPath}` : `${tls ? 'https' : 'http'}://127.0.0.1:${listening.port}`,
    get connections() {
      return listening.connections();
    },
    stop: listening.stop,
  };
  return store;
}

/** A JSON answer; a string is sent as it is, undefined sends no body. */
export function answer(status: number, body?: unknown, headers: Record<string, string> = {}): Behaviour {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** Takes the request and says nothing. */
export const hang: Behaviour = () => {};

/** Closes the connection with a reset, without an answer. */
export const reset: Behaviour = (_request, response) => {
  (response.socket as Socket | null)?.resetAndDestroy();
};

/** Closes the connection in the middle of the answer. */
export const breakOff: Behaviour = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"data":');
  setTimeout(() => response.destroy(), 5);
};

/** Starts an answer and never ends it. */
export const dribble: Behaviour = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"data":');
};

/** Bytes that are not HTTP. */
export const babble: Behaviour = (_request, response) => {
  response.socket?.end('220 mail.example.com ready\r\n');
};

/** An answer of `sizeBytes` bytes of JSON; `isDeclared`: with a content-length. */
/** Bytes as they are, in place of an answer. */
export function raw(text: string): Behaviour {
  return (_request, response) => void response.socket?.write(text);
}

/** Says without end that an answer will come. */
export const announce: Behaviour = (_request, response) => {
  const say = setInterval(() => response.socket?.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 1);
  response.socket?.once('close', () => clearInterval(say));
};

export function oversized(sizeBytes: number, isDeclared: boolean): Behaviour {
  return (_request, response) => {
    const text = `{"data":{"a":"${'x'.repeat(sizeBytes - 17)}"}}`;
    response.writeHead(200, {
      'content-type': 'application/json',
      ...(isDeclared ? { 'content-length': String(text.length) } : {}),
    });
    response.end(text);
  };
}

export function redirectTo(location: string, status = 307): Behaviour {
  return answer(status, undefined, { location });
}

/** One behaviour per request, in order; the last one stays. */
export function inTurn(...behaviours: Behaviour[]): Behaviour {
  let next = 0;
  return (request, response) => behaviours[Math.min(next++, behaviours.length - 1)]?.(request, response);
}

export interface CountingProxy {
  /** It cuts each connection on which a request comes; may be changed at any time. */
  isDown: boolean;
  readonly address: string;
  readonly connections: number;
  /** Most connections that were open at one moment. */
  readonly peakConnections: number;
  /** Requests by `METHOD /path`, without the query. */
  readonly requests: ReadonlyMap<string, number>;
  readonly total: number;
  /** May be changed at any time. */
  delayMs: number;
  forget(): void;
  stop(): Promise<void>;
}

/** A reverse proxy: every request waits `delayMs`, then goes to `target` over a kept connection. */
export async function startProxy(options: { target: string; delayMs?: number }): Promise<CountingProxy> {
  const requests = new Map<string, number>();
  const agent = new http.Agent({ keepAlive: true });
  const target = new URL(options.target);
  const server = http.createServer((request, response) => {
    const name = `${request.method} ${request.url?.split('?')[0]}`;
    requests.set(name, (requests.get(name) ?? 0) + 1);
    if (proxy.isDown) return void request.socket.resetAndDestroy();
    setTimeout(() => forward(request, response, target, agent), proxy.delayMs);
  });
  const listening = await listen(server, undefined);
  const proxy: CountingProxy = {
    address: `http://127.0.0.1:${listening.port}`,
    delayMs: options.delayMs ?? 0,
    isDown: false,
    requests,
    get connections() {
      return listening.connections();
    },
    get peakConnections() {
      return listening.peak();
    },
    get total() {
      return requests.values().reduce((sum, count) => sum + count, 0);
    },
    forget: () => requests.clear(),
    async stop() {
      agent.destroy();
      await listening.stop();
    },
  };
  return proxy;
}

function forward(request: IncomingMessage, response: ServerResponse, target: URL, agent: http.Agent): void {
  const { method, url: path, headers } = request;
  const onward = http.request(
    { agent, host: target.hostname, port: target.port, method, path, headers },
    (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response);
    },
  );
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}

interface Listening {
  readonly port: number;
  /** Connections accepted so far, and the most that were open at once. */
  connections(): number;
  peak(): number;
  stop(): Promise<void>;
}

async function listen(server: Server, socketPath: string | undefined): Promise<Listening> {
  const open = new Set<Socket>();
  let accepted = 0;
  let peak = 0;
  server.on('connection', (socket: Socket) => {
    accepted++;
    open.add(socket);
    peak = Math.max(peak, open.size);
    socket.once('close', () => open.delete(socket));
  });
  const port = socketPath === undefined ? await listenOnFreshPort(server) : await listenOnPath(server, socketPath);
  return {
    port,
    connections: () => accepted,
    peak: () => peak,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

async function listenOnPath(server: Server, path: string): Promise<0> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return 0;
}

async function collect(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

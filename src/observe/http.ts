// Health and metrics over HTTP. `/healthz` and `/health/ready` say that the process runs (people use the latter
// as liveness), `/readyz` that it can serve mounts. Nothing here tells of a class, a path, a pod or an account.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { listen } from '../listen.ts';
import { StartupError } from '../startup-error.ts';
import { systemCode } from '../system-code.ts';
import { Connections } from './connections.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';

/** Kubelet and Prometheus send a few hundred bytes at once. */
const MOST_HEADER_BYTES = 8 * 1024;
const REQUEST_MS = 5_000;
/** A longer time, to cover Prometheus's usual interval, would only waste sockets. */
const KEEP_ALIVE_MS = 5_000;
/** Closes a stalled socket, such as that of a client that does not read its answer. */
const SILENT_SOCKET_MS = 15_000;
/** A kubelet, some Prometheus servers and a person need ten; the rest is room for silent clients. */
const MOST_CONNECTIONS = 256;
const MOST_OF_ONE_ADDRESS = 16;

/** undefined `host`: all addresses of the machine. */
export type HttpAddress = 'off' | { readonly host: string | undefined; readonly port: number };

/** `:8080`, `127.0.0.1:8080`, `[::1]:8080`; empty, `0` and `off`: none. undefined: not an address. */
export function parseHttpAddress(text: string): HttpAddress | undefined {
  if (text === '' || text === '0' || text === 'off') return 'off';
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]\s]*)):([0-9]{1,5})$/.exec(text);
  if (match === null || Number(match[3]) > 65535) return undefined;
  return { host: match[1] || match[2] || undefined, port: Number(match[3]) };
}

export interface HttpOptions {
  readonly address: HttpAddress;
  readonly readiness: Readiness;
  readonly metrics: Metrics;
}

interface Page {
  readonly status: number;
  readonly text: string;
  readonly contentType?: string;
}

export class HealthServer {
  readonly #options: HttpOptions;
  readonly #server: Server;

  constructor(options: HttpOptions) {
    this.#options = options;
    const limits = {
      maxHeaderSize: MOST_HEADER_BYTES,
      headersTimeout: REQUEST_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // How often the two timeouts are looked at; the default of 30 s would make them 35 s.
      connectionsCheckingInterval: 1_000,
    };
    const connections = new Connections({ most: MOST_CONNECTIONS, mostPerAddress: MOST_OF_ONE_ADDRESS });
    this.#server = createServer(limits, (request, response) => {
      connections.spoke(request.socket);
      // Any failure ends only this request.
      this.#answer(request, response).catch(() => response.destroy());
    });
    this.#server.on('connection', (socket: Socket) => connections.add(socket));
    this.#server.setTimeout(SILENT_SOCKET_MS);
  }

  /** The port listened on; undefined while it does not listen. */
  get port(): number | undefined {
    return (this.#server.address() as AddressInfo | null)?.port;
  }

  /** @throws StartupError if the address cannot be had. */
  async start(): Promise<void> {
    const { address } = this.#options;
    if (address === 'off') return;
    try {
      await listen(this.#server, { port: address.port, host: address.host });
    } catch (thrown) {
      throw cannotListen(address, thrown);
    }
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // No client needs to send a body; it is read to its end and dropped.
    request.resume();
    const page = await this.#page(request);
    response.writeHead(page.status, {
      'content-type': page.contentType ?? 'text/plain; charset=utf-8',
      'content-length': Buffer.byteLength(page.text),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...(page.status === 405 ? { allow: 'GET, HEAD' } : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : page.text);
  }

  async #page({ method, url = '' }: IncomingMessage): Promise<Page> {
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, text: 'only GET and HEAD\n' };
    switch (url.split('?', 1)[0]) {
      case '/healthz':
      case '/health/ready':
        return { status: 200, text: 'ok\n' };
      case '/readyz':
        return readyPage(this.#options.readiness.reasons());
      case '/metrics':
        return metricsPage(this.#options.metrics);
      default:
        return { status: 404, text: 'here are /healthz, /health/ready, /readyz and /metrics\n' };
    }
  }
}

function readyPage(reasons: readonly string[]): Page {
  if (reasons.length === 0) return { status: 200, text: 'ok\n' };
  return { status: 503, text: reasons.map((reason) => `${reason.replace(/\s+/g, ' ')}\n`).join('') };
}

async function metricsPage(metrics: Metrics): Promise<Page> {
  try {
    return { status: 200, text: await metrics.text(), contentType: metrics.contentType };
  } catch {
    return { status: 500, text: 'the metrics cannot be read\n' };
  }
}

const FIXES: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'another process has this port; choose another'],
  ['EACCES', 'the provider may not take this port; choose one from 1024 on'],
  ['EADDRNOTAVAIL', 'this machine does not have this address; choose one that it has'],
]);

function cannotListen({ host = '', port }: Exclude<HttpAddress, 'off'>, thrown: unknown): StartupError {
  const code = systemCode(thrown) ?? 'no code';
  const why = FIXES.get(code) ?? 'choose another address';
  const message = `cannot listen on ${host}:${port} for health and metrics (${code}): ${why} with --http-addr`;
  return new StartupError(message, { cause: thrown });
}

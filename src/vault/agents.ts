// The agent of one address: pooled connections (bounded, last in first out, dropped when idle), or one HTTP/2 connection.
// Tracks how long each free connection was idle: a request that must not be sent twice gets a new one if the store may just
// have closed the old.
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { checkServerIdentity, type SecureContext } from 'node:tls';
import type { Clock } from '../clock.ts';
import type { Address } from './address.ts';
import { boundConnecting } from './connecting.ts';
import { dial } from './dial.ts';
import { Http2Connections } from './http2-connections.ts';

export interface AgentTls {
  /** Made once and passed whole: an agent given PEM text instead puts all of it into the key of every request. */
  readonly context: SecureContext;
  readonly serverName: string | undefined;
  readonly skipVerify: boolean;
}

export interface AgentOptions {
  readonly address: Address;
  readonly origin: URL;
  readonly maxSockets: number;
  readonly lookup: LookupFunction;
  readonly proxy: URL | undefined;
  /** undefined: plain http. */
  readonly tls: AgentTls | undefined;
  readonly clock: Clock;
}

/** Design: free sockets are dropped after 15 s, well before load balancers' usual 60 s and OpenBao's 5 min. */
const FREE_SOCKET_MS = 15_000;
/** Design: a request that must not be sent twice takes a socket that was in use within the last 2 s, or a new one. */
const FRESH_SOCKET_MS = 2_000;
/** TLS sessions kept for resumption: one address has few distinct ones. */
const MAX_TLS_SESSIONS = 16;

export class StoreAgent {
  readonly agent: http.Agent;
  /** undefined without TLS: the store cannot choose there. */
  readonly http2: Http2Connections | undefined;
  /** Its connections serve one request each. */
  readonly #oneOff: http.Agent;
  readonly #clock: Clock;
  readonly #idleSince = new WeakMap<Duplex, number>();
  readonly #discarded = new WeakSet<Duplex>();
  /** A connection on which the store chose HTTP/1.1 when it was asked. */
  #spare: Socket | undefined;

  constructor(options: AgentOptions) {
    const { maxSockets, lookup, proxy, tls } = options;
    this.#clock = options.clock;
    const kept = {
      keepAlive: true,
      maxSockets,
      maxFreeSockets: maxSockets,
      scheduling: 'lifo' as const,
      timeout: FREE_SOCKET_MS,
    };
    const shared = { lookup, ...(proxy ? { proxyEnv: { HTTP_PROXY: proxy.href, HTTPS_PROXY: proxy.href } } : {}) };
    const create = (ways: http.AgentOptions) =>
      tls === undefined ? new http.Agent(ways) : new https.Agent({ ...ways, ...tlsOptions(tls) });
    this.agent = create({ ...kept, ...shared });
    this.#oneOff = create(shared);
    for (const agent of [this.agent, this.#oneOff]) boundConnecting(agent);
    this.http2 = this.agent instanceof https.Agent ? this.#offerHttp2(this.agent, options) : undefined;
    this.#useSpare(this.agent);
    this.#noteIdle(this.agent);
  }

  /** For a request that must not be sent twice: a one-off agent if the newest free socket has been idle for 2 s. */
  get forOnce(): http.Agent {
    for (const [name, free = []] of Object.entries(this.agent.freeSockets)) {
      const newest = free.at(-1);
      // Last in, first out: the agent would use the newest.
      if (newest === undefined || !this.#isIdle(newest)) continue;
      const count = free.length + (this.agent.sockets[name]?.length ?? 0);
      if (count >= this.agent.maxSockets) free[0]?.destroy();
      return this.#oneOff;
    }
    return this.agent;
  }

  /** Closes a connection as soon as its answer has been read. */
  discard(socket: Duplex): void {
    this.#discarded.add(socket);
  }

  close(): void {
    this.agent.destroy();
    this.#oneOff.destroy();
    this.http2?.close();
    this.#spare?.destroy();
  }

  #offerHttp2(agent: https.Agent, { address: { host, port }, origin, proxy, clock }: AgentOptions): Http2Connections {
    const create = agent.createConnection.bind(agent);
    return new Http2Connections({
      dial: () => dial({ ways: agent.options, create, host, port, isProxied: proxy !== undefined }),
      onHttp1: (socket) => {
        this.#spare?.destroy();
        this.#spare = socket.unref();
        socket.on('error', () => {}).setTimeout(FREE_SOCKET_MS, () => this.#spare === socket && socket.destroy());
      },
      origin: origin.origin,
      clock,
    });
  }

  #useSpare(agent: http.Agent): void {
    const create = agent.createConnection.bind(agent);
    agent.createConnection = (options, done) => {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare === undefined || spare.destroyed ? create(options, done) : spare.ref();
    };
  }

  #isIdle(socket: Socket): boolean {
    return this.#clock.now() - (this.#idleSince.get(socket) ?? 0) >= FRESH_SOCKET_MS;
  }

  #noteIdle(agent: http.Agent): void {
    const keep = agent.keepSocketAlive.bind(agent);
    agent.keepSocketAlive = (socket) => {
      if (this.#discarded.has(socket)) return false;
      this.#idleSince.set(socket, this.#clock.now());
      return keep(socket);
    };
  }
}

function tlsOptions({ context, serverName, skipVerify }: AgentTls): https.AgentOptions {
  return {
    secureContext: context,
    rejectUnauthorized: !skipVerify,
    maxCachedSessions: MAX_TLS_SESSIONS,
    ...(serverName ? nameOptions(serverName) : {}),
  };
}

/** An IP address is not sent as a name (RFC 6066; Node throws) but the certificate must be for it, as in Go programs. */
function nameOptions(serverName: string): https.AgentOptions {
  if (isIP(serverName) === 0) return { servername: serverName };
  return { servername: '', checkServerIdentity: (_host, certificate) => checkServerIdentity(serverName, certificate) };
}

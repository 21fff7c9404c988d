// One gRPC server and one socket per endpoint. Reports whether the driver reaches this process by each socket name.
// To stop, it accepts no new connections, answers every call in flight, then ends.

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { basename, dirname } from 'node:path';
import { logVerbosity, type Server, setLogVerbosity } from '@grpc/grpc-js';
import { audienceOf } from '../audience.ts';
import type { PlanDefaults } from '../plan/plan.ts';
import { createCallsServer } from './calls-server.ts';
import type { ServiceOptions } from './service.ts';
import { ProviderSocket, type SocketState } from './socket.ts';

export interface ProviderServerOptions extends Omit<ServiceOptions, 'defaults'> {
  /** Socket paths. The name decides the default audience: `openbao.sock` asks for `openbao`. */
  readonly endpoints: readonly string[];
  readonly defaults: Omit<PlanDefaults, 'audience'>;
}

/** Added to the mount's time when stopping, so that the last responses can be sent. */
const STOP_MARGIN_MS = 2_000;

interface Endpoint {
  readonly path: string;
  readonly grpc: Server;
  readonly connections: Set<Socket>;
  readonly socket: ProviderSocket;
}

export class ProviderServer {
  readonly #options: ProviderServerOptions;
  readonly #endpoints: readonly Endpoint[];

  constructor(options: ProviderServerOptions) {
    setLogVerbosity(logVerbosity.NONE);
    this.#options = options;
    this.#endpoints = options.endpoints.map((path) => this.#makeEndpoint(path));
  }

  /** Whether the driver reaches this process, and no other, by each socket name. */
  get isServingAll(): boolean {
    return this.#endpoints.every((endpoint) => this.#isReady(endpoint));
  }

  /** Resolves when each endpoint had its first try. */
  async start(): Promise<void> {
    await Promise.all(this.#endpoints.map(({ socket }) => socket.start()));
  }

  /** Resolves when the last call in flight has its answer. */
  async stop(): Promise<void> {
    for (const { socket } of this.#endpoints) socket.stop();
    await Promise.all(this.#endpoints.map((endpoint) => this.#shutDown(endpoint)));
  }

  #makeEndpoint(path: string): Endpoint {
    const audience = audienceOf(basename(path));
    const service = { ...this.#options, defaults: { ...this.#options.defaults, audience } };
    const { grpc, accept } = createCallsServer(service, () => this.isServingAll);
    const connections = new Set<Socket>();
    const socket = new ProviderSocket({
      path,
      clock: this.#options.services.clock,
      onConnection: (connection) => {
        connections.add(connection);
        connection.once('close', () => connections.delete(connection));
        accept(connection);
      },
      sameName: () => this.#sameName(path).map(({ socket }) => socket),
      onState: (state, detail) => this.#onState(path, state, detail),
    });
    return { path, grpc, connections, socket };
  }

  #onState(path: string, state: SocketState, detail: string): void {
    const fields = { socket: path, ...(state === 'serving' && detail !== '' && { detail }) };
    this.#options.services.emit({ type: 'notice', ...this.#describe(path, state, detail), fields });
    for (const endpoint of this.#sameName(path)) this.#reportReady(endpoint);
  }

  #describe(path: string, state: SocketState, detail: string): { level: 'info' | 'warn'; message: string } {
    if (state === 'serving') return { level: 'info', message: 'serving' };
    if (this.#isExpected(path, state)) {
      const message = `${dirname(path)} does not exist; ${basename(path)} is served there too as soon as it does`;
      return { level: 'info', message };
    }
    return { level: 'warn', message: explain(path, state, detail) };
  }

  /** The driver may use only one of several folders, so the others need not exist. */
  #isExpected(path: string, state: SocketState): boolean {
    const others = this.#sameName(path).filter((endpoint) => endpoint.path !== path);
    return state === 'no-folder' && others.some(({ socket }) => ['serving', 'starting'].includes(socket.state));
  }

  #reportReady(endpoint: Endpoint): void {
    const { path, socket } = endpoint;
    if (socket.state === 'starting') return;
    const isReady = this.#isReady(endpoint);
    const detail = isReady ? `socket ${path}` : `socket ${path}: ${explain(path, socket.state, socket.detail)}`;
    this.#options.services.emit({ type: 'ready', isReady, detail });
  }

  /** If this folder has no such socket, the driver tries the next folder. */
  #isReady({ path, socket }: Endpoint): boolean {
    if (socket.state === 'serving') return true;
    const isNothingHere = socket.state === 'absent' || socket.state === 'no-folder';
    return isNothingHere && this.#sameName(path).some((other) => other.socket.state === 'serving');
  }

  #sameName(path: string): readonly Endpoint[] {
    return this.#endpoints.filter((endpoint) => basename(endpoint.path) === basename(path));
  }

  /**
   * Waits until each connection has closed after its last call. tryShutdown's own callback comes too early: on Node 25 and
   * later the HTTP/2 server has by then told its sessions to close, and grpc-js 1.14.7 does not wait for such sessions.
   */
  async #shutDown({ grpc, connections }: Endpoint): Promise<void> {
    grpc.tryShutdown(() => {});
    const late = setTimeout(() => grpc.forceShutdown(), this.#options.mountTimeoutMs + STOP_MARGIN_MS);
    await Promise.all([...connections].map((connection) => once(connection, 'close')));
    clearTimeout(late);
  }
}

function explain(path: string, state: SocketState, detail: string): string {
  if (state !== 'taken') return detail;
  return `another process serves ${path}, so the driver's mounts go there; remove that provider, and within a second they come here`;
}

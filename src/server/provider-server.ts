// The daemon's door to the driver: one gRPC server and one socket per endpoint. It knows whether all of them
// answer, and how to stop: no new connections, every call in flight gets its answer, then the end.

import { basename } from 'node:path';
import { logVerbosity, Server, ServerCredentials, type ServiceDefinition, setLogVerbosity } from '@grpc/grpc-js';
import type { PlanDefaults } from '../plan/plan.ts';
import { healthHandler } from './health.ts';
import { mountHandler, type ServiceOptions, versionHandler } from './service.ts';
import { healthService, providerService } from './services.ts';
import { ProviderSocket, type SocketState } from './socket.ts';

export interface ProviderServerOptions extends Omit<ServiceOptions, 'defaults'> {
  /** Socket paths. The name decides the default audience: `openbao.sock` asks for `openbao`. */
  readonly endpoints: readonly string[];
  readonly defaults: Omit<PlanDefaults, 'audience'>;
}

interface Endpoint {
  readonly path: string;
  readonly grpc: Server;
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

  get isServingAll(): boolean {
    return this.#endpoints.every(({ socket }) => socket.state === 'serving');
  }

  /** Resolves when each endpoint had its first try. */
  async start(): Promise<void> {
    await Promise.all(this.#endpoints.map(({ socket }) => socket.start()));
  }

  /** Resolves when the last call in flight has its answer. */
  async stop(): Promise<void> {
    for (const { socket } of this.#endpoints) socket.stop();
    await Promise.all(this.#endpoints.map(({ grpc }) => shutDown(grpc)));
  }

  #makeEndpoint(path: string): Endpoint {
    const audience = basename(path).startsWith('openbao') ? 'openbao' : 'vault';
    const grpc = new Server({ 'grpc.enable_channelz': 0 });
    const service = { ...this.#options, defaults: { ...this.#options.defaults, audience } };
    grpc.addService(providerService as ServiceDefinition, {
      version: versionHandler(this.#options.version),
      mount: mountHandler(service),
    });
    grpc.addService(healthService as ServiceDefinition, { check: healthHandler(() => this.isServingAll) });
    const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
    const socket = new ProviderSocket({
      path,
      clock: this.#options.rooms.clock,
      onConnection: (connection) => injector.injectConnection(connection),
      onState: (state, detail) => this.#onState(path, state, detail),
    });
    return { path, grpc, socket };
  }

  #onState(path: string, state: SocketState, detail: string): void {
    const { emit } = this.#options.rooms;
    const isServing = state === 'serving';
    const message = isServing ? 'serving' : detail;
    emit({ type: 'notice', level: isServing ? 'info' : 'warn', message, fields: { socket: path } });
    emit({ type: 'ready', isReady: isServing, detail: isServing ? `socket ${path}` : `socket ${path}: ${detail}` });
  }
}

function shutDown(grpc: Server): Promise<void> {
  return new Promise((resolve) => {
    grpc.tryShutdown(() => resolve());
  });
}

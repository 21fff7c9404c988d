// A gRPC server for the calls of one audience. It does not listen: its owner passes each connection to `accept`.
import type { Duplex } from 'node:stream';
import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { guardHandler } from './guarded-handler.ts';
import { healthHandler } from './health.ts';
import { mountHandler, type ServiceOptions, versionHandler } from './service.ts';
import { healthService, providerService } from './services.ts';

export interface CallsServer {
  readonly grpc: Server;
  /** Serves the calls of one connection. */
  readonly accept: (connection: Duplex) => void;
}

export function createCallsServer(options: ServiceOptions, isServing: () => boolean): CallsServer {
  const { emit } = options.services;
  const grpc = new Server({ 'grpc.enable_channelz': 0 });
  grpc.addService(providerService as ServiceDefinition, {
    version: guardHandler(versionHandler(options.version), emit),
    mount: guardHandler(mountHandler(options), emit),
  });
  grpc.addService(healthService as ServiceDefinition, { check: guardHandler(healthHandler(isServing), emit) });
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  return { grpc, accept: (connection) => injector.injectConnection(connection) };
}

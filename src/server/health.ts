// The gRPC health check on the provider's own sockets: what a gRPC probe asks.
import type { handleUnaryCall } from '@grpc/grpc-js';
import { Code } from '../errors.ts';
import { grpc } from './wire/messages.js';

const SERVICES: ReadonlySet<string> = new Set(['', 'v1alpha1.CSIDriverProvider']);

type Request = grpc.health.v1.HealthCheckRequest;
type Response = grpc.health.v1.IHealthCheckResponse;

export function healthHandler(isServing: () => boolean): handleUnaryCall<Request, Response> {
  const { SERVING, NOT_SERVING } = grpc.health.v1.HealthCheckResponse.ServingStatus;
  return (call, callback) => {
    const { service } = call.request;
    if (SERVICES.has(service)) callback(null, { status: isServing() ? SERVING : NOT_SERVING });
    else callback({ code: Code.NOT_FOUND, details: 'no such service here' });
  };
}

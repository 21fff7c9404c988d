// The gRPC services as tables: method, path, and how bytes become messages. Written out rather than loaded from
// the .proto file, whose loader compiles code at run time, which this process does not allow.
import { Buffer } from 'node:buffer';
import type { MethodDefinition } from '@grpc/grpc-js';
import { grpc as grpcMessages, v1alpha1 } from './wire/messages.js';

interface MessageType<Shape, Message extends Shape> {
  encode(message: Shape): { finish(): Uint8Array };
  decode(bytes: Uint8Array): Message;
}

function unary<RequestShape, Request extends RequestShape, ResponseShape, Response extends ResponseShape>(
  path: string,
  request: MessageType<RequestShape, Request>,
  response: MessageType<ResponseShape, Response>,
): MethodDefinition<RequestShape, Response> {
  const write =
    <Shape, Message extends Shape>(type: MessageType<Shape, Message>) =>
    (message: Shape) => {
      const { buffer, byteOffset, byteLength } = type.encode(message).finish();
      return Buffer.from(buffer, byteOffset, byteLength);
    };
  return {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: write(request),
    requestDeserialize: (bytes) => request.decode(bytes),
    responseSerialize: write(response),
    responseDeserialize: (bytes) => response.decode(bytes),
  };
}

/** For an answer that its handler has encoded. */
const ENCODED = {
  responseSerialize: (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  responseDeserialize: (bytes: Buffer) => bytes,
};

export const providerService = {
  version: unary('/v1alpha1.CSIDriverProvider/Version', v1alpha1.VersionRequest, v1alpha1.VersionResponse),
  mount: {
    ...unary('/v1alpha1.CSIDriverProvider/Mount', v1alpha1.MountRequest, v1alpha1.MountResponse),
    ...ENCODED,
  },
};

const { HealthCheckRequest, HealthCheckResponse } = grpcMessages.health.v1;

export const healthService = {
  check: unary('/grpc.health.v1.Health/Check', HealthCheckRequest, HealthCheckResponse),
};

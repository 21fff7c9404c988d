// Closes off the gRPC library's own ways to send a code that must not leave (server/status.ts): a deadline that
// passed, a message over the limit, a call cancelled. The library writes them straight to the HTTP/2 stream, so
// they are caught there, on every stream of this process, before its first byte is out.
import diagnostics from 'node:diagnostics_channel';
import type { ServerHttp2Stream } from 'node:http2';
import { safeCode } from './status.ts';

const STREAM_CREATED = 'http2.server.stream.created';
const STATUS = 'grpc-status';

type Headers = Record<string, unknown>;

/** Starts to watch; the result stops. Process-wide, as the channel is. */
export function closeForbiddenCodes(): () => void {
  const onStream = (message: unknown) => guard((message as { stream: ServerHttp2Stream }).stream);
  diagnostics.subscribe(STREAM_CREATED, onStream);
  return () => diagnostics.unsubscribe(STREAM_CREATED, onStream);
}

function guard(stream: ServerHttp2Stream): void {
  const { respond, sendTrailers } = stream;
  stream.respond = (headers, options) => respond.call(stream, withSafeStatus(headers), options);
  stream.sendTrailers = (trailers) => sendTrailers.call(stream, withSafeStatus(trailers));
}

function withSafeStatus<T>(headers: T): T {
  const code = (headers as Headers | undefined)?.[STATUS];
  if (code === undefined) return headers;
  return { ...headers, [STATUS]: safeCode(Number(code)) };
}

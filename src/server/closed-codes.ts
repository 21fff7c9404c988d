// The last step of every answer, whoever made it. Closes off the gRPC library's own ways to send a code that must not
// leave (server/status.ts): a deadline that passed, a message over the limit, a call cancelled. The library writes
// them straight to the HTTP/2 stream, so they are caught there, on every stream of this process, before its first byte
// is out. Headers that HTTP/2 cannot carry become INTERNAL here: the library would throw them at nobody.
import diagnostics from 'node:diagnostics_channel';
import { constants, type ServerHttp2Stream } from 'node:http2';
import { asMountError } from '../errors.ts';
import { safeCode, statusOf } from './status.ts';

const STREAM_CREATED = 'http2.server.stream.created';
const STATUS = 'grpc-status';

type Headers = Record<string, unknown>;
type OnFault = (cause: unknown) => void;

/** Starts to watch; the result stops. Process-wide, as the channel is. */
export function closeForbiddenCodes(onFault: OnFault): () => void {
  const onStream = (message: unknown) => guard((message as { stream: ServerHttp2Stream }).stream, onFault);
  diagnostics.subscribe(STREAM_CREATED, onStream);
  return () => diagnostics.unsubscribe(STREAM_CREATED, onStream);
}

function guard(stream: ServerHttp2Stream, onFault: OnFault): void {
  const { respond, sendTrailers } = stream;
  stream.respond = (headers, options) =>
    orFault(
      stream,
      onFault,
      () => respond.call(stream, withSafeStatus(headers), options),
      (fault) => respond.call(stream, { ...RESPONSE, ...fault }, { endStream: true }),
    );
  stream.sendTrailers = (trailers) =>
    orFault(
      stream,
      onFault,
      () => sendTrailers.call(stream, withSafeStatus(trailers)),
      (fault) => sendTrailers.call(stream, fault),
    );
}

function withSafeStatus<T>(headers: T): T {
  const code = (headers as Headers | undefined)?.[STATUS];
  if (code === undefined) return headers;
  return { ...headers, [STATUS]: safeCode(Number(code)) };
}

const RESPONSE = { ':status': 200, 'content-type': 'application/grpc+proto' };

function orFault(
  stream: ServerHttp2Stream,
  onFault: OnFault,
  send: () => void,
  sendFault: (fault: Record<string, string>) => void,
): void {
  try {
    send();
  } catch (cause) {
    // A caller that has gone needs no answer.
    if (stream.destroyed || stream.closed) return;
    onFault(cause);
    const { code, details } = statusOf(asMountError(cause));
    try {
      sendFault({ [STATUS]: String(code), 'grpc-message': encodeURI(details) });
    } catch {
      // gRPC reads this end of a stream as INTERNAL too.
      stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    }
  }
}

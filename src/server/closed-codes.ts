// The last step of every response. The gRPC library sends some forbidden codes (server/status.ts) by itself: for a passed
// deadline, a message over the limit, a cancelled call. It writes them straight to the HTTP/2 stream, so every stream of
// this process is checked before its first byte is sent. A status text that HTTP/2 cannot carry is encoded here, because
// Node would send it and the client would reject the whole response. Headers that Node refuses become INTERNAL, because
// the library would throw an error that nothing catches.
import diagnostics from 'node:diagnostics_channel';
import { constants, type ServerHttp2Stream } from 'node:http2';
import { asMountError } from '../errors.ts';
import { safeCode, statusOf } from './status.ts';

const STREAM_CREATED = 'http2.server.stream.created';
const STATUS = 'grpc-status';
const MESSAGE = 'grpc-message';
const RESPONSE = { ':status': 200, 'content-type': 'application/grpc+proto' };

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
      () => respond.call(stream, withSafe(headers), options),
      (fault) => respond.call(stream, { ...RESPONSE, ...fault }, { endStream: true }),
    );
  stream.sendTrailers = (trailers) =>
    orFault(
      stream,
      onFault,
      () => sendTrailers.call(stream, withSafe(trailers)),
      (fault) => sendTrailers.call(stream, fault),
    );
}

function withSafe<T>(headers: T): T {
  const { [STATUS]: code, [MESSAGE]: message } = (headers ?? {}) as Headers;
  if (code === undefined) return headers;
  const safe = { ...headers, [STATUS]: safeCode(Number(code)) };
  return message === undefined ? safe : { ...safe, [MESSAGE]: safeText(String(message)) };
}

/** gRPC's percent-encoding, unless the text is already encoded. */
function safeText(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURI(text.toWellFormed());
}

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
      sendFault({ [STATUS]: String(code), [MESSAGE]: details });
    } catch {
      // gRPC reads this end of a stream as INTERNAL too.
      stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    }
  }
}

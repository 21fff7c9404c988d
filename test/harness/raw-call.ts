// A gRPC call over bare HTTP/2, for what a gRPC library would hide: the status that really came over the wire.
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { createConnection } from 'node:net';

export interface RawAnswer {
  /** The grpc-status header; undefined if the stream ended without one. */
  readonly status: number | undefined;
  readonly message: string;
}

export interface RawCall {
  readonly stream: ClientHttp2Stream;
  readonly answer: Promise<RawAnswer>;
}

export class RawConnection {
  readonly session: ClientHttp2Session;
  /** The last stream that the server took, as its goodbye says; Infinity before it. */
  lastTakenId = Number.POSITIVE_INFINITY;

  constructor(place: string | { readonly port: number }) {
    const open = () => (typeof place === 'string' ? createConnection(place) : createConnection(place));
    // Memory in MiB: what a test has under way at once.
    this.session = connect('http://localhost', { createConnection: open, maxSessionMemory: 100 });
    this.session.on('error', () => {});
    this.session.on('goaway', (_code, lastStreamId) => {
      this.lastTakenId = lastStreamId;
    });
  }

  /** @param body the whole of the message as sent, its five-byte frame included */
  call(path: string, body: Uint8Array, headers: Readonly<Record<string, string>> = {}): RawCall {
    const call = this.begin(path, body, headers);
    call.stream.end();
    return call;
  }

  /** As `call`, and more may follow. */
  begin(path: string, body: Uint8Array, headers: Readonly<Record<string, string>> = {}): RawCall {
    const stream = this.session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    const answer = new Promise<RawAnswer>((resolve) => {
      let seen: Record<string, unknown> = {};
      const note = (part: Record<string, unknown>) => {
        seen = { ...seen, ...part };
      };
      stream.on('response', note);
      stream.on('trailers', note);
      stream.on('error', () => {});
      stream.on('close', () => {
        const status = seen['grpc-status'];
        resolve({
          status: status === undefined ? undefined : Number(status),
          message: decodeURIComponent(String(seen['grpc-message'] ?? '')),
        });
      });
    });
    stream.resume();
    stream.write(body);
    return { stream, answer };
  }

  close(): void {
    this.session.destroy();
  }
}

/** @param isCompressed as the first byte of the frame says */
export function frame(message: Uint8Array, isCompressed = false): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(isCompressed ? 1 : 0, 0);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

// Checks the length of each driver message before reading it. A class can make a message as large as its author likes,
// so the length is taken from the first bytes before the rest leaves the socket. Messages over the bound are refused;
// large ones wait for each other. The gRPC library would refuse with code 8, on which a pod starts with an empty volume.
import diagnostics from 'node:diagnostics_channel';
import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { MountError } from '../errors.ts';
import { statusOf } from './status.ts';

/** What real classes need, many times over: attributes of 512 KiB, secrets of 1 MiB, and the rest. */
export const MAX_MESSAGE_BYTES = (512 + 1024 + 64) * 1024;
/** Messages up to this size never wait. Many times an ordinary class. */
const FREE_BYTES = 64 * 1024;
/** Total of the large messages read at once; each counts until it has become a plan. */
const LARGE_BYTES = 2 * MAX_MESSAGE_BYTES;
/** How much of a waiting message its client may send; HTTP/2's default is 64 KiB. Per call, not shared. */
const STREAM_WINDOW = 16 * 1024;

const STREAM_CREATED = 'http2.server.stream.created';
/** One byte for the compression flag, four for the length. */
const PREFIX_BYTES = 5;

interface Waiter {
  readonly bytes: number;
  readonly grant: () => void;
}

export class MessageGate {
  readonly #waitMs: number;
  readonly #sessions = new WeakSet<ServerHttp2Session>();
  readonly #waiting = new Set<Waiter>();
  #usedBytes = 0;

  /** @param waitMs how long a message may wait for those before it */
  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  /** Starts to watch; the result stops. Process-wide, as the channel is. */
  start(): () => void {
    const onStream = (message: unknown) => this.#watch((message as { stream: ServerHttp2Stream }).stream);
    diagnostics.subscribe(STREAM_CREATED, onStream);
    return () => diagnostics.unsubscribe(STREAM_CREATED, onStream);
  }

  #watch(stream: ServerHttp2Stream): void {
    this.#prepare(stream.session as ServerHttp2Session | undefined);
    let prefix: Buffer | undefined;
    const onData = (part: Buffer) => {
      prefix = prefix === undefined ? part : Buffer.concat([prefix, part]);
      if (prefix.length < PREFIX_BYTES) return;
      stream.off('data', onData);
      this.#look(stream, prefix.readUInt32BE(1));
    };
    // Runs before the library's own listener: that still gets this chunk, but the stream behind it is then paused.
    stream.on('data', onData);
    stream.pause();
  }

  #prepare(session: ServerHttp2Session | undefined): void {
    if (session === undefined || this.#sessions.has(session)) return;
    this.#sessions.add(session);
    session.settings({ initialWindowSize: STREAM_WINDOW });
  }

  #look(stream: ServerHttp2Stream, bytes: number): void {
    if (bytes > MAX_MESSAGE_BYTES) refuse(stream, tooLarge());
    else if (bytes > FREE_BYTES) this.#enter(stream, bytes);
  }

  #enter(stream: ServerHttp2Stream, bytes: number): void {
    stream.pause();
    const late = () => {
      this.#waiting.delete(waiter);
      refuse(stream, crowded());
    };
    const timer = setTimeout(late, this.#waitMs);
    const grant = () => {
      clearTimeout(timer);
      this.#waiting.delete(waiter);
      this.#usedBytes += bytes;
      let isLeft = false;
      const leave = () => {
        if (isLeft) return;
        isLeft = true;
        this.#usedBytes -= bytes;
        this.#serve();
      };
      // The message becomes a plan in the same event loop turn as its end, so leave right after that turn.
      stream.once('end', () => setImmediate(leave));
      stream.once('close', leave);
      stream.resume();
    };
    const waiter = { bytes, grant };
    this.#waiting.add(waiter);
    stream.once('close', () => {
      clearTimeout(timer);
      this.#waiting.delete(waiter);
    });
    this.#serve();
  }

  /** First come, first served: each one leaves soon, because what its mount waits for later does not count. */
  #serve(): void {
    for (const { bytes, grant } of this.#waiting) {
      if (this.#usedBytes + bytes > LARGE_BYTES) return;
      grant();
    }
  }
}

function tooLarge(): MountError {
  return new MountError(
    'request-invalid',
    "the driver's request is over 1.5 MiB; split the class into several, and keep the Secret of nodePublishSecretRef small",
  );
}

function crowded(): MountError {
  return new MountError(
    'memory-budget',
    "the driver's request: other large requests were being read; the mount will be tried again",
  );
}

/** Responds as the library would. Discards the rest of the message: a stream reset could overtake the response. */
function refuse(stream: ServerHttp2Stream, error: MountError): void {
  if (stream.destroyed || stream.headersSent) return;
  const { code, details } = statusOf(error);
  const headers = {
    ':status': 200,
    'content-type': 'application/grpc+proto',
    'grpc-status': String(code),
    'grpc-message': encodeURI(details),
  };
  stream.respond(headers, { endStream: true });
  // The library does not know that this stream was answered and would respond too.
  stream.respond = () => {};
  stream.removeAllListeners('data');
  stream.on('data', () => {});
  stream.resume();
}

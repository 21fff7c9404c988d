// One HTTP/2 connection to a store, shared by all requests of an agent. Knows when the store was last heard, and whether a
// request may still be sent.
import http2, { type ClientHttp2Session, type ClientHttp2Stream, type OutgoingHttpHeaders } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../clock.ts';

/** Limit on an answer's head: Node's own for HTTP/1.1, and far above a real one. */
const MAX_HEAD_BYTES = 16 * 1024;
const MAX_HEAD_FIELDS = 100;
/** In MB; more than the receive windows of all streams hold. */
const MAX_MEMORY = 64;
/** Receive window of the connection. Each stream has its own of 64 KiB, so that a waiting one blocks no other. */
const WINDOW_BYTES = 1024 * 1024;
/** Same as for free sockets: well below load balancers' usual 60 s and OpenBao's 5 min. */
const IDLE_MS = 15_000;
/** The same limit as for connecting. */
const SILENCE_MS = 3_000;
/** Time for a graceful close of an unused connection. */
const GOODBYE_MS = 1_000;

export class Http2Connection {
  readonly #session: ClientHttp2Session;
  readonly #clock: Clock;
  #heardAt: number;
  /** When the first request was sent since then. */
  #waitingSince: number | undefined;
  #openStreams = 0;
  #isDiscarded = false;
  /** The last stream that the store's GOAWAY covers: later ones were not processed. */
  #lastStream = Number.POSITIVE_INFINITY;
  #ping: Promise<boolean> | undefined;

  constructor(socket: TLSSocket, origin: string, clock: Clock) {
    this.#clock = clock;
    this.#heardAt = clock.now();
    this.#session = http2.connect(origin, {
      createConnection: () => socket,
      maxSessionMemory: MAX_MEMORY,
      maxHeaderListPairs: MAX_HEAD_FIELDS,
      settings: { enablePush: false, maxHeaderListSize: MAX_HEAD_BYTES },
    });
    this.#session.once('connect', (session) => session.setLocalWindowSize(WINDOW_BYTES));
    // Each stream has it too.
    this.#session.on('error', () => {});
    this.#session.on('goaway', (_code, lastStream) => {
      this.#lastStream = lastStream;
    });
    this.#session.setTimeout(IDLE_MS, () => this.discard());
    this.#session.unref();
  }

  /** Also false after a silence, as the other end may be gone. */
  get isUsable(): boolean {
    if (this.#isDiscarded || this.#session.closed || this.#session.destroyed) return false;
    return this.#waitingSince === undefined || this.#clock.now() - this.#waitingSince < SILENCE_MS;
  }

  /** Milliseconds since the store was last heard. */
  get quietMs(): number {
    return this.#clock.now() - this.#heardAt;
  }

  /** @throws Node's error for headers that HTTP cannot carry */
  request(headers: OutgoingHttpHeaders, hasBody: boolean): ClientHttp2Stream {
    const stream = this.#session.request(headers, { endStream: !hasBody });
    this.#waitingSince ??= this.#clock.now();
    this.#openStreams += 1;
    if (this.#openStreams === 1) this.#session.ref();
    stream.once('response', () => this.#heard()).once('end', () => this.#heard());
    stream.once('close', () => this.#onStreamClosed());
    return stream;
  }

  /** True if the store has not processed it, so that any request may be sent again. */
  isUnprocessed(stream: ClientHttp2Stream): boolean {
    if (stream.rstCode === http2.constants.NGHTTP2_REFUSED_STREAM) return true;
    return stream.id === undefined || stream.pending || stream.id > this.#lastStream;
  }

  /** Pings the store. Resolves with whether it answered in time. */
  isAlive(): Promise<boolean> {
    this.#ping ??= this.#askAlive().finally(() => {
      this.#ping = undefined;
    });
    return this.#ping;
  }

  /** Sends no further request on it; those in flight still get their answers. */
  discard(): void {
    if (this.#isDiscarded) return;
    this.#isDiscarded = true;
    if (this.#openStreams === 0) this.#end();
  }

  /** Closes it at once; requests in flight fail. */
  close(): void {
    this.#session.destroy();
  }

  #heard(): void {
    this.#heardAt = this.#clock.now();
    this.#waitingSince = undefined;
  }

  #onStreamClosed(): void {
    this.#openStreams -= 1;
    if (this.#openStreams > 0) return;
    this.#waitingSince = undefined;
    this.#session.unref();
    if (this.#isDiscarded) this.#end();
  }

  #end(): void {
    this.#session.close();
    setTimeout(() => this.#session.destroy(), GOODBYE_MS).unref();
  }

  #askAlive(): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isAlive: boolean) => {
        clearTimeout(timer);
        this.#session.off('close', onClose);
        if (isAlive) this.#heard();
        resolve(isAlive);
      };
      const onClose = () => end(false);
      const timer = setTimeout(() => end(false), SILENCE_MS);
      this.#session.once('close', onClose);
      if (!this.isUsable || !this.#session.ping((error) => end(error === null))) end(false);
    });
  }
}

// Decides between HTTP/2 and HTTP/1.1 for one agent's store, and owns the HTTP/2 connection that its requests share. The
// store chooses at connect; one that chose HTTP/1.1 is asked again after a while.
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../clock.ts';
import type { Dialled } from './dial.ts';
import type { Phase } from './failure.ts';
import { Http2Connection } from './http2-connection.ts';

/** A request that must not be sent twice needs a store heard within the last 2 s, or an answered ping. */
export const FRESH_MS = 2_000;
/** How long HTTP/1.1 is remembered: an upgraded store may offer HTTP/2. */
const HTTP1_FOR_MS = 10 * 60_000;
/** Requests after this dial anew: the first attempt may hang until its own callers time out. */
const JOIN_MS = 3_000;

export interface Http2ConnectionsOptions {
  readonly dial: () => Dialled;
  /** Takes a connection on which the store chose HTTP/1.1. */
  readonly onHttp1: (socket: TLSSocket) => void;
  readonly origin: string;
  readonly clock: Clock;
}

interface Opening {
  readonly at: number;
  readonly dialled: Dialled;
  /** undefined: the store chose HTTP/1.1. */
  readonly opened: Promise<Http2Connection | undefined>;
  waiting: number;
}

/** A connection that is on its way to a request. */
export interface Awaited {
  readonly phase: Phase;
  /** Resolves with undefined if the store speaks HTTP/1.1. Rejects with the connection's error. */
  readonly connection: Promise<Http2Connection | undefined>;
  /** Called when a request stops waiting for it. */
  leave(): void;
}

export class Http2Connections {
  readonly #options: Http2ConnectionsOptions;
  #current: Http2Connection | undefined;
  #opening: Opening | undefined;
  #http1Until = Number.NEGATIVE_INFINITY;

  constructor(options: Http2ConnectionsOptions) {
    this.#options = options;
  }

  get isHttp1(): boolean {
    return this.#options.clock.now() < this.#http1Until;
  }

  /** A connection that can be used at once; undefined if there is none. */
  ready(isOnce: boolean): Http2Connection | undefined {
    const current = this.#usable();
    return current !== undefined && isOnce && current.quietMs >= FRESH_MS ? undefined : current;
  }

  open(): Awaited {
    const current = this.#usable();
    return current === undefined ? this.#join() : this.#verify(current);
  }

  close(): void {
    this.#current?.close();
    this.#opening?.dialled.giveUp();
  }

  #usable(): Http2Connection | undefined {
    if (this.#current?.isUsable) return this.#current;
    this.#current?.discard();
    this.#current = undefined;
    return undefined;
  }

  #verify(current: Http2Connection): Awaited {
    let joined: Awaited | undefined;
    let hasLeft = false;
    const connection = current.isAlive().then((isAlive) => {
      if (isAlive) return current;
      current.discard();
      if (hasLeft) return undefined;
      joined = this.open();
      return joined.connection;
    });
    return {
      get phase() {
        return joined?.phase ?? 'connecting';
      },
      connection,
      leave() {
        hasLeft = true;
        joined?.leave();
      },
    };
  }

  #join(): Awaited {
    const opening = this.#currentOpening();
    opening.waiting += 1;
    return {
      get phase() {
        return opening.dialled.phase;
      },
      connection: opening.opened,
      leave: () => {
        opening.waiting -= 1;
        if (opening.waiting > 0) return;
        this.#forget(opening);
        opening.dialled.giveUp();
      },
    };
  }

  #currentOpening(): Opening {
    const { clock, dial } = this.#options;
    const now = clock.now();
    if (this.#opening !== undefined && now - this.#opening.at < JOIN_MS) return this.#opening;
    const dialled = dial();
    const opened = dialled.connected.then((socket) => this.#use(socket));
    const opening = { at: now, dialled, opened, waiting: 0 };
    this.#opening = opening;
    const done = () => this.#forget(opening);
    opened.then(done, done);
    return opening;
  }

  #forget(opening: Opening): void {
    if (this.#opening === opening) this.#opening = undefined;
  }

  #use(socket: TLSSocket): Http2Connection | undefined {
    const { clock, origin, onHttp1 } = this.#options;
    if (socket.alpnProtocol !== 'h2') {
      this.#http1Until = clock.now() + HTTP1_FOR_MS;
      onHttp1(socket);
      return undefined;
    }
    this.#http1Until = Number.NEGATIVE_INFINITY;
    const connection = new Http2Connection(socket, origin, clock);
    // An attempt that hung and succeeded late may find another connection here.
    this.#current?.discard();
    this.#current = connection;
    return connection;
  }
}

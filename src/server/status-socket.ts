// The socket of `secretmount status` on the daemon's node. Only the daemon's own user may connect. Each connection gets
// one JSON document, which the owner of this socket supplies, and is closed.
import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import type { Emit } from '../events.ts';
import type { Status } from '../status.ts';
import { ProviderSocket } from './socket.ts';

export interface StatusSocketOptions {
  readonly path: string;
  readonly status: () => Status;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** A person, and a script or two. Each may hold a document of some megabytes. */
const MOST_CONNECTIONS = 4;
/** Time for a client to read the whole document; the same as for a request to the HTTP pages. */
const ANSWER_MS = 5_000;

export class StatusSocket {
  readonly #options: StatusSocketOptions;
  readonly #socket: ProviderSocket;
  readonly #connections = new Set<Socket>();

  constructor(options: StatusSocketOptions) {
    this.#options = options;
    const { path, clock, emit } = options;
    this.#socket = new ProviderSocket({
      path,
      clock,
      onConnection: (connection) => this.#answer(connection),
      onState: (state, detail) => {
        const level = state === 'serving' ? 'info' : 'warn';
        const message = state === 'serving' ? 'serving status' : `status: ${detail}`;
        emit({ type: 'notice', level, message, fields: { socket: path } });
      },
    });
  }

  /** Resolves after the first try, also if it failed: no pod waits for this socket. */
  start(): Promise<void> {
    return this.#socket.start();
  }

  stop(): void {
    this.#socket.stop();
    for (const connection of this.#connections) connection.destroy();
  }

  #answer(connection: Socket): void {
    // A client that only probes whether the socket is served disconnects before the response.
    connection.on('error', () => {});
    if (this.#connections.size >= MOST_CONNECTIONS) {
      connection.destroy();
      return;
    }
    this.#connections.add(connection);
    const late = setTimeout(() => connection.destroy(), ANSWER_MS);
    connection.once('close', () => {
      clearTimeout(late);
      this.#connections.delete(connection);
    });
    // Clients have nothing to send; discard whatever they do.
    connection.resume();
    connection.end(`${this.#write()}\n`);
  }

  #write(): string {
    try {
      return JSON.stringify(this.#options.status());
    } catch (thrown) {
      this.#options.emit({ type: 'fault', message: 'the status could not be told', cause: thrown });
      return '';
    }
  }
}

// A person's way in, on the daemon's node: whoever may connect, which is the daemon's own user, gets one JSON document
// and the end of the connection. What is in it others say.
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
/** To take the whole document, as the HTTP pages allow for a request. */
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

  /** Resolves when the first try is over; a socket that cannot be had keeps no pod waiting. */
  start(): Promise<void> {
    return this.#socket.start();
  }

  stop(): void {
    this.#socket.stop();
    for (const connection of this.#connections) connection.destroy();
  }

  #answer(connection: Socket): void {
    // Whoever only looks whether somebody answers is gone before the answer.
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
    // Nobody has anything to say here; what is said is dropped.
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

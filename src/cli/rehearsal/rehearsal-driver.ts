// The driver of a rehearsal: a connection in memory to the server of the driver's calls, and mounts over it.
import { Buffer } from 'node:buffer';
import http2, { type ClientHttp2Session } from 'node:http2';
import { duplexPair } from 'node:stream';
import type { CallsServer } from '../../server/calls-server.ts';
import { providerService } from '../../server/services.ts';

export type MountMessage = Parameters<typeof providerService.mount.requestSerialize>[0];

/** Compressed or not, and the length. */
const PREFIX_BYTES = 5;
const GOOD = '0';

export class RehearsalDriver {
  readonly #session: ClientHttp2Session;

  constructor({ accept }: CallsServer) {
    const [ours, theirs] = duplexPair();
    accept(theirs);
    this.#session = http2.connect('http://rehearsal', { createConnection: () => ours });
    this.#session.on('error', () => {});
  }

  /** Resolves with whether there were files, also if it was stopped. */
  mount(message: MountMessage): Promise<boolean> {
    const { path, requestSerialize } = providerService.mount;
    const bytes = requestSerialize(message);
    const prefix = Buffer.alloc(PREFIX_BYTES);
    prefix.writeUInt32BE(bytes.length, 1);
    const headers = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' };
    return new Promise((resolve) => {
      const call = this.#session.request(headers);
      let isGood = false;
      call.on('trailers', ({ 'grpc-status': status }) => {
        isGood = status === GOOD;
      });
      call.on('error', () => {});
      call.on('close', () => resolve(isGood));
      call.resume();
      call.end(Buffer.concat([prefix, bytes]));
    });
  }

  stop(): void {
    this.#session.destroy();
  }
}

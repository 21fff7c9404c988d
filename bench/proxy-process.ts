// Stands between whoever reads and the store: makes the way to it as long as asked for, and counts what passes.
// It looks at no more than the first bytes of a message, so that it costs little of the machine it shares. Of TLS it counts
// connections alone.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { answerCalls } from './remote.ts';

export interface Counts {
  readonly logins: number;
  readonly reads: number;
  /** Opened. */
  readonly connections: number;
}

const counts = { logins: 0, reads: 0, connections: 0 };
let delayMs = 0;

const calls = {
  /** @returns the port on 127.0.0.1 */
  start: ({ targetPort }: { targetPort: number }): Promise<number> => listen(targetPort, '127.0.0.1'),
  /** The same on as many further loopback addresses. @returns their URLs */
  startMany: ({ targetPort, count }: { targetPort: number; count: number }): Promise<string[]> =>
    Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const host = `127.1.${i >> 8}.${i & 255}`;
        return `http://${host}:${await listen(targetPort, host)}`;
      }),
    ),
  /** Sets the delay and starts to count from zero. */
  reset: (options: { delayMs: number }): void => {
    delayMs = options.delayMs;
    Object.assign(counts, { logins: 0, reads: 0, connections: 0 });
  },
  counts: (): Counts => ({ ...counts }),
};

export type ProxyCalls = typeof calls;

function listen(targetPort: number, host: string): Promise<number> {
  const server = createServer({ noDelay: true }, (client) => join(client, targetPort));
  return new Promise((resolve) => {
    server.listen(0, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Timers of one delay fire in the order in which they were set, so the parts of a message stay in order. */
function join(client: Socket, targetPort: number): void {
  const store = connect({ host: '127.0.0.1', port: targetPort, noDelay: true });
  counts.connections += 1;
  client.on('data', (part: Buffer) => {
    count(part);
    if (delayMs === 0) store.write(part);
    else setTimeout(() => store.write(part), delayMs);
  });
  store.on('data', (part) => client.write(part));
  const end = () => {
    client.destroy();
    store.destroy();
  };
  for (const socket of [client, store]) socket.on('error', end).on('close', end);
}

/** No client here sends a request before it has the last one's answer, so a request starts a part of its own. */
function count(part: Buffer): void {
  const start = part.toString('latin1', 0, 16);
  if (start.startsWith('GET /v1/')) counts.reads += 1;
  else if (start.startsWith('POST /v1/auth/')) counts.logins += 1;
}

answerCalls(calls);

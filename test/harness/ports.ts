// Ports that nobody has now. Another process can take one between our look and its use: who starts a server tries again.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below those that Linux gives to whoever asks for any, so that a server that ends finds its own free again. */
const KEPT = [20_000, 32_000] as const;

/** The first of two in a row. @param isKept for a server that is ended and started again */
export async function findFreePorts(isKept = false): Promise<number> {
  for (;;) {
    const first = await listenOn(isKept ? randomInt(...KEPT) : 0).catch(() => undefined);
    const second = first && (await listenOn(first.port + 1).catch(() => undefined));
    await first?.close();
    await second?.close();
    if (first !== undefined && second !== undefined) return first.port;
  }
}

function listenOn(port: number): Promise<{ port: number; close(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const at = server.address();
      if (at === null || typeof at === 'string') return reject(new Error('no port'));
      resolve({ port: at.port, close: () => new Promise((done) => server.close(() => done())) });
    });
  });
}

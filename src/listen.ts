// A server from the moment it listens: until then a failure is the caller's to explain, and afterwards a connection that
// cannot be accepted (too many open files) must not end the process.
import type { ListenOptions, Server } from 'node:net';

/** Resolves when the server listens. @throws what the system says */
export function listen(server: Server, at: Pick<ListenOptions, 'path' | 'host' | 'port'>): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, () => {
      server.off('error', reject);
      server.on('error', () => {});
      resolve();
    });
  });
}

// A port of its own for each stand-in of a test process. The kernel gives a closed one's port to the next now and then; a
// daemon that was asked for both would take the second for the first, and would use the login that it has there.
import type { AddressInfo, Server } from 'node:net';

const given = new Set<number>();

/** @returns the port on 127.0.0.1 */
export async function listenOnFreshPort(server: Server): Promise<number> {
  for (;;) {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    if (!given.has(port)) {
      given.add(port);
      return port;
    }
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { listenOnFreshPort } from './fresh-port.ts';

describe('port of a stand-in', () => {
  it('is never given twice, also if the kernel does', async () => {
    const first = createServer();
    const port = await listenOnFreshPort(first);
    await new Promise((resolve) => first.close(resolve));
    const second = createServer();
    assert.notEqual(await listenOnFreshPort(giving(second, port)), port);
    await new Promise((resolve) => second.close(resolve));
  });
});

/** Has it listen on this port first, as if the kernel had chosen it. */
function giving(server: Server, port: number): Server {
  const listen = server.listen.bind(server) as (port: number, host: string, listening: () => void) => Server;
  let isFirst = true;
  const instead = (asked: number, host: string, listening: () => void) => {
    const chosen = isFirst ? port : asked;
    isFirst = false;
    return listen(chosen, host, listening);
  };
  return Object.assign(server, { listen: instead });
}

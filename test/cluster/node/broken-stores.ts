// Stores that fail, each at a port of its own in the node's network. Run as a program there, until it is ended.
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import { answer, type Behaviour, babble, hang, oversized, reset } from '../../harness/faulty-store.ts';
import { NODE_IP } from './control-plane.ts';
import type { Node } from './node.ts';

/** More than any answer may have. */
const OVERSIZED_BYTES = 5 * 2 ** 20;

const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  sealed: answer(503, { errors: ['Vault is sealed'] }),
  limiting: answer(429, { errors: ['request path "x": rate limit quota exceeded'] }),
  behind: answer(412, { errors: ['required index state not present'] }),
  fault: answer(500, { errors: ['1 error occurred: internal'] }),
  bare503: answer(503, ''),
  malformed: answer(200, '<html>not JSON</html>'),
  echoing: (request, response) => answer(400, { errors: [request.body] })(request, response),
  tokenless: answer(200, { auth: null, data: {} }),
  oversized: oversized(OVERSIZED_BYTES, true),
  babbling: babble,
  resetting: reset,
  hanging: hang,
};
const FIRST_PORT = 8301;
/** Made once all listen; a reboot of the node leaves it, as it leaves them. */
const READY = '/dev/shm/broken-stores-listen';

/** What each does, by its address; nobody listens at `unreachable`. */
export const BROKEN_STORES: Readonly<Record<string, string>> = Object.fromEntries(
  [...Object.keys(BEHAVIOURS), 'unreachable'].map((name, index) => [name, `http://${NODE_IP}:${FIRST_PORT + index}`]),
);

/** Started once; a second call finds them running. */
export async function startBrokenStores(node: Node): Promise<void> {
  const isRunning = await node.run(['test', '-e', READY]).catch(() => undefined);
  if (isRunning !== undefined) return;
  node.start('broken-stores', [process.execPath, import.meta.filename]);
  await node.until('the broken stores', () => node.run(['test', '-e', READY]));
}

if (import.meta.main) {
  for (const [index, behaviour] of Object.values(BEHAVIOURS).entries()) {
    const server = http.createServer((request, response) => {
      const { method = '', url = '', headers, rawHeaders } = request;
      text(request).then(
        (body) => behaviour({ method, url, headers, rawHeaders, body }, response),
        () => response.destroy(),
      );
    });
    await once(server.listen(FIRST_PORT + index, '0.0.0.0'), 'listening');
  }
  await writeFile(READY, '');
}

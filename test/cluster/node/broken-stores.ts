// Stores that fail, and one that is slow, each at a port of its own in the node's network. Run as a program there, until
// it is ended.
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer, type Behaviour, babble, hang, oversized, reset } from '../../harness/faulty-store.ts';
import { NODE_IP } from './control-plane.ts';
import type { Node } from './node.ts';
import { STORE_ADDRESS } from './store.ts';

/** More than any answer may have. */
const OVERSIZED_BYTES = 5 * 2 ** 20;

const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  sealed: answer(503, { errors: ['Vault is sealed'] }),
  limiting: answer(429, { errors: ['request path "x": rate limit quota exceeded'] }),
  behind: answer(412, { errors: ['required index state not present'] }),
  fault: answer(500, { errors: ['1 error occurred: internal'] }),
  bare503: answer(503, ''),
  garbled: answer(200, '<html>not JSON</html>'),
  echoing: (request, response) => answer(400, { errors: [request.body] })(request, response),
  tokenless: answer(200, { auth: null, data: {} }),
  oversized: oversized(OVERSIZED_BYTES, true),
  babbling: babble,
  resetting: reset,
  hanging: hang,
};
const FIRST_PORT = 8301;
const SLOW_PORT = 8300;
/** A login and a read: time enough to end the provider between them. */
const SLOW_MS = 2_000;

/** What each does, by its address; nobody listens at `unreachable`. */
export const BROKEN_STORES: Readonly<Record<string, string>> = Object.fromEntries(
  [...Object.keys(BEHAVIOURS), 'unreachable'].map((name, index) => [name, `http://${NODE_IP}:${FIRST_PORT + index}`]),
);

/** The real store, each of its answers late. */
export const SLOW_STORE = `http://${NODE_IP}:${SLOW_PORT}`;

/** Started once; a second call finds them running. */
export async function startBrokenStores(node: Node): Promise<void> {
  const isRunning = await node.run(['pgrep', '-f', import.meta.filename]).catch(() => '');
  if (isRunning === '') node.start('broken-stores', [process.execPath, import.meta.filename]);
}

async function passOnLate(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', url = '', headers } = request;
  await sleep(SLOW_MS);
  const onward = http.request(`${STORE_ADDRESS}${url}`, { method, headers }, (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(response);
  });
  onward.once('error', () => response.destroy());
  request.pipe(onward);
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
    server.listen(FIRST_PORT + index, '0.0.0.0');
  }
  http.createServer((request, response) => void passOnLate(request, response)).listen(SLOW_PORT, '0.0.0.0');
}

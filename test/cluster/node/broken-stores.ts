// Stores that fail, each at a port of its own in the node's network. Run as a program there, until it is ended.
import http from 'node:http';
import { answer, type Behaviour, babble, hang, reset } from '../../harness/faulty-store.ts';
import { NODE_IP } from './control-plane.ts';
import type { Node } from './node.ts';

const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  sealed: answer(503, { errors: ['Vault is sealed'] }),
  limiting: answer(429, { errors: ['request path "x": rate limit quota exceeded'] }),
  fault: answer(500, { errors: ['1 error occurred: internal'] }),
  bare503: answer(503, ''),
  garbled: answer(200, '<html>not JSON</html>'),
  babbling: babble,
  resetting: reset,
  hanging: hang,
};
const FIRST_PORT = 8301;

/** What each does, by its address; nobody listens at `unreachable`. */
export const BROKEN_STORES: Readonly<Record<string, string>> = Object.fromEntries(
  [...Object.keys(BEHAVIOURS), 'unreachable'].map((name, index) => [name, `http://${NODE_IP}:${FIRST_PORT + index}`]),
);

export function startBrokenStores(node: Node): void {
  node.start('broken-stores', [process.execPath, import.meta.filename]);
}

if (import.meta.main) {
  for (const [index, behaviour] of Object.values(BEHAVIOURS).entries()) {
    const server = http.createServer((request, response) => {
      const { method = '', url = '', headers, rawHeaders } = request;
      request.resume();
      behaviour({ method, url, headers, rawHeaders, body: '' }, response);
    });
    server.listen(FIRST_PORT + index, '0.0.0.0');
  }
}

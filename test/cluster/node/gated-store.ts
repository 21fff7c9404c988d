// The real store behind a gate: while it is shut, each request waits and is counted, so that a provider ends in the
// middle of a mount at whatever pace the machine runs. Run as a program in the node's namespaces, until it is ended;
// the suite moves the gate over a Unix socket in the node's state folder.
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { NODE_IP } from './control-plane.ts';
import type { Node } from './node.ts';
import { STORE_ADDRESS } from './store.ts';

const PORT = 8300;

/** What a class says. */
export const GATED_STORE = `http://${NODE_IP}:${PORT}`;

export class Gate {
  readonly #socketPath: string;

  private constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** Open. Started once; a second call finds it running. */
  static async start(node: Node): Promise<Gate> {
    const gate = new Gate(join(node.stateFolder, 'gate.sock'));
    const isRunning = await gate.waiting().catch(() => undefined);
    if (isRunning === undefined) {
      node.start('gated-store', [process.execPath, import.meta.filename, gate.#socketPath]);
      await node.until('the gated store', () => gate.waiting());
    }
    return gate;
  }

  async shut(): Promise<void> {
    await this.#ask('/shut');
  }

  async open(): Promise<void> {
    await this.#ask('/open');
  }

  /** How many requests are held up, whose clients still want their answer. */
  async waiting(): Promise<number> {
    return Number(await this.#ask('/waiting'));
  }

  #ask(path: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const request = http.request({ socketPath: this.#socketPath, path }, (response) => {
      text(response).then(resolve, reject);
    });
    request.once('error', reject);
    request.end();
    return promise;
  }
}

/** By request; undefined while the gate is open. */
let waiting: Set<() => void> | undefined;

async function passThrough(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const held = waiting;
  if (held !== undefined) {
    const { promise, resolve } = Promise.withResolvers<void>();
    held.add(resolve);
    response.once('close', () => held.delete(resolve));
    await promise;
  }
  const { method = '', url = '', headers } = request;
  const onward = http.request(`${STORE_ADDRESS}${url}`, { method, headers }, (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(response);
  });
  onward.once('error', () => response.destroy());
  request.pipe(onward);
}

function move(path: string): string {
  if (path === '/shut') waiting ??= new Set();
  if (path === '/open') {
    for (const letThrough of waiting ?? []) letThrough();
    waiting = undefined;
  }
  return String(waiting?.size ?? 0);
}

if (import.meta.main) {
  http
    .createServer((request, response) => void passThrough(request, response))
    .listen(PORT, '0.0.0.0', () => {
      http.createServer(({ url = '' }, response) => response.end(move(url))).listen(process.argv[2]);
    });
}

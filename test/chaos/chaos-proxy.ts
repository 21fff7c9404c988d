// The way between the provider and a real store: passes requests on, notes in the ledger what the store gave, and
// fails as it is told. A fault after the store has answered is one too: what it made is then nobody's.
import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './classes.ts';
import type { Ledger } from './ledger.ts';

export const FAULTS = [
  'slow',
  'cut',
  'hang',
  'limit',
  'unavailable',
  'sealed',
  'garbage',
  'half answer',
  'lost answer',
] as const;
export type FaultKind = (typeof FAULTS)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** Each n-th request meets it. */
  readonly each: number;
  /** How long a slow answer takes. */
  readonly delayMs: number;
}

interface Upstream {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const REFUSALS: Partial<Record<FaultKind, readonly [status: number, body: string]>> = {
  limit: [429, '{"errors":["request path rate limit quota exceeded"]}'],
  unavailable: [503, ''],
  sealed: [503, '{"errors":["Vault is sealed"]}'],
  garbage: [200, '<html>under maintenance</html>'],
};

export class ChaosProxy {
  /** May be changed at any time. */
  fault: Fault | undefined;
  readonly #target: URL;
  readonly #ledger: Ledger;
  readonly #heardWithinMs: number;
  readonly #agent = new http.Agent({ keepAlive: true });
  readonly #sockets = new Set<Socket>();
  readonly #server = http.createServer((request, response) => {
    this.#serve(request, response).catch(() => response.destroy());
  });
  #count = 0;

  /** @param heardWithinMs an answer that comes later may find nobody who waits for it: it is not taken for heard */
  constructor(target: string, ledger: Ledger, heardWithinMs: number) {
    this.#target = new URL(target);
    this.#ledger = ledger;
    this.#heardWithinMs = heardWithinMs;
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    this.#agent.destroy();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrivedAt = Date.now();
    const body = await collect(request);
    this.#count += 1;
    const fault = this.fault !== undefined && this.#count % this.fault.each === 0 ? this.fault : undefined;
    const refusal = fault === undefined ? undefined : REFUSALS[fault.kind];
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'cut') return void request.socket.resetAndDestroy();
    if (refusal !== undefined) {
      response.writeHead(refusal[0], { 'content-type': 'application/json' });
      response.end(refusal[1]);
      return;
    }
    if (fault?.kind === 'slow') await sleep(fault.delayMs);
    const answer = await this.#ask(request, body).catch(() => undefined);
    if (answer === undefined || answer.status >= 400) this.#noteFailure(request, body);
    if (answer === undefined) return void response.destroy();
    const isLost = fault?.kind === 'half answer' || fault?.kind === 'lost answer' || request.socket.destroyed;
    this.#note(request, body, answer, arrivedAt, isLost);
    if (fault?.kind === 'lost answer') return void request.socket.resetAndDestroy();
    response.writeHead(answer.status, { ...answer.headers, ...this.#wayBack(answer), connection: 'keep-alive' });
    if (fault?.kind !== 'half answer') return void response.end(answer.body);
    response.write(answer.body.subarray(0, answer.body.length / 2));
    setTimeout(() => response.destroy(), 5);
  }

  /** A store that has just been unsealed sends its clients to itself: they are to come by here. */
  #wayBack({ headers: { location } }: Upstream): IncomingHttpHeaders {
    return location === undefined ? {} : { location: location.replace(this.#target.origin, this.address) };
  }

  #ask({ method, url: path, headers }: IncomingMessage, body: Buffer): Promise<Upstream> {
    return new Promise((resolve, reject) => {
      const { hostname: host, port } = this.#target;
      const onward = http.request({ agent: this.#agent, host, port, method, path, headers }, (answer) => {
        const { statusCode: status = 502, headers: given } = answer;
        collect(answer).then((bytes) => resolve({ status, headers: given, body: bytes }), reject);
      });
      onward.on('error', reject);
      onward.end(body);
    });
  }

  #noteFailure({ url, socket }: IncomingMessage, body: Buffer): void {
    if (url === '/v1/sys/leases/renew' && !socket.destroyed)
      this.#ledger.renewalFailed(JSON.parse(body.toString()).lease_id);
  }

  #note({ url = '', headers }: IncomingMessage, body: Buffer, answer: Upstream, arrivedAt: number, isLost: boolean) {
    const path = url.replace(/^\/v1\//, '');
    if (answer.status !== 200) return;
    const token = String(headers['x-vault-token']);
    const ledger = this.#ledger;
    if (/^auth\/(kubernetes|jwt)\/login/.test(path)) {
      ledger.loggedIn(JSON.parse(answer.body.toString()).auth.client_token, accountOf(body));
      return;
    }
    const account = ledger.accountOf(token);
    if (account === undefined) return;
    if (path.startsWith('secret/data/') && !isLost) {
      const { data } = JSON.parse(answer.body.toString()).data;
      ledger.gave({ path, account, index: Number(data.user.split('#')[1]), arrivedAt });
    }
    if (path === 'sys/leases/renew' && !isLost && Date.now() - arrivedAt < this.#heardWithinMs) {
      const seconds = JSON.parse(answer.body.toString()).lease_duration;
      ledger.renewed(JSON.parse(body.toString()).lease_id, arrivedAt + 1_000 * seconds);
    }
    const whose = { account, token, arrivedAt, issuedAt: Date.now() };
    if (path.includes('/creds/')) {
      const { data, lease_id: leaseId, lease_duration: seconds } = JSON.parse(answer.body.toString());
      const goodUntil = arrivedAt + 1_000 * seconds;
      ledger.issued({ ...whose, mark: data.username, secret: data.password, leaseId, goodUntil });
    } else if (path.startsWith('pki/issue/')) {
      const { data } = JSON.parse(answer.body.toString());
      ledger.issued({ ...whose, mark: data.serial_number, secret: data.private_key, leaseId: '', goodUntil: Infinity });
    }
  }
}

/** The account of the service account token that a login brought along. */
function accountOf(body: Buffer): Account {
  const { jwt } = JSON.parse(body.toString());
  const claims = JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url').toString());
  return claims['kubernetes.io'].serviceaccount.name;
}

async function collect(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

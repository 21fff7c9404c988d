// A stand-in API server over TLS, in this process, with a certificate made for the occasion. It keeps what it
// was asked and answers what the test says.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiServer } from '../../src/kube/api-server.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A status and a body; or whatever a broken server does with the response. */
export type Reply = readonly [status: number, body: unknown] | ((response: ServerResponse) => void);

export class StandInApiServer {
  readonly dir = mkdtempSync(join(tmpdir(), 'secretmount-kube-'));
  readonly asked: Asked[] = [];
  connections = 0;
  reply: (asked: Asked) => Reply | Promise<Reply> = () => [404, {}];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor() {
    const [key, cert] = [join(this.dir, 'key.pem'), join(this.dir, 'ca.crt')];
    makeCertificate(key, cert, 'localhost');
    writeFileSync(join(this.dir, 'token'), 'provider-token\n');
    writeFileSync(join(this.dir, 'namespace'), 'csi\n');
    this.#server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
      void this.#answer(request, response);
    });
    this.#server.on('secureConnection', (socket: Socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('tlsClientError', () => {});
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** As inCluster would find it. */
  get config(): ApiServer {
    return {
      host: '127.0.0.1',
      port: this.port,
      basePath: '',
      ca: { path: join(this.dir, 'ca.crt') },
      serverName: 'localhost',
      skipVerify: false,
      token: { path: join(this.dir, 'token') },
      certificate: undefined,
      namespace: 'csi',
    };
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.dir, name), text);
  }

  /** Down, as where the API server restarts: connections break and new ones are refused. */
  async goDown(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.dropConnections();
    await closed;
  }

  async comeBack(port: number): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    rmSync(this.dir, { recursive: true });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    const asked = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
    this.asked.push(asked);
    const reply = await this.reply(asked);
    if (typeof reply === 'function') return reply(response);
    const [status, content] = reply;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof content === 'string' ? content : JSON.stringify(content));
  }
}

export function makeCertificate(key: string, cert: string, name: string): void {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const names = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  execFileSync('openssl', ['req', '-x509', ...curve, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
}

/** A refusal as the API server words it. */
export function status(code: number, message: string): Reply {
  return [code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code }];
}

/** A kubeconfig that leads to it. */
export function kubeconfigOf({ config, dir }: StandInApiServer): string {
  const cluster = {
    server: `https://${config.host}:${config.port}`,
    'tls-server-name': config.serverName,
    'certificate-authority': join(dir, 'ca.crt'),
  };
  return JSON.stringify({
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'here', namespace: 'csi' } }],
    clusters: [{ name: 'here', cluster }],
    users: [{ name: 'here', user: { tokenFile: join(dir, 'token') } }],
  });
}

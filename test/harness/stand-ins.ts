// In-process stand-ins for the outside services that OpenBao's engines call: the API server's TokenReview
// (kubernetes login) and RabbitMQ's management API (credentials with a lease). Plain http on 127.0.0.1.
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StandIn {
  readonly address: string;
  stop(): Promise<void>;
}

type Handle = (method: string, path: string, body: string) => { status: number; body?: unknown };

async function standIn(handle: Handle): Promise<StandIn> {
  const server = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const answer = handle(request.method ?? '', request.url ?? '', Buffer.concat(parts).toString());
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  server.on('connection', (connection) => connection.unref());
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export interface ReviewedUser {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly audiences: readonly string[];
}

/** `review` says whose token it is; undefined if it is nobody's. */
export function startTokenReview(review: (token: string) => ReviewedUser | undefined): Promise<StandIn> {
  return standIn((method, path, body) => {
    if (method !== 'POST' || !path.endsWith('/tokenreviews')) return { status: 404 };
    const { spec } = JSON.parse(body) as { spec: { token: string } };
    const user = review(spec.token);
    const status =
      user === undefined
        ? { authenticated: false, error: 'invalid bearer token' }
        : {
            authenticated: true,
            user: { username: user.username, uid: user.uid, groups: user.groups },
            audiences: user.audiences,
          };
    return { status: 201, body: { kind: 'TokenReview', apiVersion: 'authentication.k8s.io/v1', status } };
  });
}

export interface MessageBroker extends StandIn {
  /** Users that exist now: made by a read, gone when their lease is revoked. */
  readonly users: ReadonlySet<string>;
}

export async function startMessageBroker(): Promise<MessageBroker> {
  const users = new Set<string>();
  const server = await standIn((method, path) => {
    const user = /^\/api\/users\/(.+)$/.exec(path)?.[1];
    if (user !== undefined && method === 'PUT') users.add(decodeURIComponent(user));
    if (user !== undefined && method === 'DELETE') users.delete(decodeURIComponent(user));
    return { status: 204 };
  });
  return { ...server, users };
}

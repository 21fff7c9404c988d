// The API server as a peer needs it: the one Secret whose key it makes its object versions with, over TLS as
// client-go wants it.
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAuthority } from '../test/harness/certificates.ts';

export interface ApiServer {
  readonly port: number;
  readonly caPem: string;
  stop(): void;
}

const SECRET = /^\/api\/v1\/namespaces\/([^/?]+)\/secrets\/([^/?]+)$/;
const KEY = Buffer.alloc(32, 7).toString('base64');

export async function startApiServer(): Promise<ApiServer> {
  const authority = createAuthority('api');
  const { certPem: cert, keyPem: key } = authority.issue({ names: ['127.0.0.1'] });
  const server = createServer({ cert, key }, ({ method, url = '' }, response) => {
    const [, namespace, name] = SECRET.exec(url) ?? [];
    response.setHeader('content-type', 'application/json');
    if (method === 'GET' && name !== undefined) {
      const metadata = { namespace, name, uid: 'uid-of-the-key', resourceVersion: '1' };
      response.end(JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata, data: { key: KEY }, type: 'Opaque' }));
      return;
    }
    response.statusCode = 404;
    response.end(
      JSON.stringify({ apiVersion: 'v1', kind: 'Status', status: 'Failure', reason: 'NotFound', code: 404 }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    caPem: authority.certPem,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

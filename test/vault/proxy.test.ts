// Which requests go through a proxy, and that they do.
import assert from 'node:assert/strict';
import http from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { parseAddress } from '../../src/vault/address.ts';
import { proxyFor, readProxySettings } from '../../src/vault/proxy.ts';
import { createAuthority } from '../harness/certificates.ts';
import { answer, startFaultyStore } from '../harness/faulty-store.ts';
import { startHttp2Store } from '../harness/http2-store.ts';
import { openClient, readOf, rejectsWith, TOKEN, within } from './client-fixture.ts';

const BOTH = { HTTP_PROXY: 'http://plain:3128', HTTPS_PROXY: 'http://tls:3128' };

const TABLE: readonly [string, Record<string, string>, string | undefined][] = [
  ['https://vault.example:8200', BOTH, 'http://tls:3128'],
  ['http://vault.example:8200', BOTH, 'http://plain:3128'],
  ['https://vault.example:8200', {}, undefined],
  ['https://vault.example:8200', { https_proxy: 'lower:3128' }, 'http://lower:3128'],
  [
    'https://vault.example:8200',
    { https_proxy: 'lower:3128', HTTPS_PROXY: 'https://upper:3128' },
    'https://upper:3128',
  ],
  ['unix:///run/agent.sock', { ...BOTH, VAULT_PROXY_ADDR: 'http://store:1' }, undefined],
  ['https://127.0.0.1:8200', BOTH, undefined],
  ['https://localhost:8200', BOTH, undefined],
  ['https://[::1]:8200', BOTH, undefined],
  ['https://vault', { ...BOTH, VAULT_HTTP_PROXY: 'http://old:1' }, 'http://old:1'],
  ['https://vault', { VAULT_HTTP_PROXY: 'http://old:1', BAO_HTTP_PROXY: 'http://bao:1' }, 'http://bao:1'],
  ['https://vault', { BAO_HTTP_PROXY: 'http://old:1', VAULT_PROXY_ADDR: 'http://store:1' }, 'http://store:1'],
  ['https://127.0.0.1:8200', { VAULT_PROXY_ADDR: 'http://store:1' }, 'http://store:1'],
  [
    'https://vault.example',
    { ...BOTH, NO_PROXY: '*', VAULT_PROXY_ADDR: 'http://store:1', BAO_PROXY_ADDR: 'http://bao:1' },
    'http://bao:1',
  ],
  ['https://vault.example:8200', { ...BOTH, NO_PROXY: '*' }, undefined],
  ['https://vault.example:8200', { ...BOTH, no_proxy: 'a, Example ,b' }, undefined],
  ['https://example:8200', { ...BOTH, NO_PROXY: 'example' }, undefined],
  ['https://badexample:8200', { ...BOTH, NO_PROXY: 'example' }, 'http://tls:3128'],
  ['https://example:8200', { ...BOTH, NO_PROXY: '.example' }, 'http://tls:3128'],
  ['https://vault.svc.cluster.local:8200', { ...BOTH, NO_PROXY: '.svc.cluster.local' }, undefined],
  ['https://vault.example:8200', { ...BOTH, NO_PROXY: '*.example' }, undefined],
  ['https://vault.example:8200', { ...BOTH, NO_PROXY: 'vault.example:8200' }, undefined],
  ['https://vault.example:8201', { ...BOTH, NO_PROXY: 'vault.example:8200' }, 'http://tls:3128'],
  ['https://10.1.2.3:8200', { ...BOTH, NO_PROXY: '10.0.0.0/8' }, undefined],
  ['https://11.1.2.3:8200', { ...BOTH, NO_PROXY: '10.0.0.0/8,bad/8,10.0.0.0/99' }, 'http://tls:3128'],
  ['https://[fd00::1]:8200', { ...BOTH, NO_PROXY: 'fd00::/8' }, undefined],
  ['https://10.1.2.3:8200', { ...BOTH, NO_PROXY: '10.1.2.3' }, undefined],
  ['https://10.1.2.3:8200', { ...BOTH, NO_PROXY: '10.1.2.3:8200' }, undefined],
  ['https://[fd00::1]:8200', { ...BOTH, NO_PROXY: '[fd00::1]:8200' }, undefined],
];

/** A forward proxy that takes every name to 127.0.0.1 and notes what it was asked for. */
async function startForwardProxy() {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { port, pathname } = new URL(request.url ?? '');
    const onward = http.request({ host: '127.0.0.1', port, path: pathname, headers: request.headers }, (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response);
    });
    request.pipe(onward);
  });
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    if (request.url?.startsWith('refused.')) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const onward = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    return onward.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, asked, stop: () => server.closeAllConnections() ?? server.close() };
}

describe('a proxy', () => {
  for (const [address, env, proxy] of TABLE)
    it(`${proxy ?? 'none'} stands before ${address} with ${JSON.stringify(env)}`, () => {
      assert.equal(proxyFor(parseAddress(address), readProxySettings(env))?.origin, proxy);
    });

  it('that is no http or https address is refused', async () => {
    await rejectsWith(
      openClient('https://vault.example', { proxy: { httpsProxy: 'socks5://a:1' } }),
      'address-refused',
      "the provider's proxy setting is not an http:// or https:// address; correct HTTPS_PROXY, HTTP_PROXY, VAULT_PROXY_ADDR or VAULT_HTTP_PROXY",
    );
  });

  it('carries plain requests to a name that only it can resolve', async () => {
    const proxy = await startForwardProxy();
    const store = await startFaultyStore();
    const client = await openClient(`http://vault.invalid:${store.port}`, { proxy: { httpProxy: proxy.address } });
    await client.read(readOf('p'), TOKEN, within());
    await client.read(readOf('q'), TOKEN, within());
    assert.deepEqual(
      proxy.asked,
      ['p', 'q'].map((path) => `GET http://vault.invalid:${store.port}/v1/${path}`),
    );
    assert.equal(store.requests.length, 2);
    await store.stop();
    proxy.stop();
  });

  it('carries TLS through one tunnel, verified against the store and its CA', async () => {
    const proxy = await startForwardProxy();
    const authority = createAuthority('Test CA');
    const store = await startFaultyStore({
      tls: authority.issue({ names: ['vault.invalid'] }),
      behaviour: answer(200, { data: {} }),
    });
    const open = (host: string, caPem?: string) =>
      openClient(`https://${host}:${store.port}`, { proxy: { storeProxy: proxy.address }, tls: { caPem } });
    const client = await open('vault.invalid', authority.certPem);
    await client.read(readOf('p'), TOKEN, within());
    await client.read(readOf('q'), TOKEN, within());
    assert.deepEqual(proxy.asked, [`CONNECT vault.invalid:${store.port}`]);
    for (const [host, ca] of [
      ['other.invalid', authority.certPem],
      ['vault.invalid', createAuthority('Other CA').certPem],
    ] as const)
      await rejectsWith(
        (await open(host, ca)).read(readOf('p'), TOKEN, within()),
        'store-tls',
        new RegExp(`through the proxy ${proxy.address}`),
      );
    await rejectsWith(
      (await open('refused.invalid', authority.certPem)).read(readOf('p'), TOKEN, within()),
      'store-unreachable',
      `GET p: https://refused.invalid:${store.port} through the proxy ${proxy.address} could not be reached, as the proxy would not pass the connection on`,
    );
    await store.stop();
    proxy.stop();
  });

  it('carries HTTP/2 through one tunnel', async () => {
    const proxy = await startForwardProxy();
    const authority = createAuthority('Test CA');
    const store = await startHttp2Store({ tls: authority.issue({ names: ['vault.invalid'] }) });
    const client = await openClient(`https://vault.invalid:${store.port}`, {
      proxy: { storeProxy: proxy.address },
      tls: { caPem: authority.certPem },
    });
    await Promise.all(Array.from({ length: 10 }, (_, i) => client.read(readOf(`p/${i}`), TOKEN, within())));
    assert.deepEqual(proxy.asked, [`CONNECT vault.invalid:${store.port}`]);
    assert.deepEqual([store.sessions.length, store.requests.length], [1, 10]);
    await store.stop();
    proxy.stop();
  });

  it('does not make a metadata address reachable', async () => {
    const proxy = { storeProxy: 'http://127.0.0.1:1' };
    for (const address of ['http://169.254.169.254', 'http://metadata.google.internal'])
      await rejectsWith(openClient(address, { proxy }), 'address-refused', /link-local or cloud metadata/);
  });
});

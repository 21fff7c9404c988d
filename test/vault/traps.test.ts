// What node-vault 0.12.0 would do to us if it were used as it comes; each was seen, and each is shut off.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Secret } from '../../src/secret.ts';
import { answer, type FaultyStore, inTurn, redirectTo, startFaultyStore } from '../harness/faulty-store.ts';
import { openClient, readOf, rejectsWith, TOKEN, within } from './client-fixture.ts';

const LOGIN = { mount: 'kubernetes', role: 'app', jwt: new Secret('eyJhbGciOi.jwt-of-a-pod.signature') };
const GRANTED = answer(200, { auth: { client_token: 's.granted', lease_duration: 60, renewable: true } });

describe('the traps of node-vault', () => {
  let store: FaultyStore;
  const last = () => store.requests.at(-1) ?? assert.fail('no request came');

  beforeEach(async () => {
    store = await startFaultyStore();
  });
  afterEach(() => store.stop());

  it('sends nothing that VAULT_TOKEN, VAULT_NAMESPACE, VAULT_PREFIX or VAULT_ADDR say', async () => {
    const ambient = {
      VAULT_TOKEN: 'ambient',
      VAULT_NAMESPACE: 'ambient',
      VAULT_PREFIX: '/ambient',
      VAULT_ADDR: 'http://127.0.0.1:1',
    };
    const kept = { ...process.env };
    Object.assign(process.env, ambient);
    try {
      store.behaviour = GRANTED;
      const client = await openClient(store.address);
      await client.login(LOGIN, within());
    } finally {
      for (const name of Object.keys(ambient)) {
        if (kept[name] === undefined) delete process.env[name];
        else process.env[name] = kept[name];
      }
    }
    assert.equal(last().url, '/v1/auth/kubernetes/login');
    assert.equal(last().headers['x-vault-token'], undefined);
    assert.equal(last().headers['x-vault-namespace'], undefined);
    assert.ok(!JSON.stringify(last()).includes('ambient'));
  });

  it('does not carry the token of a login or a read into the next request', async () => {
    const client = await openClient(store.address);
    await client.read(readOf('secret/app'), TOKEN, within());
    store.behaviour = GRANTED;
    await client.login(LOGIN, within());
    await client.login(LOGIN, within());
    assert.deepEqual(
      store.requests.map(({ headers }) => headers['x-vault-token']),
      [TOKEN.reveal(), undefined, undefined],
    );
  });

  it('sends each of 200 requests at once with its own token and namespace', async () => {
    const clients = await Promise.all([0, 1, 2, 3, 4].map((n) => openClient(store.address, { namespace: `ns${n}` })));
    await Promise.all(
      Array.from({ length: 200 }, (_, i) => clients[i % 5]?.read(readOf(`p/${i}`), new Secret(`t${i % 5}`), within())),
    );
    assert.equal(store.requests.length, 200);
    for (const { url, headers } of store.requests) {
      const n = Number(url.slice('/v1/p/'.length)) % 5;
      assert.equal(headers['x-vault-token'], `t${n}`);
      assert.equal(headers['x-vault-namespace'], `ns${n}`);
    }
  });

  it('posts a login to the mount as it is written, percent-encoded and not HTML-escaped', async () => {
    store.behaviour = GRANTED;
    await (await openClient(store.address)).login({ ...LOGIN, mount: "team/a=b&c'd" }, within());
    assert.equal(last().url, '/v1/auth/team/a=b&c%27d/login');
    assert.deepEqual(JSON.parse(last().body), { jwt: LOGIN.jwt.reveal(), role: 'app' });
  });

  it('puts no token into the body of revoke-self or renew-self', async () => {
    const client = await openClient(store.address);
    store.behaviour = answer(204);
    await client.revoke(TOKEN, within());
    store.behaviour = GRANTED;
    await client.renew(TOKEN, within());
    assert.deepEqual(
      store.requests.map(({ method, url, body }) => [method, url, body]),
      [
        ['POST', '/v1/auth/token/revoke-self', ''],
        ['POST', '/v1/auth/token/renew-self', ''],
      ],
    );
  });

  it('takes a page of something before the store for no revocation', async () => {
    const client = await openClient(store.address);
    store.behaviour = answer(200, '<html>under maintenance</html>');
    await rejectsWith(client.revoke(TOKEN, within()), 'store-malformed-response');
    await rejectsWith(client.revokeLease('rabbitmq/creds/app/1', TOKEN, within()), 'store-malformed-response');
  });

  it('prints nothing under DEBUG=*', async () => {
    store.behaviour = GRANTED;
    const script = `
      import { openClient, readOf, within, TOKEN } from ${JSON.stringify(join(import.meta.dirname, 'client-fixture.ts'))};
      import { Secret } from ${JSON.stringify(join(import.meta.dirname, '../../src/secret.ts'))};
      const client = await openClient(${JSON.stringify(store.address)});
      await client.login({ mount: 'jwt', role: 'app', jwt: new Secret('jwt-of-a-pod') }, within());
      await client.read(readOf('p', { method: 'PUT', body: '{"a":"value-of-an-argument"}' }), TOKEN, within());
    `;
    const env = { ...process.env, DEBUG: '*', NODE_DEBUG: '' };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      env,
    });
    assert.equal(store.requests.length, 2);
    assert.doesNotMatch(stdout + stderr, /node-vault|jwt-of-a-pod|value-of-an-argument|granted/);
  });

  it('keeps status, Retry-After and the answer of a refusal', async () => {
    store.behaviour = answer(429, { errors: ['request path "p": rate limit quota exceeded'] }, { 'retry-after': '7' });
    const error = await rejectsWith(
      (await openClient(store.address)).read(readOf('p'), TOKEN, within()),
      'store-rate-limited',
      `GET p: ${store.address} limits how often it may be asked (429: request path "p": rate limit quota exceeded); the mount will be tried again; its quotas say how often`,
    );
    assert.equal(error.retryAfterMs, 7000);
  });

  it('takes a 404 for one also if the path holds sys/health', async () => {
    store.behaviour = answer(404, { errors: [] });
    const client = await openClient(store.address);
    await rejectsWith(client.read(readOf('secret/data/sys/health'), TOKEN, within()), 'path-missing');
  });

  for (const path of ['secret/data/../../sys/health', '..', 'a/./b', 'secret/\ud800'])
    it(`sends no request for the path ${JSON.stringify(path)}`, async () => {
      const client = await openClient(store.address);
      await rejectsWith(client.read(readOf(path), TOKEN, within()), 'request-refused');
      assert.equal(store.requests.length, 0);
    });

  it('encodes what would end or change a path, and keeps double slashes and the query', async () => {
    const client = await openClient(`${store.address}/vault`);
    await client.read(readOf('a//b?c#d%2e%2e&#x2F;é', { query: 'version=1&x=%20' }), TOKEN, within());
    assert.equal(last().url, '/vault/v1/a//b%3Fc%23d%252e%252e&%23x2F;%C3%A9?version=1&x=%20');
  });

  it('sends PATCH with one content-type, that of a merge patch', async () => {
    const client = await openClient(store.address);
    await client.read(readOf('p', { method: 'PATCH', body: '{"n":1.10}' }), TOKEN, within());
    const types = last().rawHeaders.filter((name) => name.toLowerCase() === 'content-type');
    assert.equal(types.length, 1);
    assert.equal(last().headers['content-type'], 'application/merge-patch+json');
    assert.equal(last().body, '{"n":1.10}');
  });

  for (const method of ['POST', 'PUT', 'DELETE'])
    it(`sends ${method} as ${method}`, async () => {
      await (await openClient(store.address)).read(readOf('p', { method }), TOKEN, within());
      assert.equal(last().method, method);
      assert.equal(last().headers['x-vault-request'], 'true');
    });

  for (const method of ['LIST', 'SCAN'])
    it(`sends ${method} as ${method}, which Node's own server does not take`, async () => {
      let line = '';
      const server = createServer((socket) => {
        socket.once('data', (head: Buffer) => {
          line = head.toString().split('\r\n')[0] ?? '';
          socket.end('HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{"data":{}}');
        });
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const { port } = server.address() as AddressInfo;
      await (await openClient(`http://127.0.0.1:${port}`)).read(readOf('p', { method }), TOKEN, within());
      server.close();
      assert.equal(line, `${method} /v1/p HTTP/1.1`);
    });

  it('follows a standby to the active node with method, body and token', async () => {
    store.behaviour = inTurn(redirectTo('/v1/elsewhere'), answer(200, { data: { a: 1 } }));
    const client = await openClient(store.address);
    await client.read(readOf('p', { method: 'PUT', body: '{"a":"b"}' }), TOKEN, within());
    const { method, url, body, headers } = last();
    assert.deepEqual(
      [method, url, body, headers['x-vault-token']],
      ['PUT', '/v1/elsewhere', '{"a":"b"}', TOKEN.reveal()],
    );
  });

  it('is imported in one file', async () => {
    const src = join(import.meta.dirname, '../../src');
    const files = (await readdir(src, { recursive: true })).filter((name) => name.endsWith('.ts'));
    const importers = [];
    for (const file of files)
      if (/from 'node-vault'|require\('node-vault'\)/.test(await readFile(join(src, file), 'utf8')))
        importers.push(file);
    assert.deepEqual(importers, [join('vault', 'client.ts')]);
  });
});

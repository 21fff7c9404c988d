import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { JsonObject } from '../../src/json.ts';
import type { ApiServer } from '../../src/kube/api-server.ts';
import { KubeClient } from '../../src/kube/client.ts';
import { Secret } from '../../src/secret.ts';
import { makeCertificate, StandInApiServer, status } from './api-server.ts';
import { FakeClock } from './fake-clock.ts';

const NO_ANSWER = 'did not answer within 0.2 s';

describe('KubeClient', () => {
  let api: StandInApiServer;
  let clock: FakeClock;
  const clients: KubeClient[] = [];
  const signal = new AbortController().signal;

  beforeEach(async () => {
    api = await new StandInApiServer().start();
    clock = new FakeClock();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await api.stop();
  });

  const connect = (changes: Partial<ApiServer> = {}, timeoutMs = 60_000) => {
    const client = new KubeClient({ server: { ...api.config, ...changes }, clock, timeoutMs });
    clients.push(client);
    return client;
  };
  const get = (client: KubeClient) => client.request('GET', '/api/v1/x', undefined, signal);
  const where = () => `the API server 127.0.0.1:${api.port}`;

  it('sends its token and a JSON body, and answers with what it was told', async () => {
    api.reply = () => [201, { kind: 'X', n: 1 }];
    const answer = await connect().request('POST', '/api/v1/x', new Secret<JsonObject>({ a: 'é' }), signal);
    assert.equal(answer.status, 201);
    assert.equal(answer.body.reveal()['kind'], 'X');
    const [asked] = api.asked;
    assert.equal(asked?.headers.authorization, 'Bearer provider-token');
    assert.equal(asked?.headers['content-type'], 'application/json');
    assert.equal(asked?.body, '{"a":"é"}');
  });

  it('puts the base path of the server before the path', async () => {
    api.reply = () => [200, {}];
    await get(connect({ basePath: '/k8s/c1' }));
    assert.equal(api.asked[0]?.path, '/k8s/c1/api/v1/x');
  });

  it('uses one connection for requests one after another', async () => {
    api.reply = () => [200, {}];
    const client = connect();
    for (let i = 0; i < 5; i++) await get(client);
    assert.equal(api.connections, 1);
  });

  it('asks again on a new connection where the old one was closed meanwhile', async () => {
    api.reply = () => [200, {}];
    const client = connect();
    await get(client);
    api.reply = () => {
      if (api.asked.length > 2) return [200, { second: true }];
      return (response) => void response.socket?.destroy();
    };
    assert.equal((await get(client)).status, 200);
    assert.equal(api.asked.length, 3);
  });

  it('reads its token again after a minute, not before', async () => {
    api.reply = () => [200, {}];
    const client = connect();
    await get(client);
    api.write('token', 'new-token');
    clock.pass(59_000);
    await get(client);
    clock.pass(2_000);
    await get(client);
    assert.deepEqual(
      api.asked.map(({ headers }) => headers.authorization),
      ['Bearer provider-token', 'Bearer provider-token', 'Bearer new-token'],
    );
  });

  it('reads its token again at once after a 401, and asks once more', async () => {
    api.reply = ({ headers }) =>
      headers.authorization === 'Bearer new-token' ? [200, {}] : status(401, 'Unauthorized');
    const client = connect();
    await assert.rejects(get(client), { message: `${where()} answered 401: Unauthorized` });
    assert.equal(api.asked.length, 2);
    api.write('token', 'new-token');
    assert.equal((await get(client)).status, 200);
  });

  it('keeps the token it has while the file is away', async () => {
    api.reply = () => [200, {}];
    const client = connect();
    await get(client);
    clock.pass(61_000);
    const { rmSync } = await import('node:fs');
    rmSync(join(api.dir, 'token'));
    assert.equal((await get(client)).status, 200);
    await assert.rejects(get(connect()), {
      reason: 'api-unreachable',
      message: `cannot read ${join(api.dir, 'token')}, which the API server is reached with: it does not exist`,
    });
  });

  it('trusts a replaced CA on new connections', async () => {
    api.reply = () => [200, {}];
    const right = readFileSync(join(api.dir, 'ca.crt'), 'utf8');
    makeCertificate(join(api.dir, 'other.key'), join(api.dir, 'ca.crt'), 'localhost');
    const client = connect();
    await assert.rejects(get(client), { message: `${where()} cannot be reached (DEPTH_ZERO_SELF_SIGNED_CERT)` });
    api.write('ca.crt', right);
    clock.pass(61_000);
    assert.equal((await get(client)).status, 200);
  });

  it('checks the name in the certificate unless told not to', async () => {
    api.reply = () => [200, {}];
    await assert.rejects(get(connect({ serverName: 'elsewhere' })), {
      message: `${where()} cannot be reached (ERR_TLS_CERT_ALTNAME_INVALID)`,
    });
    assert.equal((await get(connect({ serverName: 'elsewhere', skipVerify: true }))).status, 200);
  });

  it('hands on a refusal with its words, on one line and without our token', async () => {
    api.reply = () => status(403, `no\n\u001b[31mright\u2028 for provider-token ${'é'.repeat(400)}`);
    const { status: code, message } = await get(connect());
    assert.equal(code, 403);
    assert.ok(message.startsWith('no [31mright for [redacted] éé'), message);
    assert.ok(message.endsWith('é...') && Buffer.byteLength(message) <= 515, message);
  });

  const unreachable: readonly (readonly [
    says: string,
    reply: () => ReturnType<StandInApiServer['reply']>,
    what: string,
  ])[] = [
    ['429', () => status(429, 'too many requests'), 'answered 429: too many requests'],
    ['500 without JSON', () => [500, '<html>s3cret'], 'answered 500'],
    ['200 without JSON', () => [200, 's3cret'], 'answered with something that is not a JSON object'],
    ['a list', () => [200, '["s3cret"]'], 'answered with something that is not a JSON object'],
    ['3 MiB', () => [200, JSON.stringify({ a: 'x'.repeat(3 * 2 ** 20) })], 'answered with more than 2 MiB'],
    ['a reset', () => (response) => void response.socket?.destroy(), 'cannot be reached (ECONNRESET)'],
    [
      'a reset half way',
      () => (response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{');
        setTimeout(() => response.socket?.destroy(), 20);
      },
      'cannot be reached (ECONNRESET)',
    ],
    ['nothing', () => () => {}, NO_ANSWER],
    [
      'half an answer',
      () => (response) => {
        response.write('{');
      },
      NO_ANSWER,
    ],
  ];
  for (const [says, reply, what] of unreachable) {
    it(`calls the API server unreachable on ${says}`, async () => {
      api.reply = reply;
      await assert.rejects(get(what === NO_ANSWER ? connect({}, 200) : connect()), {
        name: 'MountError',
        reason: 'api-unreachable',
        message: `${where()} ${what}`,
      });
    });
  }

  it('calls a port where nobody listens unreachable', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    await assert.rejects(get(connect({ port })), {
      message: `the API server 127.0.0.1:${port} cannot be reached (ECONNREFUSED)`,
    });
  });

  it("rejects with the caller's reason when the caller gives up", async () => {
    api.reply = () => () => {};
    const controller = new AbortController();
    const asked = connect().request('GET', '/x', undefined, controller.signal);
    setTimeout(() => controller.abort(new Error('enough')), 20);
    await assert.rejects(asked, { message: 'enough' });
  });

  it('logs in with a client certificate', async () => {
    api.reply = () => [200, {}];
    makeCertificate(join(api.dir, 'c.key'), join(api.dir, 'c.crt'), 'client');
    const certificate = { cert: { path: join(api.dir, 'c.crt') }, key: { path: join(api.dir, 'c.key') } };
    assert.equal((await get(connect({ certificate, token: undefined }))).status, 200);
    assert.equal(api.asked[0]?.headers.authorization, undefined);
  });

  it('prints neither its token nor an answer', async () => {
    api.reply = () => [200, { token: 's3cret' }];
    const client = connect({ token: { text: new Secret('s3cret') } });
    assert.doesNotMatch(inspect([client, await get(client)], { depth: 9, showHidden: true }), /s3cret|provider-token/);
  });
});

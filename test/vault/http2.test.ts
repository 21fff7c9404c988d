// What a client does over HTTP/2: one connection for all, and what a store may do to it.
import assert from 'node:assert/strict';
import http2, { constants } from 'node:http2';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, systemClock } from '../../src/clock.ts';
import type { Reason } from '../../src/errors.ts';
import type { StoreClient } from '../../src/fetch/ports.ts';
import { Secret } from '../../src/secret.ts';
import { createAuthority } from '../harness/certificates.ts';
import { startFaultyStore } from '../harness/faulty-store.ts';
import { type Http2Store, type OnStream, respond, startHttp2Store } from '../harness/http2-store.ts';
import { createStores, openClient, readOf, rejectsWith, settingsOf, TOKEN, within } from './client-fixture.ts';

const authority = createAuthority('Test CA');
const certificate = authority.issue({ names: ['127.0.0.1', 'localhost'] });
const GOOD = respond(200, { data: {} });
const GRANT = respond(200, { auth: { client_token: 't', lease_duration: 60 } });
const BROKEN = 'GET p: STORE broke the connection off before its answer was complete';
const HUNG_MS = 500;

describe('a client over HTTP/2', () => {
  let store: Http2Store;
  let nowMs: number;
  let client: StoreClient;
  const clock: Clock = { ...systemClock, now: () => nowMs };
  const trust = { tls: { caPem: authority.certPem }, isFromClass: false };

  beforeEach(async () => {
    nowMs = 0;
    store = await startHttp2Store({ tls: certificate });
    client = await openClient(store.address, { ...trust, clock });
  });
  afterEach(() => store.stop());

  const read = (path = 'p', ms?: number) => client.read(readOf(path), TOKEN, within(ms));
  const login = () => client.login({ mount: 'jwt', role: 'a', jwt: new Secret('x.y.z') }, within());
  const readMany = (count: number) => Promise.all(Array.from({ length: count }, (_, i) => read(`p/${i}`)));
  const connectionsOf = () => store.requests.map(({ connection }) => connection);

  it('sends all requests over one connection, also the first ones that come at once', async () => {
    await readMany(40);
    await readMany(40);
    assert.equal(store.sessions.length, 1);
    assert.equal(store.requests.length, 80);
  });

  it('sends what it sends over HTTP/1.1', async () => {
    await client.read(readOf('secret/metadata/a b', { method: 'LIST', query: 'x=1' }), TOKEN, within());
    store.onStream = GRANT;
    await login();
    const [list, post] = store.requests;
    assert.deepEqual(
      [
        list?.headers[':method'],
        list?.headers[':path'],
        list?.headers['x-vault-token'],
        list?.headers['x-vault-request'],
      ],
      ['LIST', '/v1/secret/metadata/a%20b?x=1', TOKEN.reveal(), 'true'],
    );
    assert.equal(list?.headers[':authority'], new URL(store.address).host);
    assert.deepEqual([post?.headers[':method'], post?.headers['x-vault-token']], ['POST', undefined]);
    assert.equal(post?.body, '{"jwt":"x.y.z","role":"a"}');
    assert.equal(post?.headers['content-length'], String(post?.body.length));
  });

  it('keeps the token out of the table of headers that were sent before', async () => {
    let sensitive: unknown;
    store.onStream = (stream, request) => {
      sensitive = (request.headers as Record<symbol, unknown>)[http2.sensitiveHeaders];
      GOOD(stream, request);
    };
    await read();
    assert.deepEqual(sensitive, ['x-vault-token']);
  });

  it('sends nothing for a namespace that HTTP cannot carry', async () => {
    const odd = await openClient(store.address, { ...trust, namespace: 'a\nb' });
    await rejectsWith(
      odd.read(readOf('p'), TOKEN, within()),
      'request-refused',
      'GET p: its method, path or namespace holds a character that HTTP cannot carry',
    );
    assert.equal(store.requests.length, 0);
  });

  it('sends a login on a connection that was quiet for 2 s only once the store has answered a ping', async () => {
    await read();
    let pings = 0;
    store.sessions[0]?.on('ping', () => {
      pings += 1;
    });
    store.onStream = GRANT;
    nowMs += 1_999;
    await login();
    assert.equal(pings, 0);
    nowMs += 2_000;
    await login();
    assert.deepEqual([pings, store.sessions.length], [1, 1]);
  });

  it('sends a login on a new connection where the old one leads nowhere any longer', async function () {
    this.timeout(20_000);
    const way = await startCutWay(Number(new URL(store.address).port));
    const through = await openClient(way.address, { ...trust, clock });
    await through.read(readOf('p'), TOKEN, within());
    way.cut();
    store.onStream = GRANT;
    nowMs += 2_000;
    await through.login({ mount: 'jwt', role: 'a', jwt: new Secret('x') }, within());
    assert.deepEqual(connectionsOf(), [1, 2]);
    await way.stop();
  });

  it('asks on another connection after the store was silent for 3 s', async () => {
    store.onStream = (stream, request) => {
      if (request.headers[':path'] === '/v1/slow') return;
      GOOD(stream, request);
    };
    const slow = read('slow', 5_000).catch(() => undefined);
    await sleep(100);
    nowMs += 2_999;
    await read('before');
    nowMs += 3_000;
    // The answer to the read before was a word of the store.
    await read('heard');
    const another = read('slow', 2_000).catch(() => undefined);
    await sleep(100);
    nowMs += 3_000;
    await read('after');
    assert.deepEqual(connectionsOf(), [1, 1, 1, 1, 2]);
    await Promise.all([slow, another]);
  });

  it('goes on to another connection after a goodbye, and sends again what was not looked at', async () => {
    await read();
    let turn = 0;
    store.onStream = (stream, request) => {
      turn += 1;
      if (turn > 1) return GRANT(stream, request);
      // As a store says that ends: it has looked at nothing after the first one.
      stream.session?.goaway(constants.NGHTTP2_NO_ERROR, 1);
    };
    await login();
    assert.deepEqual(connectionsOf(), [1, 1, 2]);
  });

  it('lets what was looked at have its answer after a goodbye', async () => {
    store.onStream = (stream, request) => {
      stream.session?.goaway(constants.NGHTTP2_NO_ERROR, stream.id);
      setTimeout(() => GOOD(stream, request), 20);
    };
    await read();
    store.onStream = GOOD;
    await read();
    assert.deepEqual(connectionsOf(), [1, 2]);
  });

  it('sends again what is refused, and gives up where that goes on', async () => {
    let refusals = 1;
    store.onStream = (stream, request) => {
      refusals -= 1;
      if (refusals >= 0) stream.close(constants.NGHTTP2_REFUSED_STREAM);
      else GRANT(stream, request);
    };
    await login();
    assert.equal(store.requests.length, 2);
    refusals = 100;
    await rejectsWith(login(), 'store-connection-reset', /broke the connection off before its answer was complete$/);
    assert.equal(store.requests.length, 5);
  });

  it('never sends again what may have been looked at', async () => {
    const ends: readonly OnStream[] = [
      (stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR),
      (stream) => stream.close(constants.NGHTTP2_CANCEL),
      (stream) => stream.close(constants.NGHTTP2_NO_ERROR),
      (stream) => stream.session?.destroy(),
      (stream) => (stream.session?.socket as unknown as { destroy(): void } | undefined)?.destroy(),
      (stream) => stream.session?.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM, stream.id),
    ];
    for (const [index, end] of ends.entries()) {
      const before = store.requests.length;
      store.onStream = end;
      await rejectsWith(login(), 'store-connection-reset');
      assert.equal(store.requests.length, before + 1, `end ${index}`);
    }
    store.onStream = GRANT;
    await login();
  });

  it('takes no part of an answer for the whole of it', async () => {
    const head = { ':status': 200, 'content-type': 'application/json', 'content-length': '1000' };
    const parts: readonly OnStream[] = [
      (stream) => {
        stream.respond(head);
        stream.write('{"data":{}}', () => stream.close(constants.NGHTTP2_NO_ERROR));
      },
      (stream) => {
        stream.respond(head);
        stream.write('{"data":{}}', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
      },
      (stream) => {
        stream.respond(head);
        stream.write('{"data":{}}', () => stream.session?.destroy());
      },
    ];
    for (const part of parts) {
      store.onStream = part;
      await rejectsWith(read(), 'store-connection-reset', BROKEN.replace('STORE', store.address));
    }
  });

  it('waits for no more streams than the store allows at once', async () => {
    const narrow = await startHttp2Store({ tls: certificate, settings: { maxConcurrentStreams: 2 } });
    let open = 0;
    let most = 0;
    narrow.onStream = (stream, request) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        GOOD(stream, request);
      }, 5);
    };
    const other = await openClient(narrow.address, trust);
    await other.read(readOf('p'), TOKEN, within());
    await Promise.all(Array.from({ length: 20 }, (_, i) => other.read(readOf(`q/${i}`), TOKEN, within())));
    assert.deepEqual([narrow.requests.length, narrow.sessions.length, most], [21, 1, 2]);
    await narrow.stop();
  });

  it('goes on with other answers while one waits for memory', async () => {
    const text = JSON.stringify({ data: { a: 'x'.repeat(3_000_000) } });
    store.onStream = (stream, request) =>
      respond(200, request.headers[':path'] === '/v1/large' ? text : { data: {} })(stream, request);
    const { promise, resolve } = Promise.withResolvers<void>();
    let asked = 0;
    const room = {
      reserve: (received: number) => {
        if (received < 65_536 || asked > 0) return undefined;
        asked += 1;
        return promise;
      },
      turn: () => undefined,
      refusal: undefined,
    };
    const large = client.read(readOf('large'), TOKEN, within(), room);
    await sleep(100);
    assert.equal(asked, 1);
    await readMany(50);
    resolve();
    assert.ok((await large).sizeBytes > 3_000_000);
    assert.equal(store.sessions.length, 1);
  });

  it('reads no answer that is too long, and keeps its connection', async () => {
    store.onStream = respond(200, { data: { a: 'x'.repeat(5_000_000) } });
    await rejectsWith(read(), 'answer-too-large', 'GET p: the answer is over 4 MiB, more than a volume can hold');
    store.onStream = GOOD;
    await read();
    assert.equal(store.sessions.length, 1);
  });

  it('says how far a request had come when its time was over, and keeps the connection', async () => {
    store.onStream = () => {};
    await rejectsWith(
      read('p', HUNG_MS),
      'store-timeout',
      `GET p: ${store.address} did not answer in time: connected and sent, but no answer came`,
    );
    store.onStream = (stream) => {
      stream.respond({ ':status': 200 });
      stream.write('{');
    };
    await rejectsWith(read('p', HUNG_MS), 'store-timeout', /the answer began and did not end$/);
    store.onStream = GOOD;
    await read();
    assert.equal(store.sessions.length, 1);
  });

  const hostile: readonly [string, OnStream, Reason][] = [
    [
      'announces an answer without end',
      (stream) => {
        const say = setInterval(
          () => (stream.destroyed ? clearInterval(say) : stream.additionalHeaders({ ':status': 103 })),
          1,
        );
      },
      'store-malformed-response',
    ],
    [
      'sends very many headers',
      (stream) => {
        stream.respond({
          ':status': 200,
          ...Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x-${i}`, 'v'])),
        });
        stream.end('{"data":{}}');
      },
      'store-connection-reset',
    ],
    [
      'sends very long headers',
      (stream) => {
        stream.respond({ ':status': 200, 'x-long': 'v'.repeat(40_000), 'x-longer': 'v'.repeat(60_000) });
        stream.end('{"data":{}}');
      },
      'store-connection-reset',
    ],
  ];
  for (const [name, onStream, reason] of hostile)
    it(`to a store that ${name} says ${reason}`, async () => {
      store.onStream = onStream;
      await rejectsWith(read('p', 10_000), reason);
      store.onStream = GOOD;
      await read();
    });

  it('outlives a store that floods it with pings and settings', async () => {
    store.onStream = (stream, request) => {
      for (let count = 0; count < 3_000; count += 1) {
        stream.session?.settings({ initialWindowSize: 60_000 + count });
        stream.session?.ping(() => {});
      }
      setTimeout(() => GOOD(stream, request), 50);
    };
    await read('p', 5_000).catch(() => undefined);
    store.onStream = GOOD;
    await read();
  });

  it('leaves a node that says it is sealed, standing by or without a leader', async () => {
    for (const status of [503, 473, 500]) {
      store.onStream = respond(status, { errors: [] });
      await read().catch(() => undefined);
    }
    store.onStream = GOOD;
    await read();
    assert.deepEqual(connectionsOf(), [1, 2, 3, 4]);
  });

  it('closes its connection when nothing was sent for 15 s', async function () {
    this.timeout(30_000);
    await read();
    const [session] = store.sessions;
    assert.equal(session?.closed, false);
    await new Promise((resolve) => session?.once('close', resolve));
    await read();
    assert.equal(store.sessions.length, 2);
  });
});

it('a client over HTTP/2 says so where the store wants a client certificate', async () => {
  const store = await startHttp2Store({ tls: certificate, clientCa: createAuthority('Clients').certPem });
  const client = await openClient(store.address, { tls: { caPem: authority.certPem } });
  await rejectsWith(client.read(readOf('p'), TOKEN, within()), 'store-tls', /turned our side of TLS away/);
  await store.stop();
});

it('a client over HTTP/2 has a connection of its own for each set of certificates', async () => {
  const store = await startHttp2Store({ tls: certificate });
  const stores = createStores();
  for (const caPem of [authority.certPem, `${createAuthority('Another').certPem}${authority.certPem}`])
    for (const path of ['p', 'q'])
      await (await stores.open(settingsOf(store.address, { tls: { caPem } }))).read(readOf(path), TOKEN, within());
  assert.deepEqual(
    store.requests.map(({ connection }) => connection),
    [1, 1, 2, 2],
  );
  stores.close();
  await store.stop();
});

/** A way to a port that can be cut: what is open stays open, and nothing passes any more. */
async function startCutWay(port: number): Promise<{ address: string; cut: () => void; stop: () => Promise<void> }> {
  const sockets = new Set<net.Socket>();
  let cuts = 0;
  const server = net.createServer((near) => {
    const far = net.connect(port, '127.0.0.1');
    const born = cuts;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from.on('error', () => {}));
      from.on('data', (part) => born === cuts && to.write(part));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `https://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    cut: () => {
      cuts += 1;
    },
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

describe('a client of a store that chooses HTTP/1.1', () => {
  it('goes on with the connection on which it chose, and does not ask again for 10 min', async () => {
    const store = await startFaultyStore({ tls: certificate });
    let nowMs = 0;
    const clock: Clock = { ...systemClock, now: () => nowMs };
    const stores = createStores({ clock });
    const open = () => stores.open(settingsOf(store.address, { tls: { caPem: authority.certPem } }));
    const read = async () => (await open()).read(readOf('p'), TOKEN, within()).then(() => sleep(5));
    for (let turn = 0; turn < 3; turn += 1) await read();
    assert.equal(store.connections, 1);
    nowMs += 599_000;
    await read();
    assert.equal(store.connections, 1);
    nowMs += 1_000;
    await read();
    assert.equal(store.requests.length, 5);
    await store.stop();
  });
});

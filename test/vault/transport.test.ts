// What a client says of a network that fails, and how it uses its connections.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, systemClock } from '../../src/clock.ts';
import { MountError, type Reason } from '../../src/errors.ts';
import type { Fact } from '../../src/events.ts';
import { Secret } from '../../src/secret.ts';
import type { Resolve } from '../../src/vault/host-lookup.ts';
import {
  announce,
  answer,
  type Behaviour,
  babble,
  breakOff,
  dribble,
  type FaultyStore,
  hang,
  inTurn,
  oversized,
  raw,
  redirectTo,
  reset,
  startFaultyStore,
} from '../harness/faulty-store.ts';
import { type SwallowingPort, startSwallowingPort } from '../harness/swallowing-port.ts';
import { createStores, openClient, readOf, rejectsWith, settingsOf, TOKEN, within } from './client-fixture.ts';

/** For a request that hangs: long enough to have come as far as it says, on a busy machine too. */
const HUNG_MS = 500;
/** Later than a connection is given up, and a request's usual time. */
const LATE_MS = 3_300;
const GIVEN_UP_MS = 10_000;
const NOT_VAULT = 'is a proxy or login page in front of it?';

describe('a client', () => {
  let store: FaultyStore;
  beforeEach(async () => {
    store = await startFaultyStore();
  });
  afterEach(() => store.stop());
  const read = (ms?: number, what = readOf('p')) =>
    openClient(store.address).then((d) => d.read(what, TOKEN, within(ms)));

  const faults: readonly [string, Behaviour, Reason, string][] = [
    [
      'resets the connection',
      reset,
      'store-connection-reset',
      'GET p: STORE broke the connection off before its answer was complete',
    ],
    [
      'breaks its answer off',
      breakOff,
      'store-connection-reset',
      'GET p: STORE broke the connection off before its answer was complete',
    ],
    [
      'does not speak HTTP',
      babble,
      'store-connection-reset',
      'GET p: STORE answered with something that is not HTTP; check the address and the port',
    ],
    [
      'answers with text',
      answer(200, 'hello'),
      'store-malformed-response',
      `GET p: STORE returned 200 with a body that is not from Vault or OpenBao; ${NOT_VAULT}`,
    ],
    [
      'answers with half a JSON',
      answer(200, '{"data":{'),
      'store-malformed-response',
      `GET p: STORE returned 200 with a body that is not from Vault or OpenBao; ${NOT_VAULT}`,
    ],
    [
      'answers with a JSON list',
      answer(200, '[1]'),
      'store-malformed-response',
      `GET p: STORE returned 200 with a body that is not from Vault or OpenBao; ${NOT_VAULT}`,
    ],
    [
      'sends a page that nobody may keep',
      answer(200, '<html>log in</html>', { 'content-type': 'text/html', 'cache-control': 'no-store' }),
      'store-malformed-response',
      `GET p: STORE returned 200 with a body that is not from Vault or OpenBao; ${NOT_VAULT}`,
    ],
    [
      'sends a text that may be kept',
      answer(200, 'ok', { 'content-type': 'text/plain' }),
      'store-malformed-response',
      `GET p: STORE returned 200 with a body that is not from Vault or OpenBao; ${NOT_VAULT}`,
    ],
    [
      'sends more bytes than are mounted',
      answer(200, 'x'.repeat(3 * 1024 * 1024 + 1), { 'content-type': 'text/plain', 'cache-control': 'no-store' }),
      'answer-too-large',
      'GET p: the answer is not JSON and over 3 MiB, more than is mounted of one',
    ],
    ['answers with nothing', answer(200, ''), 'store-malformed-response', 'GET p: STORE answered 200 and sent nothing'],
    ['has no content', answer(204), 'store-malformed-response', 'GET p: STORE answered 204 and sent nothing'],
    [
      'switches to another protocol',
      raw('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n'),
      'store-malformed-response',
      `GET p: STORE switches to another protocol; check that the address is the store's own, and the store's api_addr`,
    ],
    [
      'announces an answer without end',
      announce,
      'store-malformed-response',
      `GET p: STORE announces an answer again and again and sends none; check that the address is the store's own, and the store's api_addr`,
    ],
    [
      'declares too large an answer',
      oversized(5_000_000, true),
      'answer-too-large',
      'GET p: the answer is over 4 MiB, more than a volume can hold',
    ],
    [
      'sends too large an answer',
      oversized(5_000_000, false),
      'answer-too-large',
      'GET p: the answer is over 4 MiB, more than a volume can hold',
    ],
  ];
  for (const [name, behaviour, reason, message] of faults)
    it(`to a store that ${name} says ${reason}`, async () => {
      store.behaviour = behaviour;
      await rejectsWith(read(), reason, message.replace('STORE', store.address));
      store.behaviour = answer(200, { data: {} });
      await read();
    });

  it('to a store that opens a tunnel for CONNECT says store-malformed-response', async () => {
    const tunnel = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    });
    await new Promise<void>((resolve) => tunnel.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(tunnel.address() as AddressInfo).port}`;
    const client = await openClient(address);
    await rejectsWith(
      client.read(readOf('p', { method: 'CONNECT' }), TOKEN, within()),
      'store-malformed-response',
      `CONNECT p: ${address} switches to another protocol; check that the address is the store's own, and the store's api_addr`,
    );
    // Waits for the connection's end: it is not kept.
    await new Promise((resolve) => tunnel.close(resolve));
  });

  it('tells its room how long an answer is as soon as it knows, and at the end', async () => {
    const told: (readonly [number, number])[] = [];
    const reserve = (...lengths: [number, number]) => void told.push(lengths);
    const room = { refusal: undefined, turn: () => undefined, reserve };
    const client = await openClient(store.address);
    store.behaviour = oversized(1_000_000, true);
    await client.read(readOf('p'), TOKEN, within(), room);
    const { length } = (await client.read(readOf('p'), TOKEN, within(), room)).body.reveal().bytes;
    assert.deepEqual(told.slice(0, 2), [
      [length, length],
      [length, length],
    ]);
    told.length = 0;
    store.behaviour = oversized(1_000_000, false);
    await client.read(readOf('p'), TOKEN, within(), room);
    assert.deepEqual(told[0], [0, 64 * 1024]);
    assert.deepEqual(told.at(-1)?.[0], length);
  });

  it('waits for its turn before it goes through an answer', async () => {
    const turn = Promise.withResolvers<void>();
    const asked: number[] = [];
    const onTurn = (bytes: number) => {
      asked.push(bytes);
      return turn.promise;
    };
    store.behaviour = oversized(1_000_000, true);
    const client = await openClient(store.address);
    let isRead = false;
    const room = { refusal: undefined, turn: onTurn, reserve: () => undefined };
    const reading = client.read(readOf('p'), TOKEN, within(), room).finally(() => {
      isRead = true;
    });
    await sleep(200);
    assert.ok(!isRead);
    turn.resolve();
    const { length } = (await reading).body.reveal().bytes;
    assert.deepEqual(asked, [length]);
  });

  it('takes nothing more from the store while its room is not granted', async () => {
    const granted = Promise.withResolvers<void>();
    const reserve = (known: number) => (known > 0 ? granted.promise : undefined);
    const room = { refusal: undefined, turn: () => undefined, reserve };
    store.behaviour = oversized(3_000_000, false);
    const client = await openClient(store.address);
    let isRead = false;
    const reading = client.read(readOf('p'), TOKEN, within(), room).finally(() => {
      isRead = true;
    });
    await sleep(200);
    assert.ok(!isRead);
    granted.resolve();
    assert.ok((await reading).sizeBytes > 2_900_000);
  });

  it('takes an answer of just under 4 MiB', async () => {
    store.behaviour = oversized(4 * 1024 * 1024 - 100, false);
    const { sizeBytes } = await read();
    assert.ok(sizeBytes >= 4 * 1024 * 1024 - 100 && sizeBytes < 4 * 1024 * 1024 + 1_000, `${sizeBytes}`);
  });

  it('keeps an answer of many numbers as the bytes it came in', async () => {
    store.behaviour = answer(200, { data: { numbers: Array.from({ length: 10_000 }, (_, index) => index % 10) } });
    const { sizeBytes } = await read();
    assert.ok(sizeBytes < 10_000 * 2 + 1_000, `${sizeBytes}`);
  });

  it('to a port where nobody listens says store-unreachable', async () => {
    await store.stop();
    await rejectsWith(
      read(),
      'store-unreachable',
      `GET p: ${store.address} refuses connections; is the store running, and is this its port?`,
    );
  });

  it('to a name that does not exist says store-unreachable', async () => {
    const client = await openClient('http://nowhere.invalid:8200');
    await rejectsWith(
      client.read(readOf('p'), TOKEN, within()),
      'store-unreachable',
      /^GET p: http:\/\/nowhere.invalid:8200 is a name that /,
    );
  });

  it('to a socket that is not there says store-unreachable', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'secretmount-'));
    const client = await openClient(`unix://${folder}/agent.sock`, { isFromClass: false });
    await rejectsWith(
      client.login({ mount: 'kubernetes', role: 'app', jwt: new Secret('x') }, within()),
      'store-unreachable',
      `login at auth/kubernetes as role "app": unix://${folder}/agent.sock is not there; is the agent that makes the socket running, and is its folder mounted`,
    );
    await rm(folder, { recursive: true });
  });

  const hangs: readonly [string, Behaviour, string][] = [
    ['never answers', hang, 'connected and sent, but no answer came'],
    ['never ends its answer', dribble, 'the answer began and did not end'],
  ];
  for (const [name, behaviour, how] of hangs)
    it(`to a store that ${name} says so when the time is over`, async () => {
      store.behaviour = behaviour;
      await rejectsWith(read(HUNG_MS), 'store-timeout', `GET p: ${store.address} did not answer in time: ${how}`);
    });

  it('to an address that takes no connection says so when the time is over', async () => {
    // The one connection slot of the agent is held by a request that hangs.
    store.behaviour = hang;
    const client = await openClient(store.address, { storeConcurrency: 1 });
    const [, second] = await Promise.all([
      rejectsWith(client.read(readOf('p'), TOKEN, within(2 * HUNG_MS)), 'store-timeout'),
      rejectsWith(client.read(readOf('q'), TOKEN, within(HUNG_MS)), 'store-timeout'),
    ]);
    assert.equal(second.message, `GET q: ${store.address} did not answer in time: no connection came about`);
  });

  it('to a store whose TLS never begins says so when the time is over', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const client = await openClient(`https://127.0.0.1:${port}`, { tls: { skipVerify: true } });
    await rejectsWith(
      client.read(readOf('p'), TOKEN, within(HUNG_MS)),
      'store-timeout',
      `GET p: https://127.0.0.1:${port} did not answer in time: connected, but the TLS handshake did not end`,
    );
    silent.close();
  });

  it("hands on the caller's own reason for stopping", async () => {
    store.behaviour = hang;
    const stop = new AbortController();
    const reason = new MountError('mount-timeout', 'the mount is over its time');
    const reading = (await openClient(store.address)).read(readOf('p'), TOKEN, stop.signal);
    stop.abort(reason);
    assert.equal(await reading.catch((error) => error), reason);
    const late = (await openClient(store.address)).read(readOf('p'), TOKEN, stop.signal);
    assert.equal(await late.catch((error) => error), reason);
  });

  it('sends nothing for a namespace that HTTP cannot carry', async () => {
    const client = await openClient(store.address, { namespace: 'a\nb' });
    await rejectsWith(
      client.read(readOf('p'), TOKEN, within()),
      'request-refused',
      'GET p: its method, path or namespace holds a character that HTTP cannot carry',
    );
  });

  it('sends a namespace beyond ASCII as UTF-8', async () => {
    await (await openClient(store.address, { namespace: 'équipe' })).read(readOf('p'), TOKEN, within());
    const header = String(store.requests[0]?.headers['x-vault-namespace']);
    assert.equal(Buffer.from(header, 'latin1').toString(), 'équipe');
  });

  it('takes no token that is too long for one, and no account whose name could be none', async () => {
    const client = await openClient(store.address);
    const login = () => client.login({ mount: 'jwt', role: 'app', jwt: TOKEN }, within());
    const whose = { service_account_namespace: 'team', service_account_uid: 'uid', more: 'x' };
    const metadata = { ...whose, service_account_name: 'a'.repeat(253) };
    store.behaviour = answer(200, { auth: { client_token: 's'.repeat(8192), metadata } });
    assert.equal((await login()).account, `team/${'a'.repeat(253)}`);
    const long = { ...whose, service_account_name: 'a'.repeat(254) };
    store.behaviour = answer(200, { auth: { client_token: 's', metadata: long } });
    const { proves, account } = await login();
    assert.deepEqual([proves, account], ['pod', '']);
    store.behaviour = answer(200, { auth: { client_token: 's'.repeat(8193), metadata } });
    await rejectsWith(login(), 'login-incomplete');
    store.behaviour = answer(200, { auth: { client_token: 's', metadata: { more: 'x'.repeat(65_536) } } });
    await rejectsWith(login(), 'answer-too-large');
  });

  it('says of a login with a second factor, and of one without a token, that it is incomplete', async () => {
    const client = await openClient(store.address);
    const login = () => client.login({ mount: 'jwt', role: 'app', jwt: new Secret('x') }, within());
    store.behaviour = answer(200, { auth: { client_token: '', mfa_requirement: { mfa_request_id: 'x' } } });
    await rejectsWith(
      login(),
      'login-incomplete',
      'login at auth/jwt as role "app": the store asks for a second factor, which a pod cannot give; take the login MFA off this role',
    );
    store.behaviour = answer(200, { auth: null });
    await rejectsWith(
      login(),
      'login-incomplete',
      'login at auth/jwt as role "app": the store answered without a token; check that the mount is a kubernetes or jwt login method',
    );
  });

  it('knows a lease by its id, its auth or its wrapping, and not by its duration', async () => {
    const bodies: readonly [object, boolean, number][] = [
      [{ lease_id: 'a/b', lease_duration: 60 }, true, 60_000],
      [{ lease_id: '', lease_duration: 60 }, false, 0],
      [{ lease_id: '', auth: { lease_duration: 30 } }, true, 30_000],
      [{ lease_id: '', wrap_info: { ttl: 20 } }, true, 20_000],
      [{ lease_id: '', auth: null, wrap_info: null }, false, 0],
    ];
    for (const [body, hasLease, leaseMs] of bodies) {
      store.behaviour = answer(200, body);
      const got = await read();
      assert.deepEqual([got.hasLease, got.leaseMs], [hasLease, leaseMs], JSON.stringify(body));
    }
  });

  it('states each request with what came of it', async () => {
    const facts: Fact[] = [];
    const client = await openClient(store.address, { emit: (fact) => facts.push(fact) });
    await client.read(readOf('p'), TOKEN, within());
    store.behaviour = answer(403, { errors: [] });
    assert.equal(await client.isAlive(TOKEN, within()), false);
    await rejectsWith(client.revoke(TOKEN, within()), 'read-forbidden');
    await rejectsWith(client.login({ mount: 'jwt', role: 'a', jwt: new Secret('x') }, within()), 'login-refused');
    assert.deepEqual(
      facts.map((fact) => fact.type === 'request' && [fact.operation, fact.reason]),
      [
        ['read', undefined],
        ['lookup', undefined],
        ['revoke', 'read-forbidden'],
        ['login', 'login-refused'],
      ],
    );
  });
});

describe('an address that swallows packets', () => {
  let gone: SwallowingPort;
  let store: FaultyStore;
  before(async () => {
    gone = await startSwallowingPort();
  });
  after(() => gone.stop());
  beforeEach(async () => {
    store = await startFaultyStore();
  });
  afterEach(() => store.stop());

  it('is given up after 3 s', async () => {
    await rejectsWith(
      (await openClient(gone.address)).read(readOf('p'), TOKEN, within(GIVEN_UP_MS)),
      'store-unreachable',
      `GET p: ${gone.address} did not take the connection within 3 s; is its machine up, and do firewalls and network policies let this node through?`,
    );
  });

  it('is told as a leader that is gone if a standby redirects to it, and the standby is asked again', async () => {
    store.behaviour = inTurn(redirectTo(`${gone.address}/v1/p`), answer(200, { data: {} }));
    const client = await openClient(store.address, { isFromClass: false });
    await rejectsWith(
      client.read(readOf('p'), TOKEN, within(GIVEN_UP_MS)),
      'store-unreachable',
      `GET p: ${gone.address} (where ${store.address} sent the request) did not take the connection within 3 s; if it was the leader, its store elects another; if it runs, correct its api_addr`,
    );
    await client.read(readOf('p'), TOKEN, within());
  });

  it('is not one whose name takes long to be found', async () => {
    const resolve = (async (_host: string, _options: object, done: (...found: unknown[]) => void) => {
      await sleep(LATE_MS);
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    }) as unknown as Resolve;
    const client = await openClient(`http://vault.example:${store.port}`, { resolve });
    await client.read(readOf('p'), TOKEN, within());
  });

  it('is not one that takes a connection and answers late', async () => {
    store.behaviour = (...asked) => void setTimeout(() => answer(200, { data: {} })(...asked), LATE_MS);
    await (await openClient(store.address)).read(readOf('p'), TOKEN, within());
  });
});

describe('whether a store has namespaces', () => {
  it('is told by a standby too that hears of no leader, as it is asked to answer so', async () => {
    const store = await startFaultyStore();
    try {
      store.behaviour = (request, response) => {
        const { searchParams } = new URL(request.url, store.address);
        // As Vault 1.21 does without a quorum.
        answer(Number(searchParams.get('haunhealthycode') ?? 474), { enterprise: false })(request, response);
      };
      const client = await openClient(store.address, { namespace: 'team' });
      assert.equal(await client.ignoresNamespaces(within()), true);
    } finally {
      await store.stop();
    }
  });
});

describe('connections', () => {
  let store: FaultyStore;
  let leader: FaultyStore;
  beforeEach(async () => {
    store = await startFaultyStore();
    leader = await startFaultyStore();
  });
  afterEach(() => Promise.all([store.stop(), leader.stop()]));

  it('are shared by clients of one address and never more than allowed', async () => {
    const stores = createStores({ storeConcurrency: 4 });
    const clients = await Promise.all(
      ['', 'a', 'b'].map((namespace) => stores.open(settingsOf(store.address, { namespace }))),
    );
    await Promise.all(Array.from({ length: 60 }, (_, i) => clients[i % 3]?.read(readOf(`p/${i}`), TOKEN, within())));
    assert.equal(store.requests.length, 60);
    assert.equal(store.connections, 4);
  });

  it('that were idle for 2 s serve a read and no login or write', async () => {
    let nowMs = 0;
    const clock: Clock = { ...systemClock, now: () => nowMs };
    const client = await openClient(store.address, { clock });
    const read = () => client.read(readOf('p'), TOKEN, within()).then(() => sleep(5));
    await read();
    nowMs = 60_000;
    await read();
    assert.equal(store.connections, 1);
    nowMs += 1_999;
    await client.read(readOf('p', { method: 'PUT', body: '{}' }), TOKEN, within());
    await sleep(5);
    assert.equal(store.connections, 1);
    nowMs += 2_000;
    await client.read(readOf('p', { method: 'PUT', body: '{}' }), TOKEN, within());
    await sleep(5);
    assert.equal(store.connections, 2);
    nowMs += 2_000;
    store.behaviour = answer(200, { auth: { client_token: 't' } });
    await client.login({ mount: 'jwt', role: 'a', jwt: new Secret('x') }, within());
    assert.equal(store.connections, 3);
  });

  /** Two reads, a pause, a login, and two reads again. @returns how many connections that took */
  async function countAroundLogin(storeConcurrency: number): Promise<number> {
    let nowMs = 0;
    const client = await openClient(store.address, { storeConcurrency, clock: { ...systemClock, now: () => nowMs } });
    const readTwo = () =>
      Promise.all(['p', 'q'].map((path) => client.read(readOf(path), TOKEN, within()))).then(() => sleep(5));
    await readTwo();
    assert.equal(store.connections, 2);
    nowMs = 60_000;
    store.behaviour = answer(200, { auth: { client_token: 't' } });
    await client.login({ mount: 'jwt', role: 'a', jwt: new Secret('x') }, within());
    await sleep(5);
    store.behaviour = answer(200, { data: {} });
    await readTwo();
    return store.connections;
  }

  it('that were idle for 2 s stay for the reads behind a login', async () => {
    assert.equal(await countAroundLogin(3), 3);
  });

  it('make room for that of a login where there are as many as allowed', async () => {
    assert.equal(await countAroundLogin(2), 4);
  });

  it('are not kept after an answer that speaks of the node behind them: the next may lead to another', async () => {
    const client = await openClient(store.address);
    const connectionsAfter = async (status: number) => {
      store.behaviour = answer(status, { errors: [] }, { location: '/v1/q' });
      for (let turn = 0; turn < 2; turn += 1) {
        await client.read(readOf('p'), TOKEN, within()).catch(() => undefined);
        await sleep(5);
      }
      return store.connections;
    };
    assert.deepEqual([await connectionsAfter(403), await connectionsAfter(429)], [1, 1]);
    // The one that is there takes the first request.
    for (const [status, connections] of [
      [503, 2],
      [500, 4],
      [473, 6],
      [474, 8],
    ] as const)
      assert.equal(await connectionsAfter(status), connections, `${status}`);
  });

  it('are not kept after a redirect of a standby, which names its leader', async () => {
    store.behaviour = redirectTo(`${leader.address}/v1/p`);
    const client = await openClient(store.address, { isFromClass: false });
    for (let turn = 0; turn < 3; turn += 1) {
      await client.read(readOf('p'), TOKEN, within());
      await sleep(5);
    }
    assert.deepEqual([store.connections, leader.connections], [3, 1]);
  });

  it('belong to an address no longer when it was not opened for 10 min and another is', async () => {
    let nowMs = 0;
    const stores = createStores({ clock: { ...systemClock, now: () => nowMs } });
    const read = async () => {
      const client = await stores.open(settingsOf(store.address));
      await client.read(readOf('p'), TOKEN, within());
      await sleep(5);
    };
    await read();
    nowMs += 599_999;
    await stores.open(settingsOf('http://other.example'));
    await read();
    assert.equal(store.connections, 1);
    nowMs += 600_000;
    await stores.open(settingsOf('http://other.example'));
    await read();
    assert.equal(store.connections, 2);
  });

  it('are returned after a failure', async () => {
    const client = await openClient(store.address, { storeConcurrency: 1 });
    for (const behaviour of [reset, babble, oversized(5_000_000, false), dribble, hang, answer(500)]) {
      store.behaviour = behaviour;
      await assert.rejects(client.read(readOf('p'), TOKEN, within(100)));
    }
    store.behaviour = answer(200, { data: {} });
    await client.read(readOf('p'), TOKEN, within());
  });

  it('have keys that are equal for equal settings and differ with address and namespace', async () => {
    const keyOf = async (address: string, namespace = '') => (await openClient(address, { namespace })).key;
    assert.equal(await keyOf('http://a'), await keyOf('http://a'));
    const keys = [
      await keyOf('http://a'),
      await keyOf('http://b'),
      await keyOf('http://a', 'n'),
      await keyOf('http://a/p'),
    ];
    assert.equal(new Set(keys).size, 4);
  });
});

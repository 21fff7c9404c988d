// Which addresses a client may lead to, whatever form they are written in and wherever they come from.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MountError } from '../../src/errors.ts';
import { originKey, parseAddress, storeKey } from '../../src/vault/address.ts';
import { type AddressPolicy, AddressRules, type Guard } from '../../src/vault/address-rules.ts';
import { HostLookup } from '../../src/vault/host-lookup.ts';
import { isMetadata, isOwnMachine } from '../../src/vault/ip-ranges.ts';
import { answer, type FaultyStore, inTurn, redirectTo, startFaultyStore } from '../harness/faulty-store.ts';
import {
  createStores,
  openClient,
  readOf,
  rejectsWith,
  resolvingTo,
  settingsOf,
  TOKEN,
  within,
} from './client-fixture.ts';

describe('an address', () => {
  const parts: readonly [string, string, string][] = [
    ['https://vault', 'https://vault:443', ''],
    ['https://VAULT.example:8200', 'https://vault.example:8200', ''],
    ['http://127.0.0.1:8200/a/b', 'http://127.0.0.1:8200', '/a/b'],
    ['http://[::1]:8200', 'http://[::1]:8200', ''],
    ['https://vault:8200/v1', 'https://vault:8200', ''],
    ['https://vault:8200/a/v1/', 'https://vault:8200', '/a'],
    ['https://vault:8200/v1/a', 'https://vault:8200', '/v1/a'],
    ['http://2852039166', 'http://169.254.169.254:80', ''],
    ['unix:///var/run/vault/agent.sock', 'unix:///var/run/vault/agent.sock', ''],
  ];
  for (const [text, origin, prefix] of parts)
    it(`${text} leads to ${origin}`, () => {
      const address = parseAddress(text);
      assert.deepEqual([address.origin, address.prefix, address.text], [origin, prefix, text]);
    });

  for (const [first, ...others] of [
    [
      'http://127.0.0.1:8200',
      'HTTP://127.0.0.1:8200/',
      'http://127.1:8200',
      'http://0x7f.1:8200',
      'http://127.0.0.1:08200',
      'http://127.0.0.1:8200/.',
      'http://127.0.0.1:8200/a/..',
      'http://127.0.0.1:8200//',
      'http://2130706433:8200',
      'http://0177.0.0.1:8200',
      'http://127.0.0.1.:8200',
      'http://[::ffff:127.0.0.1]:8200',
      'http://[0:0:0:0:0:FFFF:7f00:0001]:8200',
      'https://127.0.0.1:8200',
    ],
    ['https://vault.example', 'https://VAULT.example.:443', 'https://vault.example/%2e/'],
    ['https://vault/a/b', 'https://vault//a//b/', 'https://vault/%61/./b', 'https://vault:443/a/c/../b'],
    ['http://[::1]:8200', 'http://[0:0:0:0:0:0:0:1]:8200'],
    ['unix:///run/agent.sock', 'unix:///run/../run//agent.sock'],
  ] as const)
    it(`${first} is one store, however it is spelt`, () => {
      for (const other of others) {
        assert.equal(originKey(parseAddress(other)), originKey(parseAddress(first)), other);
        assert.equal(storeKey(parseAddress(other), '/team/'), storeKey(parseAddress(first), 'team'), other);
      }
    });

  it('tells stores apart by port, host, prefix and namespace, and shares the slots of a port', () => {
    const stores = ['http://a:1', 'http://a:2', 'http://b:1', 'http://a:1/x', 'http://a:1/x/y', 'http://[::2]:1'];
    const keys = stores.map((text) => storeKey(parseAddress(text), ''));
    assert.equal(new Set([...keys, storeKey(parseAddress('http://a:1'), 'x')]).size, stores.length + 1);
    assert.equal(originKey(parseAddress('http://a:1/made/up')), originKey(parseAddress('http://a:1')));
  });

  const refused: readonly [string, string][] = [
    [
      'vault:8200',
      'store address "vault:8200": it does not start with https://, http:// or unix://; write it like https://vault.example.com:8200',
    ],
    ['', 'store address "": it is not a URL; write it like https://vault.example.com:8200'],
    ['https://', 'store address "https://": it is not a URL; write it like https://vault.example.com:8200'],
    [
      'ftp://vault',
      'store address "ftp://vault": it does not start with https://, http:// or unix://; write it like https://vault.example.com:8200',
    ],
    [
      'https://a:hunter2@vault',
      'store address "https://vault": it carries a user name or password; take them out, the provider logs in as the pod',
    ],
    ['https://vault/?x=1', 'store address "https://vault/?x=1": it carries a ? or #; end it after the host or path'],
    [
      'unix://agent.sock',
      'store address "unix://agent.sock": the path of a Unix socket is absolute: unix:///var/run/vault/agent.sock',
    ],
  ];
  for (const [text, message] of refused)
    it(`is refused as ${JSON.stringify(text.replace('hunter2', '...'))}`, async () => {
      await rejectsWith(openClient(text), 'address-refused', message);
    });
});

describe('the address rules', () => {
  const METADATA = [
    'http://169.254.169.254',
    'http://169.254.0.1:8200',
    'http://2852039166',
    'http://0xa9fea9fe',
    'http://0251.0376.0251.0376',
    'http://169.254.43518',
    'http://[::ffff:169.254.169.254]',
    'http://[::ffff:a9fe:a9fe]',
    'http://[64:ff9b::a9fe:a9fe]',
    'http://[2002:a9fe:a9fe::1]',
    'http://[2002:a9fe:a9fe:1:2:3:4:5]',
    'http://[::169.254.169.254]',
    'http://[::ffff:0:a9fe:a9fe]',
    'http://[64:ff9b:1::a9fe:a9fe]',
    'http://[64:ff9b:1:a9fe:a9:fe00::]',
    'http://[64:ff9b:1:a9:fe:a9fe::]',
    'http://[64:ff9b:1::a9:fea9:fe00:0]',
    'http://[64:ff9b::6464:64c8]',
    'https://[fe80::1]:8200',
    'http://[fd00:ec2::254]',
    'http://[fd00:ec2:0:0:1::23]',
    'http://[fd00:42::42]',
    'http://[fd00:c1::a9fe:a9fe]',
    'http://[fd00:a9fe:a9fe::1]',
    'http://[fd00:100::100:200]',
    'http://[fd20:ce::254]',
    'http://100.100.100.200',
    'http://192.0.0.192',
    'http://168.63.129.16',
    'http://metadata.google.internal',
    'http://METADATA.google.internal./x',
  ];
  for (const address of METADATA)
    it(`refuse ${address} from a class, take it from the operator and where it is listed`, async () => {
      const { origin, prefix } = parseAddress(address);
      const listed = origin + prefix;
      await rejectsWith(
        openClient(address),
        'address-refused',
        `store address ${address}: it is a link-local or cloud metadata address; the node's operator can allow it: --allow-store-address=${listed}`,
      );
      await openClient(address, { isFromClass: false });
      await openClient(address, { policy: { allowed: [listed] } });
    });

  for (const ip of [
    '10.0.0.1',
    '127.0.0.1',
    '::1',
    'fd00::1',
    '169.253.1.1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    '64:ff9b:1::a00:1',
    '2002:a00:1::1',
    'fd00:ec3::254',
    'fd00:42::43',
    '2001:db8::a9fe:a9fe',
  ])
    it(`do not take ${ip} for a metadata service`, () => assert.equal(isMetadata(ip), false));

  for (const ip of ['fe80::1%eth0', 'fe80::a9fe:a9fe', '::ffff:169.254.169.254', '0:0:0:0:0:ffff:a9fe:a9fe'])
    it(`take ${ip} for one, as a name server may write it`, () => assert.equal(isMetadata(ip), true));

  it('with `listed`, take from a class only a listed address: its origin, and the path it has', async () => {
    const allowed = ['https://vault.example/', 'https://gateway.example/vault', 'unix:///run/a.sock'];
    const policy = { addresses: 'listed', allowed } as const;
    await openClient('https://vault.example:443', { policy });
    await openClient('https://gateway.example/vault/', { policy });
    await openClient('https://GATEWAY.example:443/x/../vault', { policy });
    await openClient('unix:///run/a.sock', { policy });
    await openClient('https://other.example', { policy, isFromClass: false });
    for (const address of [
      'https://vault.example:8200',
      'http://vault.example:443',
      'https://vault.example.evil',
      'https://vault.example/with/a/path',
      'https://gateway.example',
      'https://gateway.example/vault/other',
      'https://gateway.example/vault-of-somebody',
      'https://gateway.example/vault/%2e%2e/other',
      'https://gateway.example/vault%2f..%2fother',
      'unix:///run/b.sock',
    ])
      await rejectsWith(openClient(address, { policy }), 'address-refused');
    await rejectsWith(
      openClient('https://other.example', { policy }),
      'address-refused',
      "store address https://other.example: the class names it and only listed addresses are allowed; the node's operator can allow it: --allow-store-address=https://other.example:443",
    );
  });

  it('take a Unix socket from a class only if it is listed', async () => {
    await rejectsWith(openClient('unix:///run/a.sock'), 'address-refused', /it is a Unix socket of the node; /);
    await openClient('unix:///run/a.sock', { isFromClass: false });
  });

  const OWN_PORT = 9_102;
  const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const ownHosts = own.map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address));
  for (const host of new Set([
    ...ownHosts,
    '127.0.0.1',
    '127.8.0.1',
    '[::1]',
    '0.0.0.0',
    '[::]',
    '[::ffff:7f00:1]',
    '[::7f00:1]',
  ]))
    it(`refuse ${host} with the provider's own port, and take it with another`, async () => {
      const policy = { ownPorts: [OWN_PORT] };
      const address = `http://${host}:${OWN_PORT}`;
      // Link-local addresses of interfaces are refused before.
      await rejectsWith(
        openClient(address, { policy }),
        'address-refused',
        /it is (the provider's own port|a link-local)/,
      );
      if (!isMetadata(host.replace(/[[\]]/g, ''))) await openClient(`http://${host}:8200`, { policy });
      await openClient(address, { policy: { ...policy, allowed: [address] } });
    });

  it('take the port of the provider at another machine', async () => {
    assert.equal(isOwnMachine('192.0.2.1'), false);
    await openClient(`http://192.0.2.1:${OWN_PORT}`, { policy: { ownPorts: [OWN_PORT] } });
  });

  const hosts = ['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '[::ffff:127.0.0.1]', ...ownHosts];
  for (const host of new Set(hosts))
    it(`with \`listed\`, refuse the node's ${host} to a class and to a redirect, where it is not listed`, () => {
      const rules = new AddressRules({ addresses: 'listed', allowed: ['https://vault.example'], own: 'https://own' });
      for (const namedBy of ['class', 'redirect'] as const)
        assert.throws(
          () => rules.admit(parseAddress(`http://${host}:8200`), namedBy),
          /only listed addresses are allowed/,
        );
    });

  it("give a class that names the operator's own address what the operator has", () => {
    const rules = new AddressRules({ addresses: 'listed', allowed: [], own: 'http://169.254.1.1:8200/vault' });
    const address = parseAddress('http://169.254.1.1:8200/vault/');
    assert.deepEqual(rules.admit(address, 'class'), rules.admit(address, 'operator'));
    assert.throws(() => rules.admit(parseAddress('http://169.254.1.1:8200'), 'class'), MountError);
  });

  it('are not made from a list with something else in it', () => {
    assert.throws(() => new AddressRules({ addresses: 'any', allowed: ['vault'] }), MountError);
  });
});

describe('a name', () => {
  const NO_METADATA: Guard = (ip) => (isMetadata(ip) ? 'something bad' : undefined);
  const look = (names: HostLookup, guard: Guard | undefined, all = true) =>
    new Promise((resolve) =>
      names.guardedBy(guard)('vault.example', { all }, (error, found) => resolve(error ?? found)),
    );

  it('that means a metadata address is refused when the connection is made, also beside a good one', async () => {
    const names = new HostLookup(resolvingTo('10.0.0.1', '169.254.169.254').resolve);
    const error = await look(names, NO_METADATA);
    assert.ok(error instanceof MountError);
    assert.equal(
      error.message,
      "vault.example resolves to something bad; allow it by the provider's --allow-store-address if that is meant",
    );
    assert.ok(Array.isArray(await look(names, undefined)));
  });

  it('that is looked up many times at once is looked up once', async () => {
    const { resolve, asked } = resolvingTo('10.0.0.1');
    const names = new HostLookup(resolve);
    const found = await Promise.all([look(names, NO_METADATA), look(names, undefined), look(names, undefined, false)]);
    assert.deepEqual(found, [[{ address: '10.0.0.1', family: 4 }], [{ address: '10.0.0.1', family: 4 }], '10.0.0.1']);
    assert.equal(asked.length, 1);
    await look(names, undefined);
    assert.equal(asked.length, 2);
  });

  const blocked = {
    "a class's": [true, {}],
    "the operator's": [false, {}],
    'a listed': [true, { allowed: ['http://vault.example:1'] }],
  } as const;
  for (const [whose, [isFromClass, policy]] of Object.entries(blocked))
    it(`that means a metadata address ${whose === "a class's" ? 'gets no connection' : 'may get one'}, as ${whose} address`, async () => {
      const { resolve } = resolvingTo('169.254.169.254');
      const client = await openClient('http://vault.example:1', { resolve, isFromClass, policy });
      const reading = client.read(readOf('p'), TOKEN, within(100));
      const error = await reading.catch((thrown: unknown) => thrown);
      assert.ok(error instanceof MountError);
      assert.equal(error.reason === 'address-refused', whose === "a class's", error.message);
    });
});

describe("a name that means the provider's own port", () => {
  it('gets no connection', async () => {
    const store = await startFaultyStore();
    const { resolve } = resolvingTo('127.0.0.1');
    const options = { resolve, policy: { ownPorts: [store.port] } };
    const client = await openClient(`http://vault.example:${store.port}`, options);
    await rejectsWith(
      client.read(readOf('p'), TOKEN, within()),
      'address-refused',
      "GET p: vault.example resolves to the provider's own port; allow it by the provider's --allow-store-address if that is meant",
    );
    assert.equal(store.connections, 0);
    await store.stop();
  });
});

describe('a redirect from an address that a class names', () => {
  let first: FaultyStore;
  let second: FaultyStore;
  beforeEach(async () => {
    first = await startFaultyStore();
    second = await startFaultyStore();
  });
  afterEach(() => Promise.all([first.stop(), second.stop()]));
  const openFrom = (path = '', policy: Partial<AddressPolicy> = {}) => openClient(first.address + path, { policy });
  const SAYS =
    "redirects to another address, and from one that a class names no redirect is followed; name the store's active node in the class";

  const STANDBY_SAYS =
    'redirects to another address, and from one that a class names no redirect is followed; a standby does so while its store has no leader, and the mount will be tried again; if it lasts, leave the address out of the class, or name one that leads to the active node';

  for (const status of [301, 302, 307, 308])
    for (const listed of ['nothing', 'both'])
      it(`${status} leads to no other origin, with ${listed} listed`, async () => {
        first.behaviour = redirectTo(`${second.address}/v1/${TOKEN.reveal()}`, status);
        const client = await openFrom('', listed === 'both' ? { allowed: [first.address, second.address] } : {});
        const error = await rejectsWith(
          client.read(readOf('p'), TOKEN, within()),
          status === 307 ? 'store-unavailable' : 'address-refused',
        );
        assert.equal(error.message, `GET p: ${first.address} ${status === 307 ? STANDBY_SAYS : SAYS}`);
        assert.equal(second.connections, 0);
      });

  it('takes neither a login nor the upkeep of a token away', async () => {
    first.behaviour = redirectTo(`${second.address}/v1/x`);
    const client = await openFrom();
    const login = { mount: 'kubernetes', role: 'app', jwt: TOKEN };
    const signal = within();
    await rejectsWith(client.login(login, signal), 'store-unavailable', /^login at auth\/kubernetes as role "app": /);
    await rejectsWith(client.renew(TOKEN, signal), 'store-unavailable');
    await rejectsWith(client.revoke(TOKEN, signal), 'store-unavailable');
    assert.equal(second.connections, 0);
  });

  it('is followed within the origin, and not out of the path that the address has', async () => {
    first.behaviour = inTurn(redirectTo('/vault/v1/q'), answer(200, { data: {} }));
    const client = await openFrom('/vault');
    await client.read(readOf('p'), TOKEN, within());
    assert.deepEqual(
      first.requests.map(({ url }) => url),
      ['/vault/v1/p', '/vault/v1/q'],
    );
    for (const location of ['/v1/q', '/vault/v1/../../other', '/vault/v1/%2e%2e/%2e%2e/other', '/vault-2/v1/q', '//']) {
      first.behaviour = redirectTo(location);
      await rejectsWith(
        client.read(readOf('p'), TOKEN, within()),
        /^\/\/$/.test(location) ? 'store-malformed-response' : 'address-refused',
      );
    }
    assert.equal(first.requests.length, 7);
  });

  it("is followed where the class names the operator's own address", async () => {
    first.behaviour = redirectTo(`${second.address}/v1/p`);
    const client = await openFrom('/', { own: first.address });
    await client.read(readOf('p'), TOKEN, within());
    assert.equal(second.requests.length, 1);
  });
});

describe("a redirect from the operator's address", () => {
  let first: FaultyStore;
  let second: FaultyStore;
  const read = (policy = {}) =>
    openClient(first.address, { policy, isFromClass: false }).then((d) => d.read(readOf('p'), TOKEN, within()));

  beforeEach(async () => {
    first = await startFaultyStore();
    second = await startFaultyStore();
  });
  afterEach(() => Promise.all([first.stop(), second.stop()]));

  for (const status of [301, 302, 307, 308])
    it(`${status} takes a GET to another store, once, with its token`, async () => {
      first.behaviour = redirectTo(`${second.address}/v1/p?x=1`, status);
      await read();
      const [request] = second.requests;
      assert.equal(request?.url, '/v1/p?x=1');
      assert.equal(request?.headers['x-vault-token'], TOKEN.reveal());
      assert.equal(request?.headers.host, `127.0.0.1:${second.port}`);
    });

  for (const status of [301, 302])
    it(`${status} is not followed by a write`, async () => {
      first.behaviour = redirectTo(second.address, status);
      const client = await openClient(first.address, { isFromClass: false });
      await rejectsWith(
        client.read(readOf('p', { method: 'PUT', body: '{}' }), TOKEN, within()),
        'store-malformed-response',
      );
      assert.equal(second.requests.length, 0);
    });

  it('is followed once, not twice', async () => {
    first.behaviour = inTurn(redirectTo('/v1/q'), redirectTo('/v1/r'), answer(200, { data: {} }));
    await rejectsWith(
      read(),
      'store-malformed-response',
      `GET p: ${first.address} redirects a second time; check that the address is the store's own, and the store's api_addr`,
    );
    assert.equal(first.requests.length, 2);
  });

  it('says who sent the request to an address that nobody wrote, however that fails', async () => {
    const endpoint = `http://127.0.0.1:${second.port} (where ${first.address} sent the request)`;
    first.behaviour = redirectTo(`${second.address}/v1/p`);
    second.behaviour = (_request, response) => void response.socket?.destroy();
    await rejectsWith(
      read(),
      'store-connection-reset',
      `GET p: ${endpoint} broke the connection off before its answer was complete`,
    );
    second.behaviour = redirectTo('/v1/q');
    await rejectsWith(
      read(),
      'store-malformed-response',
      new RegExp(`^GET p: ${endpoint.replace(/[()]/g, '.')} redirects a second`),
    );
    second.behaviour = () => {};
    const client = await openClient(first.address, { isFromClass: false });
    await rejectsWith(
      client.read(readOf('p'), TOKEN, AbortSignal.timeout(300)),
      'store-timeout',
      `GET p: ${endpoint} did not answer in time: connected and sent, but no answer came`,
    );
    await second.stop();
    await rejectsWith(
      read(),
      'store-unreachable',
      `GET p: ${endpoint} refuses connections; if it was the leader, its store elects another; if it runs, correct its api_addr`,
    );
    first.behaviour = redirectTo(`https://127.0.0.1:${first.port}/v1/p`);
    await rejectsWith(read(), 'store-tls', / \(where .* sent the request\): it does not speak TLS; /);
  });

  it('to a metadata address is refused', async () => {
    first.behaviour = redirectTo('http://169.254.169.254/latest');
    await rejectsWith(
      read(),
      'address-refused',
      `GET p: redirected by ${first.address}: store address http://169.254.169.254: it is a link-local or cloud metadata address; the node's operator can allow it: --allow-store-address=http://169.254.169.254:80`,
    );
  });

  it('to an address that is not listed is refused where only listed ones are allowed', async () => {
    first.behaviour = redirectTo(second.address);
    const policy = { addresses: 'listed', allowed: [first.address] };
    await rejectsWith(
      read(policy),
      'store-unavailable',
      /: a redirect names it and only listed addresses are allowed; /,
    );
    await read({ ...policy, allowed: [first.address, second.address] });
    assert.equal(second.requests.length, 1);
    const below = { ...policy, allowed: [first.address, `${second.address}/vault`] };
    await rejectsWith(read(below), 'store-unavailable');
    first.behaviour = redirectTo(`${second.address}/vault/v1/p`);
    await read(below);
    assert.equal(second.requests.length, 2);
  });

  it('to a name that means a metadata address is refused', async () => {
    first.behaviour = redirectTo('http://inside.example/v1/p');
    const { resolve } = resolvingTo('169.254.169.254');
    const client = await openClient(first.address, { resolve, isFromClass: false });
    await rejectsWith(
      client.read(readOf('p'), TOKEN, within()),
      'address-refused',
      `GET p: http://inside.example (where ${first.address} sent the request): inside.example resolves to a link-local or cloud metadata address; allow it by the provider's --allow-store-address if that is meant`,
    );
  });

  it('to the name of a metadata service is refused', async () => {
    first.behaviour = redirectTo('http://metadata.google.internal/v1/p');
    await rejectsWith(
      read(),
      'address-refused',
      new RegExp(
        `^GET p: redirected by ${first.address}: store address http://metadata.google.internal: it is a link-`,
      ),
    );
  });

  for (const location of ['ftp://a', 'http://a:b@c/', 'http://['])
    it(`to ${location} is refused`, async () => {
      first.behaviour = redirectTo(location);
      await rejectsWith(read(), 'store-malformed-response', /redirects to something that is not an address/);
    });

  it('keeps to its socket where it names no host', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'secretmount-'));
    const agent = await startFaultyStore({
      socketPath: join(folder, 'agent.sock'),
      behaviour: inTurn(redirectTo('/v1/q'), answer(200, { data: {} })),
    });
    const client = await createStores().open(settingsOf(agent.address, { isFromClass: false }));
    await client.read(readOf('p'), TOKEN, within());
    assert.deepEqual(
      agent.requests.map(({ url, headers }) => [url, headers.host]),
      [
        ['/v1/p', 'localhost'],
        ['/v1/q', 'localhost'],
      ],
    );
    await agent.stop();
    await rm(folder, { recursive: true });
  });
});

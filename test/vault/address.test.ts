// Which addresses a door may lead to, whatever form they are written in and wherever they come from.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MountError } from '../../src/errors.ts';
import { originKey, parseAddress, storeKey } from '../../src/vault/address.ts';
import { AddressRules, isBlocked } from '../../src/vault/address-rules.ts';
import { HostLookup } from '../../src/vault/host-lookup.ts';
import { answer, type FaultyStore, inTurn, redirectTo, startFaultyStore } from '../harness/faulty-store.ts';
import { createStores, openDoor, readOf, rejectsWith, resolvingTo, settingsOf, TOKEN, within } from './door-fixture.ts';

describe('an address', () => {
  const parts: readonly [string, string, string][] = [
    ['https://vault', 'https://vault:443', ''],
    ['https://VAULT.example:8200', 'https://vault.example:8200', ''],
    ['http://127.0.0.1:8200/a/b', 'http://127.0.0.1:8200', '/a/b'],
    ['http://[::1]:8200', 'http://[::1]:8200', ''],
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
    ['vault:8200', 'store address "vault:8200": it does not start with https://, http:// or unix://'],
    ['', 'store address "": it is not a URL; write it like https://vault.example.com:8200'],
    ['https://', 'store address "https://": it is not a URL; write it like https://vault.example.com:8200'],
    ['ftp://vault', 'store address "ftp://vault": it does not start with https://, http:// or unix://'],
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
      await rejectsWith(openDoor(text), 'address-refused', message);
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
    'http://[::169.254.169.254]',
    'https://[fe80::1]:8200',
    'http://[fd00:ec2::254]',
    'http://[fd20:ce::254]',
    'http://100.100.100.200',
    'http://192.0.0.192',
    'http://168.63.129.16',
    'http://metadata.google.internal',
    'http://METADATA.google.internal./x',
  ];
  for (const address of METADATA)
    it(`refuse ${address} from a class, take it from the operator and where it is listed`, async () => {
      const { origin } = parseAddress(address);
      await rejectsWith(
        openDoor(address),
        'address-refused',
        `store address ${address}: it is a link-local or cloud metadata address; the node's operator can allow it: --allow-store-address=${origin}`,
      );
      await openDoor(address, { isFromClass: false });
      await openDoor(address, { policy: { allowed: [origin] } });
    });

  for (const ip of ['10.0.0.1', '127.0.0.1', '::1', 'fd00::1', '169.253.1.1', '::ffff:10.0.0.1', '64:ff9b::a00:1'])
    it(`do not block ${ip}`, () => assert.equal(isBlocked(ip), false));

  it('with `listed`, take from a class only what has the origin of a listed address', async () => {
    const policy = { addresses: 'listed', allowed: ['https://vault.example/', 'unix:///run/a.sock'] } as const;
    await openDoor('https://vault.example:443/with/a/path', { policy });
    await openDoor('unix:///run/a.sock', { policy });
    await openDoor('https://other.example', { policy, isFromClass: false });
    for (const address of [
      'https://vault.example:8200',
      'http://vault.example:443',
      'https://vault.example.evil',
      'unix:///run/b.sock',
    ])
      await rejectsWith(openDoor(address, { policy }), 'address-refused');
    await rejectsWith(
      openDoor('https://other.example', { policy }),
      'address-refused',
      "store address https://other.example: the class names it and only listed addresses are allowed; the node's operator can allow it: --allow-store-address=https://other.example:443",
    );
  });

  it('take a Unix socket from a class only where it is listed', async () => {
    await rejectsWith(openDoor('unix:///run/a.sock'), 'address-refused', /it is a Unix socket of the node; /);
    await openDoor('unix:///run/a.sock', { isFromClass: false });
  });

  it('are not made from a list with something else in it', () => {
    assert.throws(() => new AddressRules({ addresses: 'any', allowed: ['vault'] }), MountError);
  });
});

describe('a name', () => {
  const look = (names: HostLookup, kind: 'open' | 'guarded', all = true) =>
    new Promise((resolve) => names[kind]('vault.example', { all }, (error, found) => resolve(error ?? found)));

  it('that means a metadata address is refused when the connection is made, also beside a good one', async () => {
    const names = new HostLookup(resolvingTo('10.0.0.1', '169.254.169.254').resolve);
    const error = await look(names, 'guarded');
    assert.ok(error instanceof MountError);
    assert.equal(
      error.message,
      "vault.example resolves to a link-local or cloud metadata address; allow it by the provider's --allow-store-address if that is meant",
    );
    assert.ok(Array.isArray(await look(names, 'open')));
  });

  it('that is looked up many times at once is looked up once', async () => {
    const { resolve, asked } = resolvingTo('10.0.0.1');
    const names = new HostLookup(resolve);
    const found = await Promise.all([look(names, 'guarded'), look(names, 'open'), look(names, 'open', false)]);
    assert.deepEqual(found, [[{ address: '10.0.0.1', family: 4 }], [{ address: '10.0.0.1', family: 4 }], '10.0.0.1']);
    assert.equal(asked.length, 1);
    await look(names, 'open');
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
      const door = await openDoor('http://vault.example:1', { resolve, isFromClass, policy });
      const reading = door.read(readOf('p'), TOKEN, within(100));
      const error = await reading.catch((thrown: unknown) => thrown);
      assert.ok(error instanceof MountError);
      assert.equal(error.reason === 'address-refused', whose === "a class's", error.message);
    });
});

describe('a redirect', () => {
  let first: FaultyStore;
  let second: FaultyStore;
  const read = (policy = {}) =>
    openDoor(first.address, { policy }).then((d) => d.read(readOf('p'), TOKEN, within(2_000)));

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
      const door = await openDoor(first.address);
      await rejectsWith(door.read(readOf('p', { method: 'PUT', body: '{}' }), TOKEN, within(2_000)), 'store-garbled');
      assert.equal(second.requests.length, 0);
    });

  it('is followed once, not twice', async () => {
    first.behaviour = inTurn(redirectTo('/v1/q'), redirectTo('/v1/r'), answer(200, { data: {} }));
    await rejectsWith(
      read(),
      'store-garbled',
      `GET p: ${first.address} redirects a second time; check that the address is the store's own, and the store's api_addr`,
    );
    assert.equal(first.requests.length, 2);
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
    await rejectsWith(read(policy), 'address-refused', /: a redirect names it and only listed addresses are allowed; /);
    await read({ ...policy, allowed: [first.address, second.address] });
    assert.equal(second.requests.length, 1);
  });

  it('to a name that means a metadata address is refused', async () => {
    first.behaviour = redirectTo('http://inside.example/v1/p');
    const { resolve } = resolvingTo('169.254.169.254');
    const door = await openDoor(first.address, { resolve });
    await rejectsWith(
      door.read(readOf('p'), TOKEN, within(2_000)),
      'address-refused',
      "GET p: inside.example resolves to a link-local or cloud metadata address; allow it by the provider's --allow-store-address if that is meant",
    );
  });

  for (const location of ['ftp://a', 'http://a:b@c/', 'http://['])
    it(`to ${location} is refused`, async () => {
      first.behaviour = redirectTo(location);
      await rejectsWith(read(), 'store-garbled', /redirects to something that is no address/);
    });

  it('keeps to its socket where it names no host', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'secretmount-'));
    const agent = await startFaultyStore({
      socketPath: join(folder, 'agent.sock'),
      behaviour: inTurn(redirectTo('/v1/q'), answer(200, { data: {} })),
    });
    const door = await createStores().open(settingsOf(agent.address, { isFromClass: false }));
    await door.read(readOf('p'), TOKEN, within(2_000));
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

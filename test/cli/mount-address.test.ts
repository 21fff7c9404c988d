// Where `secretmount mount` sends a store token: to the person's own store, and to a store of the class only if they
// name it. A class may be anybody's.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mountCommand } from '../../src/cli/mount/mount-command.ts';
import { override, readOverrides } from '../../src/cli/mount/overrides.ts';
import { classYaml } from './mount-world.ts';

const OBJECT = '- { objectName: file, secretPath: secret/data/x, secretKey: k }';

describe('a store token given to secretmount mount', () => {
  let folder: string;
  let store: Server;
  let address: string;
  let tokens: unknown[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'secretmount-address-'));
    tokens = [];
    store = createServer((request, response) => {
      tokens.push(request.headers['x-vault-token']);
      response.setHeader('content-type', 'application/json');
      response.end('{"data":{"k":"value"}}');
    });
    await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(store.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function mount(
    flags: Readonly<Record<string, string>>,
    named = address,
  ): Promise<{ code: number; err: string }> {
    const file = join(folder, 'class.yaml');
    writeFileSync(file, classYaml('pr', OBJECT).replace('roleName', `vaultAddress: ${named}\n    roleName`));
    const given = { out: join(folder, 'out'), 'allow-disk': 'true', ...flags };
    let err = '';
    const keep = (text: string) => {
      err += text;
    };
    const code = await mountCommand(
      { words: [file], flags: new Map(Object.entries(given).map(([name, value]) => [name, [value]])) },
      { VAULT_TOKEN: 'token-of-the-person' },
      { out: () => {}, err: keep, isTerminal: false },
      new AbortController().signal,
    );
    return { code, err };
  }

  it('is waited for with a word after three seconds, which says for how long', async () => {
    store.removeAllListeners('request');
    const flags = { 'vault-addr': address, 'mount-timeout': '4s' };
    const { code, err } = await mount(flags);
    assert.equal(code, 1);
    assert.match(
      err,
      /^secretmount: still waiting; it fails after 4 s \(--mount-timeout\)\nsecretmount: .*\[[a-z-]+\]\n$/,
    );
  });

  it('is not sent to a store that only the class names', async () => {
    for (const flags of [{ 'vault-addr': 'https://vault.corp.example:8200' }, { 'vault-addr': 'http://127.0.0.1:1' }]) {
      const { code, err } = await mount(flags);
      assert.equal(code, 1);
      assert.match(
        err,
        /a store token is sent only to the store of --vault-addr \(VAULT_ADDR\) and to listed addresses/,
      );
      assert.ok(err.includes(`--allow-store-address=${address}`), err);
    }
    assert.deepEqual(tokens, []);
    assert.equal(existsSync(join(folder, 'out')), false);
  });

  for (const [whose, flags] of [
    ['is the one of --vault-addr', () => ({ 'vault-addr': address })],
    [
      'is named by --allow-store-address',
      () => ({ 'vault-addr': 'https://vault.corp.example:8200', 'allow-store-address': address }),
    ],
  ] as const)
    it(`is sent to the store of the class where it ${whose}`, async () => {
      const { code, err } = await mount(flags());
      assert.equal(code, 0, err);
      assert.deepEqual(tokens, ['token-of-the-person']);
      assert.equal(readFileSync(join(folder, 'out', 'file'), 'utf8'), 'value');
    });

  for (const flags of [
    { override: 'vaultAddress=ADDRESS' },
    { override: 'openbaoAddress=ADDRESS' },
    { override: 'vaultAddress=', 'vault-addr': 'ADDRESS' },
  ])
    it(`is sent to the store of ${JSON.stringify(flags)}, and not to the class's`, async () => {
      const given = Object.entries(flags).map(([name, value]) => [name, value.replace('ADDRESS', address)]);
      const { code, err } = await mount(Object.fromEntries(given), 'https://vault.vault.svc:8200');
      assert.equal(code, 0, err);
      assert.deepEqual(tokens, ['token-of-the-person']);
    });

  it('may have its CA certificates in a file beside the person', () => {
    const overrides = readOverrides(['vaultCACertPath=ca.pem', 'baoTLSClientKeyPath=/k', 'vaultNamespace=']);
    const parameters = new Map([
      ['openbaoCACertPath', '/etc/ca.pem'],
      ['vaultNamespace', 'team'],
      ['roleName', 'app'],
    ]);
    assert.deepEqual(Object.fromEntries(override(parameters, overrides)), {
      roleName: 'app',
      vaultCACertPath: join(process.cwd(), 'ca.pem'),
      vaultTLSClientKeyPath: '/k',
    });
  });

  for (const [text, said] of [
    ['vaultAdress=x', '--override does not take "vaultAdress"; did you mean vaultAddress?'],
    ['objects=x', /^--override does not take "objects"; it takes vaultAddress, vaultNamespace, /],
    ['vaultconstructor=x', /^--override does not take "vaultconstructor"; /],
    ['vaultAddress=10.0.0.1:8200', /^--override vaultAddress: store address "10\.0\.0\.1:8200": it is not a URL; /],
    ['vaultAddress', '--override vaultAddress has no value; write --override vaultAddress=VALUE'],
  ] as const)
    it(`is sent nowhere with --override ${text}`, async () => {
      await assert.rejects(mount({ override: text }), { name: 'UsageError', message: said });
      assert.deepEqual(tokens, []);
    });
});

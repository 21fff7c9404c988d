// The store contract against a real OpenBao or Vault, and what no fake shows.

import assert from 'node:assert/strict';
import diagnostics from 'node:diagnostics_channel';
import { JsonNumber } from '../../src/json.ts';
import type { StoreSettings } from '../../src/plan/plan.ts';
import { Secret } from '../../src/secret.ts';
import { createAuthority } from '../harness/certificates.ts';
import { parsed } from '../harness/json.ts';
import { type LeasedEngine, type LoginMethod, type OpenBao, startOpenBao } from '../harness/openbao.ts';
import { createStores, readOf, rejectsWith, settingsOf, within } from './client-fixture.ts';
import { type ContractStore, storeContract } from './store-contract.ts';

const READER = `
path "*" { capabilities = ["read", "list", "create", "update", "patch"] }
path "secret/data/forbidden" { capabilities = ["deny"] }
`;

const HTTP2_REQUEST = 'http2.client.stream.created';
const authority = createAuthority('Test CA');

let bao: OpenBao;
let kubernetes: LoginMethod;
let leased: LeasedEngine;

async function start(): Promise<ContractStore> {
  bao = await startOpenBao({ tls: authority.issue({ names: ['127.0.0.1'] }) });
  await bao.addPolicy('reader', READER);
  const jwt = await bao.enableJwt();
  await jwt.addRole('reader', { policies: ['reader'] });
  kubernetes = await bao.enableKubernetes();
  await kubernetes.addRole('reader', { policies: ['reader'] });
  await bao.enablePki();
  leased = await bao.enableLeased();
  await bao.enableKv('plain', 1);
  await bao.request('PUT', 'plain/app', {
    text: 'grüße, 世界 🎉',
    big: JSON.rawJSON('12345678901234567890'),
    decimal: JSON.rawJSON('1.10'),
    nested: { a: [1, null, true] },
    empty: '',
  });
  for (const n of ['one', 'two']) await bao.request('PUT', 'secret/data/app', { data: { n } });
  for (const key of ['a', 'b']) await bao.request('PUT', `secret/data/list/${key}`, { data: { key } });
  await bao.request('PUT', 'secret/data/gone', { data: { n: 'gone' } });
  await bao.request('DELETE', 'secret/data/gone');
  const team = bao.hasNamespaces ? await startTeam() : undefined;
  return {
    stores: createStores(),
    settings: settingsOf(bao.address),
    mount: 'jwt',
    jwt: (claims) => jwt.mintJwt(claims),
    reads: {
      plain: readOf('plain/app'),
      versioned: readOf('secret/data/app'),
      first: readOf('secret/data/app', { query: 'version=1' }),
      deleted: readOf('secret/data/gone'),
      list: readOf('secret/metadata/list', { method: 'LIST' }),
      missing: readOf('secret/data/missing'),
      nowhere: readOf('nowhere/app'),
      forbidden: readOf('secret/data/forbidden'),
      issue: readOf('pki/issue/web', { method: 'POST', body: '{"common_name":"app.example.com"}' }),
      refused: readOf('pki/issue/web', { method: 'POST', body: '{"common_name":"app.elsewhere.test"}' }),
      leased: readOf(leased.path),
    },
    namespaced: team && {
      settings: settingsOf(bao.address, { namespace: 'team' }),
      read: readOf('kv/data/app'),
      jwt: () => team.mintJwt(),
    },
  };
}

/** The same store, reached over TLS, where it offers HTTP/2. */
function overHttp2({ settings, namespaced, ...rest }: ContractStore): ContractStore {
  const { tlsAddress = '' } = bao;
  const over = ({ namespace }: StoreSettings) =>
    settingsOf(tlsAddress, { namespace, tls: { caPem: authority.certPem }, isFromClass: false });
  const team = namespaced && { ...namespaced, settings: over(namespaced.settings) };
  return { ...rest, stores: createStores(), settings: over(settings), namespaced: team };
}

async function startTeam(): Promise<LoginMethod> {
  await bao.addNamespace('team');
  await bao.addPolicy('reader', READER, 'team');
  await bao.enableKv('kv', 2, 'team');
  await bao.request('PUT', 'kv/data/app', { data: { who: 'team' } }, { namespace: 'team' });
  const jwt = await bao.enableJwt({ namespace: 'team' });
  await jwt.addRole('reader', { policies: ['reader'] });
  return jwt;
}

describe('the real store', function () {
  this.timeout(120_000); // the first run on a machine fetches it
  let contract: ContractStore;
  let http2Requests = 0;
  const onRequest = () => {
    http2Requests += 1;
  };
  before(async () => {
    diagnostics.subscribe(HTTP2_REQUEST, onRequest);
    contract = await start();
  });
  after(() => {
    diagnostics.unsubscribe(HTTP2_REQUEST, onRequest);
    return bao.stop();
  });

  storeContract('the real store', () => contract);
  storeContract('the real store over HTTP/2', () => overHttp2(contract));
  describe('beyond the contract', () => {
    it('was asked over HTTP/2 in the second round', () => assert.ok(http2Requests > 20, String(http2Requests)));
    beyondTheContract();
  });
});

function beyondTheContract(): void {
  const root = () => new Secret(bao.rootToken);
  const open = () => createStores().open(settingsOf(bao.address));

  it('proves the account by a kubernetes login', async () => {
    const client = await open();
    const jwt = new Secret(kubernetes.mintJwt({ namespace: 'shop', account: 'web' }));
    const grant = await client.login({ mount: 'kubernetes', role: 'reader', jwt }, within());
    assert.deepEqual([grant.proves, grant.account], ['account', 'shop/web']);
  });

  it('grants a batch token that says so, and refuses to renew or revoke it', async () => {
    await kubernetes.addRole('batch', { fields: { token_type: 'batch' } });
    await kubernetes.addRole('once', { fields: { token_num_uses: 2 } });
    const client = await open();
    const login = (role: string) =>
      client.login({ mount: 'kubernetes', role, jwt: new Secret(kubernetes.mintJwt()) }, within());
    const batch = await login('batch');
    assert.equal(batch.isBatch, true);
    assert.equal(batch.isRenewable, false);
    await rejectsWith(client.renew(batch.token, within()), 'request-refused');
    assert.equal((await login('once')).uses, 2);
  });

  it('serves a path with a double slash', async () => {
    const client = await open();
    const answer = await client.read(readOf('secret//data/app'), root(), within());
    assert.match(JSON.stringify(parsed(answer.body.reveal())['data']), /"n":"two"/);
  });

  it('serves names that must be encoded', async () => {
    const name = "a b?c#d%2Fe&é:@'";
    await bao.request('PUT', `secret/data/${encodeURIComponent(name)}`, { data: { odd: 'yes' } });
    const answer = await (await open()).read(readOf(`secret/data/${name}`), root(), within());
    assert.match(JSON.stringify(parsed(answer.body.reveal())['data']), /"odd":"yes"/);
  });

  it('writes with PATCH', async () => {
    const client = await open();
    await bao.request('PUT', 'secret/data/patched', { data: { a: '1', b: '2' } });
    const patch = readOf('secret/data/patched', { method: 'PATCH', body: '{"data":{"b":"3"}}' });
    const answer = await client.read(patch, root(), within());
    assert.equal(String(dataField(parsed(answer.body.reveal()), 'version')), '2');
  });

  it('is told apart when KV version 2 is read without data/', async () => {
    await rejectsWith(
      (await open()).read(readOf('secret/app/db'), root(), within()),
      'path-missing',
      'GET secret/app/db: there is nothing at this path (404); KV version 2 has data/ after the mount',
    );
  });

  it('answers a write without data with an error that says what to do', async () => {
    await rejectsWith(
      (await open()).read(readOf('plain/written', { method: 'PUT', body: '{"a":"b"}' }), root(), within()),
      'request-refused',
      'PUT plain/written: the store carried it out and answered without data, so there is nothing to mount; use a path that answers with data',
    );
  });

  it('is sealed in so many words', async () => {
    await bao.request('PUT', 'sys/seal');
    await rejectsWith(
      (await open()).read(readOf('secret/data/app'), root(), within()),
      'store-sealed',
      `GET secret/data/app: ${bao.address} is sealed (503: Vault is sealed); unseal it`,
    );
  });
}

function dataField(body: { readonly [key: string]: unknown }, field: string): unknown {
  const value = (body['data'] as Record<string, unknown>)[field];
  return value instanceof JsonNumber ? value.text : value;
}

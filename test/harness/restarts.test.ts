// What chaos stops and starts is itself afterwards: a store with its tokens and leases, a database with its users.
import assert from 'node:assert/strict';
import { type DurableStore, startDurableStore } from './durable-store.ts';
import { type Postgres, startPostgres } from './postgres.ts';

describe('a durable store', () => {
  let store: DurableStore;

  before(async () => {
    store = await startDurableStore();
    await store.request('POST', 'secret/data/a', { data: { key: 'kept' } });
  });
  after(() => store.stop());

  const isKept = async (token: string) => {
    const { data } = await store.request('GET', 'secret/data/a', undefined, { token });
    assert.equal(data.data.key, 'kept');
  };

  it('refuses requests while it is sealed, and has its tokens afterwards', async () => {
    const { auth } = await store.request('POST', 'auth/token/create', { policies: ['root'] });
    await store.seal();
    await assert.rejects(isKept(auth.client_token), /: 503 .*Vault is sealed/);
    await store.unseal();
    await isKept(auth.client_token);
  });

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    it(`has its tokens after ${signal} and a start`, async () => {
      const { auth } = await store.request('POST', 'auth/token/create', { policies: ['root'] });
      await store.end(signal);
      await assert.rejects(isKept(auth.client_token), /fetch failed/);
      await store.startAgain();
      await isKept(auth.client_token);
    });
  }
});

describe('a halted PostgreSQL', () => {
  let postgres: Postgres;

  before(async () => {
    postgres = await startPostgres();
  });
  after(() => postgres.stop());

  for (const how of ['INT', 'QUIT'] as const) {
    it(`has its users after ${how} and a start`, async () => {
      await postgres.query(`create role "user-${how}"`);
      await postgres.halt(how);
      await assert.rejects(postgres.query('select 1'), /Connection refused/);
      await postgres.resume();
      const sql = `select rolname from pg_roles where rolname = 'user-${how}'`;
      assert.deepEqual(await postgres.query(sql), [`user-${how}`]);
    });
  }

  it('ends while it is halted', async () => {
    await postgres.halt('INT');
    await postgres.stop();
  });
});

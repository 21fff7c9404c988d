// Which leases count as left in the store: those that nobody has revoked. A store that could not revoke one, as its
// database was away, tries on by itself, for minutes.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DurableStore, startDurableStore } from '../harness/durable-store.ts';
import { type Postgres, startPostgres } from '../harness/postgres.ts';
import { enableDatabase } from './database.ts';
import { leasesOf } from './leases.ts';

const PATH = 'database/creds/renewed';
/** Well before it ends by itself. */
const WITHIN_MS = 5_000;

describe('the leases of a store', () => {
  let store: DurableStore;
  let postgres: Postgres;

  before(async () => {
    [store, postgres] = await Promise.all([startDurableStore('/dev/shm'), startPostgres()]);
    await enableDatabase(store, postgres);
  });
  after(() => Promise.all([store.stop(), postgres.stop()]));

  it('are none if it has none', async () => {
    assert.deepEqual(await leasesOf(store, [PATH]), []);
  });

  it('are those that are good', async () => {
    const { lease_id: leaseId } = await store.request('GET', PATH);
    assert.deepEqual(await leasesOf(store, [PATH]), [leaseId]);
    await store.request('PUT', 'sys/leases/revoke', { lease_id: leaseId, sync: true });
    assert.deepEqual(await leasesOf(store, [PATH]), []);
  });

  it('are not those that went with their token while their database was away, though the store still has them', async () => {
    const { client_token: token } = (await store.request('POST', 'auth/token/create', { policies: ['root'] })).auth;
    const { lease_id: leaseId } = await store.request('GET', PATH, undefined, { token });
    await postgres.halt('INT');
    await store.request('POST', 'auth/token/revoke', { token });
    for (const until = Date.now() + WITHIN_MS; Date.now() < until; await sleep(20))
      if ((await leasesOf(store, [PATH])).length === 0) break;
    const { data } = await store.request('PUT', 'sys/leases/lookup', { lease_id: leaseId });
    assert.ok(data.ttl <= 0, `it is good for another ${data.ttl} s`);
    assert.deepEqual(await leasesOf(store, [PATH]), []);
  });
});

// The database is down while a lease is to be renewed: the store says 400 then, as of a lease that it does not know.
import assert from 'node:assert/strict';
import { type LeaseWorld, loginOf, makeWorld, newestLogin, renewalsOf, until } from './world.ts';

const TTL_MS = 10_000;
/** The engine writes an end in whole seconds. */
const ROUNDING_MS = 1_500;

describe('a user whose database is down at its renewal', function () {
  this.timeout(90_000);
  let world: LeaseWorld;

  before(async () => {
    world = await makeWorld();
  });
  after(async () => {
    await world.endDaemons();
    await Promise.all([world.bao.stop(), world.postgres.stop()]);
  });

  it('stays, and is renewed when the database is back', async () => {
    const role = await world.databaseRole('down', `${TTL_MS / 1000}s`, '1h');
    const store = await world.store();
    const driver = (await world.daemon([], store.address)).driver();
    // A path's first lease is found on the login that pods share.
    await driver.mount(world.wish(role.objects(), { pod: 'scout' }));
    const wish = world.wish(role.objects());
    const { user } = loginOf(await driver.mount(wish));
    const validUntil = await role.validUntil(user);
    const token = newestLogin(store, role);

    await world.postgres.halt('QUIT');
    await until('a renewal that fails', async () => renewalsOf(token, store.answered) > 0);
    assert.equal(loginOf(await driver.mount(wish)).user, user);
    await world.postgres.resume();
    await until('one that does not', async () => (await role.validUntil(user)) > validUntil + ROUNDING_MS);
    assert.equal(loginOf(await driver.mount(wish)).user, user);
    assert.deepEqual(await world.postgres.query('select 1', loginOf(await driver.mount(wish))), ['1']);
  });
});

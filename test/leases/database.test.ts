// Database users over polls, with a real store and a real PostgreSQL, by a login that has the `default` policy and may
// read. Lives are seconds, so what takes days elsewhere is seen here in full. Every story waits for most of its time,
// so all of them go on at once, each with a daemon and a role of its own. A busy machine makes anything later and
// nothing earlier: a time is only ever compared with one that it must not come before.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Driver, MountAnswer, MountWish } from '../harness/driver.ts';
import { reset } from '../harness/faulty-store.ts';
import type { PostgresLogin } from '../harness/postgres.ts';
import {
  type DatabaseRole,
  fileOf,
  type LeaseWorld,
  leaseWorld,
  loginOf,
  newestLogin,
  renewalsOf,
  tellTales,
  until,
  type WatchedStore,
} from './world.ts';

/** A renewal comes between 60 and 80 % of it: at least two seconds are left for a busy machine. */
const TTL_MS = 10_000;
const OVERLAP_MS = 1_000;
const POLL_MS = 250;
/** Timers and a store that counts in whole seconds. */
const ROUNDING_MS = 1_000;

describe('a database user', () => {
  let world: LeaseWorld;

  before(async () => {
    world = await leaseWorld();
  });
  after(() => world.endDaemons());

  const logsIn = async (login: PostgresLogin) => {
    assert.deepEqual(await world.postgres.query('select current_user', login), [login.user]);
  };

  interface Story {
    readonly role: DatabaseRole;
    readonly store: WatchedStore;
    readonly driver: Driver;
    readonly wish: MountWish;
  }

  /** A pod of a path that is known to give leases: the first answer of a path is read by the login its pod shares. */
  const begin = async (name: string, ttlMs = TTL_MS, maxTtl = '1h'): Promise<Story & { scout: PostgresLogin }> => {
    const role = await world.databaseRole(name, `${ttlMs / 1000}s`, maxTtl);
    const store = await world.store();
    const driver = (await world.daemon([`--lease-overlap=${OVERLAP_MS}ms`], store.address)).driver();
    const scout = loginOf(await driver.mount(world.wish(role.objects(), { pod: 'scout' })));
    return { role, store, driver, wish: world.wish(role.objects(), { pod: name }), scout };
  };

  tellTales({
    async 'is one over twenty polls, with one lease that is renewed, and its files stay the same'() {
      const role = await world.databaseRole('steady', `${TTL_MS / 1000}s`, '1h');
      const driver = (await world.daemon()).driver();
      const wish = world.wish(role.objects(), { pod: 'steady' });
      const first = await driver.mount(wish);
      const { user } = loginOf(first);
      const validUntil = await role.validUntil(user);
      let polls = 0;
      const isRenewed = async () => (await role.validUntil(user)) >= validUntil + 0.6 * TTL_MS - ROUNDING_MS;
      await until('it is renewed', async () => {
        await sleep(POLL_MS);
        assert.deepEqual(await driver.mount(wish), first);
        assert.deepEqual(await role.users(), [user]);
        assert.equal((await role.leases()).length, 1);
        polls += 1;
        return polls >= 20 && (await isRenewed());
      });
      await logsIn(loginOf(first));
    },

    async 'makes way for another before its max_ttl, in one swap, and goes after the overlap'() {
      // The second renewal, at 1.2 to 1.6 times the TTL, gets less than it asks for.
      const { role, store, driver, wish } = await begin('short', TTL_MS, `${(2 * TTL_MS) / 1000}s`);
      const before = loginOf(await driver.mount(wish));
      const token = newestLogin(store, role);
      const session = await world.postgres.open(before);
      const validUntil = await role.validUntil(before.user);

      let polledAt = 0;
      const after = await until('another user', async () => {
        await sleep(POLL_MS);
        polledAt = performance.now();
        const login = loginOf(await driver.mount(wish));
        await logsIn(login);
        if (login.user !== before.user) return login;
        assert.equal(login.password, before.password);
        return undefined;
      });
      assert.notEqual(after.password, before.password);
      assert.ok((await role.validUntil(before.user)) > validUntil, 'it was renewed before it was replaced');
      await logsIn(before);
      assert.deepEqual(await session.query('select current_user'), [before.user]);

      await until('the old one is gone', async () => !(await role.users()).includes(before.user));
      // Before its end, and no sooner than an overlap after the poll that brought the other one.
      const backAt = store.revokedAt.get(token) ?? 0;
      assert.ok(backAt >= polledAt + OVERLAP_MS, `revoked ${backAt - polledAt} ms after the swap`);
      assert.deepEqual(await session.query('select 1'), ['1']);
      session.close();
      await logsIn(after);
    },

    async 'is one for ten pods that share it, and ten for ten that do not'() {
      const { role, driver, scout } = await begin('many', 60_000);
      const mountTen = (objects: string, name: string) => {
        const pods = Array.from({ length: 10 }, (_, index) => world.wish(objects, { pod: `${name}-${index}` }));
        return Promise.all(pods.map((wish) => driver.mount(wish).then(loginOf)));
      };
      const usersOf = (logins: readonly PostgresLogin[]) => [...new Set(logins.map(({ user }) => user))].sort();

      const own = await mountTen(role.objects(), 'own');
      assert.deepEqual(await role.users(), [...usersOf(own), scout.user].sort());
      assert.equal(usersOf(own).length, 10);

      const sharing = role.objects('share: serviceAccount');
      const shared = [...(await mountTen(sharing, 'sharing')), ...(await mountTen(sharing, 'sharing'))];
      assert.equal(usersOf(shared).length, 1);
      assert.equal((await role.users()).length, 12);
      for (const login of [...own.slice(0, 2), ...shared.slice(0, 1)]) await logsIn(login);
    },

    async 'stays when the provider is stopped, and goes at the end of its lease'() {
      const role = await world.databaseRole('left', `${TTL_MS / 1000}s`, '1h');
      const daemon = await world.daemon();
      const wish = world.wish(role.objects(), { pod: 'left' });
      await daemon.driver().mount(world.wish(role.objects(), { pod: 'scout' }));
      const askedAt = performance.now();
      const login = loginOf(await daemon.driver().mount(wish));
      assert.equal(await daemon.stop('SIGTERM'), 0);

      const next = loginOf(await (await world.daemon()).driver().mount(wish));
      assert.notEqual(next.user, login.user);
      await until('the old one is gone', async () => {
        const users = await role.users();
        return !users.includes(login.user);
      });
      const goneAfterMs = performance.now() - askedAt;
      assert.ok(goneAfterMs >= TTL_MS - ROUNDING_MS, `gone after ${goneAfterMs} ms`);
    },

    async 'that was ended behind our back is replaced by a working one'() {
      const { role, store, driver, wish } = await begin('ended');
      const before = loginOf(await driver.mount(wish));
      const token = newestLogin(store, role);
      await role.revokeAll();
      assert.deepEqual(await role.users(), []);
      // It is found out by the next renewal, well before the end that was promised: then few polls bring another.
      await until('its renewal', async () => renewalsOf(token, store.answered) > 0);
      let after = before;
      for (let poll = 0; poll < 10 && after.user === before.user; poll += 1) {
        await sleep(50);
        after = loginOf(await driver.mount(wish));
      }
      assert.notEqual(after.user, before.user);
      await logsIn(after);
    },

    async 'lives on where the store is cut off at its renewal and back in time'() {
      const { role, store, driver, wish } = await begin('cut');
      const before = await driver.mount(wish);
      const { user } = loginOf(before);
      const validUntil = await role.validUntil(user);
      const token = newestLogin(store, role);
      const tried = renewalsOf(token, store.requests);
      store.behaviour = reset;
      await until('a renewal that fails', async () => {
        await sleep(POLL_MS);
        assert.deepEqual(await driver.mount(wish), before);
        return renewalsOf(token, store.requests) > tried;
      });
      store.behaviour = store.pass;
      await until('a renewal that does not', async () => (await role.validUntil(user)) > validUntil + ROUNDING_MS);
      assert.deepEqual(await driver.mount(wish), before);
      await logsIn(loginOf(before));
    },

    async 'is served to its end and not beyond while the store is cut off, and another comes when it is back'() {
      const { store, driver, wish } = await begin('gone');
      const askedAt = performance.now();
      const before = await driver.mount(wish);
      const answeredAt = performance.now();
      store.behaviour = reset;
      const served: MountAnswer[] = [];
      await until('the end', async () => {
        await sleep(POLL_MS);
        const sentAt = performance.now();
        const answer = await driver.mount(wish).catch(() => undefined);
        if (answer !== undefined) served.push(answer);
        const isBeforeEnd = performance.now() < askedAt + TTL_MS - ROUNDING_MS;
        const isAfterEnd = sentAt > answeredAt + TTL_MS;
        if (isBeforeEnd) assert.deepEqual(answer, before);
        if (isAfterEnd) assert.equal(answer, undefined, `answered ${sentAt - answeredAt} ms after it was issued`);
        return isAfterEnd;
      });
      assert.ok(served.length > 0);
      store.behaviour = store.pass;
      const after = loginOf(await until('the store is back', async () => driver.mount(wish).catch(() => undefined)));
      assert.notEqual(after.user, fileOf(before, 'user'));
      await logsIn(after);
    },
  });
});

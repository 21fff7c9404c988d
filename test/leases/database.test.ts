// Database users over polls, with a real store and a real PostgreSQL, by a login that has the `default` policy and may
// read. Lives are seconds, so what takes days elsewhere is seen here in full.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Driver, MountAnswer, MountWish } from '../harness/driver.ts';
import { type FaultyStore, reset, startFaultyStore } from '../harness/faulty-store.ts';
import type { PostgresLogin, PostgresSession } from '../harness/postgres.ts';
import { type DatabaseRole, fileOf, type LeaseWorld, leaseWorld, loginOf, passTo, until } from './world.ts';

const TTL_MS = 4_000;
const OVERLAP_MS = 1_000;
/** Twice a lease: the second renewal, after 7.2 to 9.6 s, gets less than it asks for, and the overlap still fits in. */
const MAX_TTL_MS = 12_000;
/** For a look at PostgreSQL, a login there, and the store's own work at the end of a lease. */
const SLACK_MS = 1_500;
const POLL_MS = 250;

describe('a database user', () => {
  let world: LeaseWorld;
  let session: PostgresSession | undefined;

  before(async () => {
    world = await leaseWorld();
  });
  afterEach(async () => {
    session?.close();
    await world.endDaemons();
  });

  const logsIn = async (login: PostgresLogin) => {
    assert.deepEqual(await world.postgres.query('select current_user', login), [login.user]);
  };
  const start = async () => (await world.daemon([`--lease-overlap=${OVERLAP_MS}ms`])).driver();

  /** A pod of a path that is known to give leases: the first answer of a path is read by the login its pod shares. */
  const startKnown = async (role: DatabaseRole) => {
    const driver = await start();
    const scout = loginOf(await driver.mount(world.wish(role.objects(), { pod: 'scout' })));
    return { driver, scout };
  };

  it('is one over twenty polls, with one lease that is renewed, and its files stay the same', async () => {
    const role = await world.databaseRole('steady', '4s', '1h');
    const driver = await start();
    const wish = world.wish(role.objects(), { pod: 'steady' });
    const first = await driver.mount(wish);
    const { user } = loginOf(first);
    const validUntil = await role.validUntil(user);
    for (let poll = 0; poll < 20; poll += 1) {
      await sleep(1.5 * (TTL_MS / 20));
      assert.deepEqual(await driver.mount(wish), first);
      assert.deepEqual(await role.users(), [user]);
      assert.equal((await role.leases()).length, 1);
    }
    assert.ok((await role.validUntil(user)) >= validUntil + 0.6 * TTL_MS, 'it was not renewed');
    await logsIn(loginOf(first));
  });

  it('makes way for another before its max_ttl, in one swap, and goes after the overlap', async () => {
    const role = await world.databaseRole('short', '6s', '12s');
    const { driver } = await startKnown(role);
    const wish = world.wish(role.objects(), { pod: 'short' });
    const before = loginOf(await driver.mount(wish));
    session = await world.postgres.open(before);
    const madeAt = Date.now();

    const { login: after, gapMs } = await swapped(driver, wish, before);
    const swappedAt = Date.now();
    assert.ok(swappedAt - madeAt > MAX_TTL_MS / 2, 'it was replaced, not renewed');
    assert.ok(swappedAt - madeAt < MAX_TTL_MS - OVERLAP_MS, `replaced after ${swappedAt - madeAt} ms`);
    assert.notEqual(after.password, before.password);
    await logsIn(after);
    await logsIn(before);
    assert.deepEqual(await session.query('select current_user'), [before.user]);

    await until('the old one is gone', OVERLAP_MS + SLACK_MS, async () =>
      (await role.users()).includes(before.user) ? undefined : true,
    );
    const goneAfterMs = Date.now() - swappedAt;
    assert.ok(goneAfterMs > OVERLAP_MS - gapMs, `gone ${goneAfterMs} ms after the swap`);
    assert.deepEqual(await session.query('select 1'), ['1']);
    await logsIn(after);
  });

  it('is one for ten pods that share it, and ten for ten that do not', async () => {
    const role = await world.databaseRole('many', '1m', '1h');
    const { driver, scout } = await startKnown(role);
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
  });

  it('stays when the provider is stopped, and goes at the end of its lease', async () => {
    const role = await world.databaseRole('left', '4s', '1h');
    const daemon = await world.daemon();
    const wish = world.wish(role.objects(), { pod: 'left' });
    await daemon.driver().mount(world.wish(role.objects(), { pod: 'scout' }));
    const login = loginOf(await daemon.driver().mount(wish));
    const madeAt = Date.now();
    assert.equal(await daemon.stop('SIGTERM'), 0);
    await logsIn(login);

    const next = loginOf(await (await start()).mount(wish));
    assert.notEqual(next.user, login.user);
    await sleep(madeAt + TTL_MS - SLACK_MS - Date.now());
    await logsIn(login);
    await until('the old one is gone', 2 * SLACK_MS, async () =>
      (await role.users()).includes(login.user) ? undefined : true,
    );
  });

  it('that was ended behind our back is replaced by a working one', async () => {
    const role = await world.databaseRole('ended', '6s', '1h');
    const { driver } = await startKnown(role);
    const wish = world.wish(role.objects(), { pod: 'ended' });
    const before = loginOf(await driver.mount(wish));
    await role.revokeAll();
    assert.deepEqual(await role.users(), []);
    // It is found out by the next renewal, well before the end that was promised.
    const after = await until('another user', 0.95 * 6_000, async () => {
      const login = loginOf(await driver.mount(wish));
      return login.user === before.user ? undefined : login;
    });
    await logsIn(after);
  });

  describe('while the store is cut off', () => {
    let store: FaultyStore;
    let driver: Driver;
    let role: DatabaseRole;
    let wish: MountWish;
    let before: MountAnswer;

    const cut = async (ms: number, meanwhile: () => Promise<unknown>) => {
      store.behaviour = reset;
      const end = Date.now() + ms;
      while (Date.now() < end) {
        await meanwhile();
        await sleep(POLL_MS);
      }
      store.behaviour = passTo(world.bao.address);
    };
    const renewals = () => store.requests.filter(({ url }) => url.endsWith('/sys/leases/renew')).length;

    beforeEach(async () => {
      store = await startFaultyStore({ behaviour: passTo(world.bao.address) });
      driver = (await world.daemon([], store.address)).driver();
      role = await world.databaseRole('cut', '6s', '1h');
      await driver.mount(world.wish(role.objects(), { pod: 'scout' }));
      wish = world.wish(role.objects(), { pod: 'cut' });
      before = await driver.mount(wish);
    });
    afterEach(() => store.stop());

    it('at its renewal lives on when the store is back in time', async () => {
      const { user } = loginOf(before);
      await sleep(0.5 * 6_000);
      const tried = renewals();
      await cut(0.32 * 6_000, async () => assert.deepEqual(await driver.mount(wish), before));
      assert.ok(renewals() > tried, 'no renewal fell into the cut');
      await sleep(0.5 * 6_000);
      assert.ok((await role.users()).includes(user));
      assert.deepEqual(await driver.mount(wish), before);
      await logsIn(loginOf(before));
    });

    it('serves to its end and not beyond, and another comes when the store is back', async () => {
      const answeredAt = Date.now();
      const answers: { readonly atMs: number; readonly answer: MountAnswer | undefined }[] = [];
      await cut(6_000 + SLACK_MS, async () => {
        const answer = await driver.mount(wish).catch(() => undefined);
        answers.push({ atMs: Date.now() - answeredAt, answer });
      });
      for (const { atMs, answer } of answers) {
        if (atMs < 6_000 - SLACK_MS) assert.deepEqual(answer, before);
        if (atMs > 6_000 + POLL_MS) assert.equal(answer, undefined, `answered after ${atMs} ms`);
      }
      const after = loginOf(await driver.mount(wish));
      assert.notEqual(after.user, fileOf(before, 'user'));
      await logsIn(after);
    });
  });

  /** Polls until a pair that is not `before` arrives; each pair on the way must be whole. */
  async function swapped(driver: Driver, wish: MountWish, before: PostgresLogin) {
    let polledAt = Date.now();
    return until('another user', MAX_TTL_MS, async () => {
      const gapMs = Date.now() - polledAt;
      polledAt = Date.now();
      const login = loginOf(await driver.mount(wish));
      await logsIn(login);
      if (login.user !== before.user) return { login, gapMs };
      assert.equal(login.password, before.password);
      return undefined;
    });
  }
});

// What pods share and what they never share, counted at the real store.
import assert from 'node:assert/strict';
import type { Daemon } from '../harness/daemon.ts';
import type { MountAnswer } from '../harness/driver.ts';
import { objects, type SocketWorld, socketWorld } from './world.ts';

describe('pods that mount at once', () => {
  let world: SocketWorld;
  let daemon: Daemon;
  before(async () => {
    world = await socketWorld();
  });
  beforeEach(async () => {
    daemon = await world.daemon();
  });
  afterEach(() => world.endDaemons());

  const requests = async (operation: string) => {
    const { text } = await daemon.http('/metrics');
    const match = new RegExp(`secretmount_store_requests_total\\{operation="${operation}",outcome="ok"\\} (\\d+)`).exec(
      text,
    );
    return Number(match?.[1] ?? 0);
  };
  const pods = (count: number) => Array.from({ length: count }, (_, index) => `pod-${index}`);
  const textOf = ({ files }: MountAnswer) => files.map(({ contents }) => contents.toString()).join();

  it('get ten leases where ten of one account read a leased path', async () => {
    const driver = daemon.driver();
    const before = world.leased.users.size;
    const wishes = pods(10).map((pod) => world.kubernetesWish(objects(`user ${world.leased.path} username`), { pod }));
    const answers = await Promise.all(wishes.map((wish) => driver.mount(wish)));
    assert.equal(new Set(answers.map(textOf)).size, 10);
    assert.equal(world.leased.users.size - before, 10);
  });

  it('cost one login and one read where fifty of one account read a KV path by the kubernetes login', async () => {
    const driver = daemon.driver();
    const wishes = pods(50).map((pod) => world.kubernetesWish(objects('pw secret/data/app password'), { pod }));
    const answers = await Promise.all(wishes.map((wish) => driver.mount(wish)));
    assert.deepEqual(new Set(answers.map(textOf)), new Set(['s3cret-value']));
    assert.equal(await requests('login'), 1);
    assert.ok((await requests('read')) <= 2, `${await requests('read')} reads`);
  });

  it('cost the same by a jwt login where the class says sessionScope: serviceAccount', async () => {
    const driver = daemon.driver();
    const parameters = { sessionScope: 'serviceAccount' };
    const wishes = pods(50).map((pod) => world.wish(objects('pw secret/data/app password'), { pod, parameters }));
    await Promise.all(wishes.map((wish) => driver.mount(wish)));
    assert.equal(await requests('login'), 1);
    assert.ok((await requests('read')) <= 2);
  });

  it('log in one by one by a jwt login where the class does not say so', async () => {
    const driver = daemon.driver();
    const wishes = pods(10).map((pod) => world.wish(objects('pw secret/data/app password'), { pod }));
    await Promise.all(wishes.map((wish) => driver.mount(wish)));
    assert.equal(await requests('login'), 10);
  });

  it('take both parts of a credential from one answer', async () => {
    const wish = world.kubernetesWish(
      objects(`user ${world.leased.path} username`, `pw ${world.leased.path} password`),
    );
    const before = world.leased.users.size;
    await daemon.driver().mount(wish);
    assert.equal(world.leased.users.size - before, 1);
  });

  it('have their logins revoked when the daemon stops', async () => {
    const driver = daemon.driver();
    const accessors = async () => (await world.bao.request('LIST', 'auth/token/accessors')).data.keys.length as number;
    const before = await accessors();
    await driver.mount(world.kubernetesWish(objects('pw secret/data/app password')));
    assert.equal(await accessors(), before + 1);
    assert.equal(await daemon.stop('SIGTERM'), 0);
    assert.equal(await accessors(), before);
  });
});

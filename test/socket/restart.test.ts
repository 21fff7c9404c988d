// A provider that ends and another that resumes what it had, on a real tmpfs, at the real store.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Daemon, startDaemon } from '../harness/daemon.ts';
import type { MountAnswer } from '../harness/driver.ts';
import { startProxy } from '../harness/faulty-store.ts';
import { objects, type SocketWorld, socketWorld } from './world.ts';

describe('a restart with a state folder', () => {
  let world: SocketWorld;
  let folder: string;
  let users = 0;
  beforeEach(async () => {
    world = await socketWorld();
    folder = mkdtempSync('/dev/shm/secretmount-state-');
    users = world.leased.users.size;
  });
  afterEach(async () => {
    await world.endDaemons();
    rmSync(folder, { recursive: true });
  });

  const start = (...args: readonly string[]) =>
    world.daemon({ args: [`--state-dir=${folder}`, '--poll-window=0', ...args] });
  const textOf = ({ files }: MountAnswer) => files.map(({ contents }) => contents.toString()).join();
  /** The store may still count as down for some polls. */
  const untilFiles = async (count: number, poll: () => Promise<MountAnswer>): Promise<MountAnswer> => {
    for (;;) {
      const answer = await poll();
      if (answer.files.length === count) return answer;
      await sleep(100);
    }
  };
  const count = async (daemon: Daemon, operation: string) => {
    const { text } = await daemon.http('/metrics');
    const match = new RegExp(`secretmount_store_requests_total\\{operation="${operation}",outcome="ok"\\} (\\d+)`).exec(
      text,
    );
    return Number(match?.[1] ?? 0);
  };

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    it(`by ${signal} costs no login and no user: all pods go on with what they had`, async () => {
      const all = objects(
        `user ${world.leased.path} username`,
        `password ${world.leased.path} password`,
        'app secret/data/app password',
      );
      const wishes = ['one', 'two', 'three'].map((pod) => world.kubernetesWish(all, { pod: `${pod}-${signal}` }));
      const first = await start();
      const before = await Promise.all(wishes.map((wish) => first.driver().mount(wish)));
      // The first lease of a path takes the login it was found on: by now the others have one again.
      for (const wish of wishes) await first.driver().mount(wish);
      assert.equal(world.leased.users.size - users, 3);
      await first.stop(signal);

      const second = await start();
      const after = await Promise.all(wishes.map((wish) => second.driver().mount(wish)));
      assert.deepEqual(after.map(textOf), before.map(textOf));
      assert.equal(await count(second, 'login'), 0);
      assert.equal(world.leased.users.size - users, 3);
    });
  }

  it('leaves the last answers to stand in while the store is down', async () => {
    const proxy = await startProxy({ target: world.bao.address });
    const wish = world.kubernetesWish(objects('app secret/data/app password'), { pod: 'outage' });
    const first = await start(`--vault-addr=${proxy.address}`);
    const before = await first.driver().mount(wish);
    await first.stop('SIGKILL');
    await proxy.stop();

    const second = await start(`--vault-addr=${proxy.address}`);
    assert.equal(textOf(await second.driver().mount(wish)), textOf(before));
    assert.equal(
      (await second.untilLogged((line) => line['msg'] === 'mounted, in part from an earlier answer'))['isFirst'],
      false,
    );
    const another = world.kubernetesWish(objects('app secret/data/app password'), { pod: 'never-seen' });
    await assert.rejects(second.driver().mount(another), /store-unreachable/);
  });

  it('leaves what was not there absent while the store is down', async () => {
    const proxy = await startProxy({ target: world.bao.address });
    const there = objects('app secret/data/app password');
    const wish = world.kubernetesWish(
      `${there}- {objectName: may-be, secretPath: secret/data/restart-absent, optional: true}`,
      { pod: 'outage-absent' },
    );
    const first = await start(`--vault-addr=${proxy.address}`);
    const before = await first.driver().mount(wish);
    assert.deepEqual(
      before.files.map(({ path }) => path),
      ['app'],
    );
    proxy.isDown = true;
    assert.deepEqual(await first.driver().mount(wish), before);
    await first.stop('SIGKILL');

    const second = await start(`--vault-addr=${proxy.address}`);
    assert.deepEqual(await second.driver().mount(wish), before);
    proxy.isDown = false;
    await world.write('restart-absent', { k: 'v' });
    const { files } = await untilFiles(2, () => second.driver().mount(wish));
    assert.deepEqual(files.map(({ path }) => path).sort(), ['app', 'may-be']);
    await proxy.stop();
  });

  it('costs only what a damaged record held', async () => {
    const wish = world.kubernetesWish(objects(`user ${world.leased.path} username`), { pod: 'damaged' });
    const first = await start();
    const before = await first.driver().mount(wish);
    await first.stop('SIGKILL');
    for (const name of readdirSync(join(folder, 'v1/lease')))
      writeFileSync(join(folder, 'v1/lease', name), 'half a rec');

    const second = await start();
    const after = await second.driver().mount(wish);
    assert.notEqual(textOf(after), textOf(before));
    await second.untilLogged((line) => /damaged/.test(String(line['msg'])));
    assert.equal(textOf(await second.driver().mount(wish)), textOf(after));
  });

  it('waits for the process before it, and then goes on', async () => {
    const first = await start();
    const second = startDaemon({ args: [`--vault-addr=${world.bao.address}`, `--state-dir=${folder}`] });
    await first.stop('SIGTERM');
    await (await second).stop('SIGTERM');
  });

  it('that waits for the process before it is stopped like any other', async () => {
    await start();
    const waiting = new Daemon({ args: [`--state-dir=${folder}`] });
    await waiting.untilLogged(({ msg }) => String(msg).includes('another process'));
    assert.equal(await waiting.stop('SIGTERM'), 0);
  });

  it('holds nothing in plain sight: the folder is closed to others', async () => {
    await (await start())
      .driver()
      .mount(world.kubernetesWish(objects('app secret/data/app password'), { pod: 'mode' }));
    assert.equal(statSync(join(folder, 'v1')).mode & 0o777, 0o700);
    for (const name of readdirSync(join(folder, 'v1/session')))
      assert.equal(statSync(join(folder, 'v1/session', name)).mode & 0o777, 0o600);
  });
});

// A provider that ends and another that goes on with what it had, on a real tmpfs, at the real store.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Daemon } from '../harness/daemon.ts';
import type { MountAnswer } from '../harness/driver.ts';
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
});

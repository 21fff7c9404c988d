// A credential over polls, with a real store and a broker that keeps the users it was told of.
import assert from 'node:assert/strict';
import type { Daemon } from '../harness/daemon.ts';
import type { MountAnswer } from '../harness/driver.ts';
import { objects, type SocketWorld, socketWorld } from './world.ts';

describe('a leased credential', () => {
  let world: SocketWorld;
  let daemon: Daemon;
  let before = 0;
  const made = () => world.leased.users.size - before;
  const textOf = ({ files }: MountAnswer) => files.map(({ contents }) => contents.toString()).join();
  const both = () => objects(`user ${world.leased.path} username`, `password ${world.leased.path} password`);

  beforeEach(async () => {
    world = await socketWorld();
    daemon = await world.daemon({ args: ['--poll-window=0'] });
    before = world.leased.users.size;
  });
  afterEach(() => world.endDaemons());

  it('is one user over twenty polls, and both parts belong to it', async () => {
    const driver = daemon.driver();
    const wish = world.kubernetesWish(both(), { pod: 'keeper' });
    const first = await driver.mount(wish);
    for (let poll = 0; poll < 20; poll += 1) assert.equal(textOf(await driver.mount(wish)), textOf(first));
    assert.equal(made(), 1);
  });

  it('is a user for each pod, also if its path was known before', async () => {
    const driver = daemon.driver();
    const wishes = Array.from({ length: 10 }, (_, index) => world.kubernetesWish(both(), { pod: `own-${index}` }));
    const answers = await Promise.all(wishes.map((wish) => driver.mount(wish)));
    assert.equal(new Set(answers.map(textOf)).size, 10);
    const again = await Promise.all(wishes.map((wish) => driver.mount(wish)));
    assert.deepEqual(again.map(textOf), answers.map(textOf));
    assert.equal(made(), 10);
  });

  it('is one user for all pods of an account where the class says share: serviceAccount', async () => {
    const driver = daemon.driver();
    const shared = both().replaceAll('  secretKey', '  share: serviceAccount\n  secretKey');
    const wishes = Array.from({ length: 10 }, (_, index) => world.kubernetesWish(shared, { pod: `shared-${index}` }));
    const answers = await Promise.all(wishes.map((wish) => driver.mount(wish)));
    assert.equal(new Set(answers.map(textOf)).size, 1);
    assert.equal(made(), 1);
  });

  it('is another one for another account, whatever the class says', async () => {
    const driver = daemon.driver();
    const shared = both().replaceAll('  secretKey', '  share: serviceAccount\n  secretKey');
    await world.kubernetes.addRole('app', { policies: ['app'] });
    const answers = await Promise.all(
      ['app', 'other'].map((account) => driver.mount(world.kubernetesWish(shared, { pod: 'p', account }))),
    );
    assert.equal(new Set(answers.map(textOf)).size, 2);
  });
});

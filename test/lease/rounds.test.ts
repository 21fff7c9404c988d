// Reads that are found to be needed while a mount is under way: answered as its first ones are.
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { ampleMemory } from '../harness/memory.ts';
import { makeObject, makeRead } from '../harness/plans.ts';
import { databaseUser, LeaseWorld } from './world.ts';

const HOUR_MS = 3_600_000;

describe('a second round of reads', () => {
  let world: LeaseWorld;
  beforeEach(() => {
    world = new LeaseWorld();
  });
  afterEach(() => world.close());

  const plain = [makeObject('password')];
  const paths = () => world.client.reads.map(({ read }) => read.path);

  it('is sent in parallel by the login of the first', async () => {
    let underWay = 0;
    let most = 0;
    const { onRead } = world.client;
    world.client.onRead = async (read, token) => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return onRead(read, token);
    };
    const later = [makeRead('secret/data/b'), makeRead('secret/data/c')];
    assert.deepEqual((await world.mount({ objects: plain, later })).errors, []);
    assert.deepEqual(paths(), ['secret/data/app', 'secret/data/b', 'secret/data/c']);
    assert.deepEqual([world.client.logins.length, most], [1, 2]);
  });

  it('shares what another pod of the account was just answered with', async () => {
    const later = [makeRead('secret/data/b')];
    await world.mount({ objects: plain, later });
    await world.mount({ pod: 'pod-b', objects: plain, later });
    assert.deepEqual(paths(), ['secret/data/app', 'secret/data/b']);
  });

  it('holds a lease that it finds, and answers the next poll from it', async () => {
    world.renewTo(HOUR_MS);
    const later = databaseUser().reads;
    await world.mount({ objects: plain, later });
    await world.clock.advance(120_000);
    assert.deepEqual((await world.mount({ objects: plain, later })).errors, []);
    assert.equal(world.issued, 1);
    assert.deepEqual(world.client.revoked, []);
  });
});

describe('the time of a lease', () => {
  it('counts as it is issued, and not at each poll', async () => {
    const world = new LeaseWorld();
    const memory = ampleMemory();
    const spend = mock.method(memory, 'spend');
    const spent = () => spend.mock.calls.map(({ arguments: [ms] }) => ms);
    await world.mount({ memory });
    const [first = 0] = spent();
    assert.ok(first > 0);
    await world.clock.advance(120_000);
    await world.mount({ memory });
    assert.equal(world.issued, 1);
    assert.equal(
      spent().reduce((sum, ms) => sum + ms),
      first,
    );
    world.close();
  });
});

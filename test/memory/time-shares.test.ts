// A namespace that keeps the process busy waits beside others, and for nobody where it is alone.
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import type { Fact } from '../../src/events.ts';
import { TimeShares } from '../../src/memory/time-shares.ts';

const BUSY_MS = 2_500;
const never = new AbortController().signal;

interface Entry {
  isOver: boolean;
  refusal: string | undefined;
}

/** Time goes on only if a test says so. */
class World {
  readonly facts: Fact[] = [];
  readonly shares: TimeShares;
  #now = 1_000;

  constructor(waitMs = 20_000) {
    this.shares = new TimeShares((fact) => this.facts.push(fact), waitMs);
    mock.timers.enable({ apis: ['setInterval'] });
    mock.method(performance, 'now', () => this.#now);
  }

  pass(ms: number): void {
    for (let left = ms; left > 0; left -= 50) {
      this.#now += 50;
      mock.timers.tick(50);
    }
  }

  /** Somebody else's pods come all the time. */
  passBeside(ms: number): void {
    for (let left = ms; left > 0; left -= 500) {
      assert.equal(this.shares.enter('victim', never), undefined);
      this.pass(500);
    }
  }

  enter(namespace: string, signal = never): Entry {
    const entry: Entry = { isOver: false, refusal: undefined };
    const wait = this.shares.enter(namespace, signal);
    if (wait === undefined) entry.isOver = true;
    else
      void wait.then(
        () => (entry.isOver = true),
        (thrown) => (entry.refusal = thrown.message),
      );
    return entry;
  }
}

describe("the shares of the process's time", () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => {
    mock.reset();
    mock.timers.reset();
  });

  async function isOver(entry: Entry): Promise<boolean> {
    await new Promise((resolve) => process.nextTick(resolve));
    return entry.isOver;
  }

  async function refusalOf(entry: Entry): Promise<string | undefined> {
    await new Promise((resolve) => process.nextTick(resolve));
    return entry.refusal;
  }

  it('hold nobody back that took little', () => {
    world.shares.spend('a', 1_900);
    world.enter('victim');
    assert.equal(world.shares.enter('a', never), undefined);
  });

  it('hold nobody back where no other is served', () => {
    world.enter('victim');
    world.shares.spend('a', BUSY_MS);
    world.pass(1_100);
    assert.equal(world.shares.enter('a', never), undefined);
  });

  it('let a busy namespace wait beside others, and refuse its mount after 20 s', async () => {
    world.shares.spend('a', 60_000);
    world.enter('victim');
    const entry = world.enter('a');
    world.passBeside(19_500);
    assert.equal(await refusalOf(entry), undefined);
    world.passBeside(1_000);
    assert.match((await refusalOf(entry)) ?? '', /^the mounts of its namespace .* went first for 20 s;/);
    assert.equal(await isOver(entry), false);
    assert.deepEqual(world.facts.at(-1), { type: 'mount-time', waiting: 0 });
  });

  it('refuse all that waited as long, and none that came later', async () => {
    world.shares.spend('a', 60_000);
    world.enter('victim');
    const early = Array.from({ length: 50 }, () => world.enter('a'));
    world.passBeside(10_000);
    const late = world.enter('a');
    world.passBeside(10_500);
    for (const entry of early) assert.match((await refusalOf(entry)) ?? '', /time of this node's provider/);
    assert.equal(await refusalOf(late), undefined);
  });

  it('let it wait no longer than the time of a mount allows', async () => {
    mock.reset();
    mock.timers.reset();
    world = new World(5_000);
    world.shares.spend('a', 60_000);
    world.enter('victim');
    const entry = world.enter('a');
    world.passBeside(4_500);
    assert.equal(await refusalOf(entry), undefined);
    world.passBeside(1_000);
    assert.match((await refusalOf(entry)) ?? '', /for 5 s;/);
    const [warning] = world.facts.filter(({ type }) => type === 'notice');
    assert.match(JSON.stringify(warning), /up to 5 s each/);
  });

  it('let it go on once it has rested', async () => {
    world.shares.spend('a', 2_100);
    world.enter('victim');
    const entry = world.enter('a');
    world.passBeside(3_000);
    assert.equal(await isOver(entry), false);
    world.passBeside(1_000);
    assert.equal(await isOver(entry), true);
  });

  it('end one after the other, as what each takes is known once it has begun', async () => {
    world.shares.spend('a', 2_010);
    world.enter('victim');
    const [first, second] = [world.enter('a'), world.enter('a')];
    world.passBeside(500);
    assert.deepEqual([await isOver(first), await isOver(second)], [true, false]);
    world.shares.spend('a', 100);
    world.passBeside(3_000);
    assert.equal(await isOver(second), false);
    world.passBeside(1_000);
    assert.equal(await isOver(second), true);
  });

  it('end for all at once when nobody else is served any longer', async () => {
    world.shares.spend('a', 60_000);
    world.enter('victim');
    const entries = Array.from({ length: 50 }, () => world.enter('a'));
    world.pass(1_500);
    for (const entry of entries) assert.equal(await isOver(entry), true);
  });

  it('hold back whoever took more, and only that one', () => {
    world.shares.spend('a', 2 * BUSY_MS);
    world.shares.spend('b', BUSY_MS);
    world.enter('a');
    assert.equal(world.shares.enter('b', never), undefined);
    assert.equal(world.shares.isHeldBack('a'), true);
    assert.equal(world.shares.isHeldBack('b'), false);
  });

  it('count the more the longer it takes in one go', () => {
    world.enter('victim');
    for (let i = 0; i < 30; i += 1) world.shares.spendAtOnce('many', 10);
    world.shares.spendAtOnce('one', 200);
    assert.equal(world.shares.isHeldBack('many'), false);
    assert.equal(world.shares.isHeldBack('one'), true);
  });

  it('are left by a mount whose time is over, and tell how many wait', async () => {
    world.shares.spend('a', 60_000);
    world.enter('victim');
    const stop = new AbortController();
    const wait = world.shares.enter('a', stop.signal);
    assert.deepEqual(world.facts.at(-1), { type: 'mount-time', waiting: 1 });
    stop.abort(new Error('over'));
    await assert.rejects(wait ?? Promise.resolve(), /over/);
    assert.deepEqual(world.facts.at(-1), { type: 'mount-time', waiting: 0 });
    const notices = world.facts.filter(({ type }) => type === 'notice');
    assert.equal(notices.length, 1);
  });
});

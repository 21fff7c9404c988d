// Who pays when a pot is full, and that nothing ends late because nobody asks.
import assert from 'node:assert/strict';
import { Pot } from '../src/pot.ts';
import { Sweeper } from '../src/sweeper.ts';
import { FakeClock } from './harness/fake-clock.ts';

describe('a pot', () => {
  let pot: Pot;
  beforeEach(() => {
    pot = new Pot(100);
  });
  const evict = (): string[] => {
    const gone: string[] = [];
    for (let over = pot.overflow(); over !== undefined; over = pot.overflow()) {
      gone.push(over);
      pot.delete(over);
    }
    return gone;
  };

  it('asks nobody for anything within its bound', () => {
    pot.put('a', 'team/app', 60);
    pot.put('b', 'team/app', 40);
    assert.equal(pot.overflow(), undefined);
  });

  it('costs the account that has the most its own oldest, however much older the others are', () => {
    for (let index = 0; index < 4; index += 1) pot.put(`v${index}`, 'victim/app', 5);
    for (let index = 0; index < 9; index += 1) pot.put(`e${index}`, 'evil/app', 20);
    assert.deepEqual(evict(), ['e0', 'e1', 'e2', 'e3', 'e4']);
    assert.deepEqual([pot.bytesOf('victim/app'), pot.bytesOf('evil/app'), pot.sizeBytes], [20, 80, 100]);
  });

  it('lets an account that has less than an equal share keep all of it, among however many', () => {
    pot.put('v', 'victim/app', 9);
    for (let index = 0; index < 50; index += 1) {
      pot.put(`e${index}`, `evil/app-${index % 10}`, 10);
      evict();
    }
    assert.equal(pot.sizeOf('v'), 9);
  });

  it('takes from who put something last, if two have the same', () => {
    pot.put('v', 'victim/app', 60);
    pot.put('e', 'evil/app', 60);
    assert.deepEqual(evict(), ['e']);
    pot.put('e', 'evil/app', 60);
    pot.put('v', 'victim/app', 60);
    assert.deepEqual(evict(), ['v']);
  });

  it('takes what has the lowest rank of an account, whatever its age', () => {
    pot.put('lease', 'team/app', 40, 1);
    pot.put('answer', 'team/app', 40, 0);
    pot.put('next lease', 'team/app', 40, 1);
    assert.deepEqual(evict(), ['answer']);
  });

  it('counts an entry that was put again once, and as the newest', () => {
    pot.put('a', 'team/app', 40);
    pot.put('b', 'team/app', 40);
    pot.put('a', 'team/app', 50);
    assert.equal(pot.sizeBytes, 90);
    pot.put('c', 'team/app', 20);
    assert.deepEqual(evict(), ['b']);
  });

  it('knows nothing of an account that has nothing left', () => {
    pot.put('a', 'team/app', 40);
    pot.delete('a');
    pot.delete('a');
    assert.deepEqual([pot.sizeBytes, pot.bytesOf('team/app'), pot.accountOf('a')], [0, 0, undefined]);
  });
});

describe('a sweeper', () => {
  let clock: FakeClock;
  let sweeps: number[];
  let nextAt: number;
  let sweeper: Sweeper;
  beforeEach(() => {
    clock = new FakeClock();
    sweeps = [];
    nextAt = Number.POSITIVE_INFINITY;
    sweeper = new Sweeper(clock, (now) => {
      sweeps.push(now);
      return nextAt;
    });
  });

  it('sweeps when the first of its entries ends, in whatever order they came', async () => {
    const start = clock.now();
    for (const ms of [50_000, 20_000, 90_000]) sweeper.endsAt(start + ms);
    await clock.advance(19_999);
    assert.deepEqual(sweeps, []);
    nextAt = start + 50_000;
    await clock.advance(31_000);
    assert.deepEqual(sweeps, [start + 20_000, start + 50_000]);
  });

  it('has no timer while nothing is to end', async () => {
    sweeper.endsAt(clock.now() + 5_000);
    await clock.advance(5_000);
    assert.deepEqual([sweeps.length, clock.sleepers], [1, 0]);
  });

  it('is not put off by entries that keep coming, however soon they end', async () => {
    for (let turn = 0; turn < 100; turn += 1) {
      sweeper.endsAt(clock.now() + 1);
      await clock.advance(100);
    }
    assert.ok(sweeps.length >= 9 && sweeps.length <= 10, `${sweeps.length} sweeps in 10 s`);
    assert.ok(clock.sleepers <= 1);
  });
});

// Large pieces of work one at a time, by turns of accounts, with a rest after each where somebody small is there.
import assert from 'node:assert/strict';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { MountError } from '../../src/errors.ts';
import { Turns, type TurnsOptions, type TurnTaker } from '../../src/memory/turns.ts';
import { useCpu } from './use-cpu.ts';

const MIB = 1024 * 1024;
const NEVER = Number.POSITIVE_INFINITY;
const PIECE_MS = 20;

function keepBusy(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; );
}

function make(options: Partial<TurnsOptions> = {}): Turns {
  const refusal = () => new MountError('time-share', 'held back');
  const defaults = { hasSmallMounts: () => false, spend: () => {}, isHeldBack: () => false, refusal };
  return new Turns({ ...defaults, ...options });
}

function mount(account: string, waitUntil = NEVER): TurnTaker {
  return { account, waitUntil, isOver: false, hasBegun: false };
}

describe('the turns of large pieces of work', () => {
  it('are not asked for where the work is small', () => {
    const turns = make({ hasSmallMounts: () => true });
    void turns.take(mount('a'), MIB);
    assert.equal(turns.take(mount('b'), 64 * 1024), undefined);
  });

  it('come one at a time, accounts in turn, each of them in its order', async () => {
    const turns = make();
    const order: string[] = [];
    let busy = 0;
    const work = async (account: string, name: string) => {
      await turns.take(mount(account), MIB);
      busy += 1;
      assert.equal(busy, 1);
      order.push(name);
      await Promise.resolve();
      busy -= 1;
    };
    await Promise.all([work('a', 'a1'), work('a', 'a2'), work('a', 'a3'), work('b', 'b1'), work('c', 'c1')]);
    assert.deepEqual(order, ['a1', 'a2', 'b1', 'c1', 'a3']);
  });

  it('leave as long as they took to whoever is small', async () => {
    const turns = make({ hasSmallMounts: () => true });
    let restedMs = Number.POSITIVE_INFINITY;
    let endedAt = 0;
    const work = async () => {
      await turns.take(mount('a'), MIB);
      if (endedAt > 0) restedMs = Math.min(restedMs, performance.now() - endedAt);
      keepBusy(PIECE_MS);
      endedAt = performance.now();
    };
    await Promise.all([work(), work(), work()]);
    assert.ok(restedMs >= PIECE_MS - 1, `a rest of ${restedMs} ms`);
  });

  it('do not rest for nobody', async () => {
    const turns = make();
    const startedAt = performance.now();
    const work = async () => {
      await turns.take(mount('a'), MIB);
      keepBusy(PIECE_MS);
    };
    await Promise.all(Array.from({ length: 10 }, work));
    const tookMs = performance.now() - startedAt;
    assert.ok(tookMs < 10 * PIECE_MS * 1.8, `${tookMs} ms`);
  });

  it('hold up nobody once they are over', async () => {
    const turns = make({ hasSmallMounts: () => true });
    await turns.take(mount('a'), MIB);
    await sleep(5);
    let isDone = false;
    void turns.take(mount('b'), MIB)?.then(() => {
      isDone = true;
    });
    await setImmediate();
    assert.ok(isDone);
  });

  it('count for a piece nothing that others do beside it', async () => {
    const spent: number[] = [];
    const turns = make({ hasSmallMounts: () => true, spend: (_account, ms) => spent.push(ms) });
    const turn = turns.take(mount('a'), MIB);
    keepBusy(PIECE_MS);
    await turn;
    setTimeout(() => keepBusy(PIECE_MS), 0);
    await sleep(2 * PIECE_MS);
    assert.equal(spent.length, 1);
    assert.ok((spent[0] ?? 0) < PIECE_MS / 2, `${spent} ms`);
  });

  it('say how long each piece kept the process busy', async () => {
    const spent: [string, number][] = [];
    const turns = make({ spend: (account, ms) => spent.push([account, ms]) });
    await turns.take(mount('a/b'), MIB);
    useCpu(PIECE_MS);
    await setImmediate();
    await setImmediate();
    const [account, ms = 0] = spent[0] ?? [];
    assert.equal(account, 'a/b');
    assert.ok(ms >= PIECE_MS - 1, `${ms} ms`);
  });

  it('do not come to a mount of a namespace that is held back, and others do not wait for it', async () => {
    let isHeldBack = true;
    const turns = make({ isHeldBack: (account) => isHeldBack && account === 'busy' });
    const order: string[] = [];
    const held = turns.take(mount('busy'), MIB)?.then(() => order.push('busy'));
    await turns.take(mount('other'), MIB)?.then(() => order.push('other'));
    assert.deepEqual(order, ['other']);
    isHeldBack = false;
    await held;
    assert.deepEqual(order, ['other', 'busy']);
  });

  it('come to a mount that has begun, also if its namespace is held back since', async () => {
    let isHeldBack = false;
    const turns = make({ isHeldBack: () => isHeldBack });
    const begun = mount('busy');
    await turns.take(begun, MIB);
    isHeldBack = true;
    let isServed = false;
    const before = turns.take(mount('busy'), MIB)?.then(() => (isServed = true));
    await turns.take(begun, MIB);
    assert.equal(isServed, false);
    isHeldBack = false;
    await before;
  });

  it('are refused to a mount that was held back for as long as it may wait', async () => {
    const turns = make({ isHeldBack: () => true });
    const waiting = turns.take(mount('busy'), MIB);
    const late = turns.take(mount('busy', performance.now() + 100), MIB);
    await assert.rejects(late ?? Promise.resolve(), { reason: 'time-share' });
    assert.equal(await Promise.race([waiting, setImmediate('it waits')]), 'it waits');
  });

  it('are refused to a mount that has ended while it was held back, soon', async () => {
    const turns = make({ isHeldBack: () => true });
    const ended = { ...mount('busy'), isOver: false };
    const waiting = turns.take(ended, MIB);
    assert.equal(await Promise.race([waiting, setImmediate('it waits')]), 'it waits');
    ended.isOver = true;
    await assert.rejects(Promise.race([waiting, sleep(2_000)]), { reason: 'time-share' });
  });
});

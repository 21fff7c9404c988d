// Large pieces of work one at a time, by turns of accounts, with a rest after each where somebody small is there.
import assert from 'node:assert/strict';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { Turns } from '../../src/memory/turns.ts';
import { useCpu } from './use-cpu.ts';

const MIB = 1024 * 1024;
const PIECE_MS = 20;

function keepBusy(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; );
}

describe('the turns of large pieces of work', () => {
  it('are not asked for where the work is small', () => {
    const turns = new Turns(
      () => true,
      () => {},
    );
    void turns.take('a', MIB);
    assert.equal(turns.take('b', 64 * 1024), undefined);
  });

  it('come one at a time, accounts in turn, each of them in its order', async () => {
    const turns = new Turns(
      () => false,
      () => {},
    );
    const order: string[] = [];
    let busy = 0;
    const work = async (account: string, name: string) => {
      await turns.take(account, MIB);
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
    const turns = new Turns(
      () => true,
      () => {},
    );
    let restedMs = Number.POSITIVE_INFINITY;
    let endedAt = 0;
    const work = async () => {
      await turns.take('a', MIB);
      if (endedAt > 0) restedMs = Math.min(restedMs, performance.now() - endedAt);
      keepBusy(PIECE_MS);
      endedAt = performance.now();
    };
    await Promise.all([work(), work(), work()]);
    assert.ok(restedMs >= PIECE_MS - 1, `a rest of ${restedMs} ms`);
  });

  it('do not rest for nobody', async () => {
    const turns = new Turns(
      () => false,
      () => {},
    );
    const startedAt = performance.now();
    const work = async () => {
      await turns.take('a', MIB);
      keepBusy(PIECE_MS);
    };
    await Promise.all(Array.from({ length: 10 }, work));
    const tookMs = performance.now() - startedAt;
    assert.ok(tookMs < 10 * PIECE_MS * 1.8, `${tookMs} ms`);
  });

  it('hold up nobody once they are over', async () => {
    const turns = new Turns(
      () => true,
      () => {},
    );
    await turns.take('a', MIB);
    await sleep(5);
    let isDone = false;
    void turns.take('b', MIB)?.then(() => {
      isDone = true;
    });
    await setImmediate();
    assert.ok(isDone);
  });

  it('count for a piece nothing that others do beside it', async () => {
    const spent: number[] = [];
    const turns = new Turns(
      () => true,
      (_account, ms) => spent.push(ms),
    );
    const turn = turns.take('a', MIB);
    keepBusy(PIECE_MS);
    await turn;
    setTimeout(() => keepBusy(PIECE_MS), 0);
    await sleep(2 * PIECE_MS);
    assert.equal(spent.length, 1);
    assert.ok((spent[0] ?? 0) < PIECE_MS / 2, `${spent} ms`);
  });

  it('say how long each piece kept the process busy', async () => {
    const spent: [string, number][] = [];
    const turns = new Turns(
      () => false,
      (account, ms) => spent.push([account, ms]),
    );
    await turns.take('a/b', MIB);
    useCpu(PIECE_MS);
    await setImmediate();
    await setImmediate();
    const [account, ms = 0] = spent[0] ?? [];
    assert.equal(account, 'a/b');
    assert.ok(ms >= PIECE_MS - 1, `${ms} ms`);
  });
});

import assert from 'node:assert/strict';
import { FairSemaphore } from '../../src/fetch/fair-semaphore.ts';
import type { Priority } from '../../src/request-options.ts';
import { settle } from '../harness/fake-clock.ts';

const never = new AbortController().signal;

const of = (account: string, key = account) => ({ key, account });

/** Fills all slots, queues the wishes, then frees one slot at a time: the order in which the wishes are served. */
async function serveOrder(limit: number, holder: string, wishes: readonly [string, Priority][]): Promise<string[]> {
  const semaphore = new FairSemaphore(() => limit);
  for (let i = 0; i < limit; i += 1) await semaphore.acquire(of(holder), 'first', never);
  const order: string[] = [];
  for (const [account, priority] of wishes) {
    semaphore.acquire(of(account), priority, never).then(
      () => {
        order.push(account);
        semaphore.release(account);
      },
      () => {},
    );
  }
  semaphore.release(holder);
  await settle();
  return order;
}

describe('slots', () => {
  it('serves first mounts before polls before renewals', async () => {
    const order = await serveOrder(1, 'x', [
      ['renewal', 'renewal'],
      ['poll', 'poll'],
      ['first', 'first'],
    ]);
    assert.deepEqual(order, ['first', 'poll', 'renewal']);
  });

  it('deals round robin over accounts, not by who asked most', async () => {
    const order = await serveOrder(1, 'x', [
      ['a', 'first'],
      ['a', 'first'],
      ['a', 'first'],
      ['b', 'first'],
      ['c', 'first'],
    ]);
    assert.deepEqual(order, ['a', 'b', 'c', 'a', 'a']);
  });

  it('deals round robin over the sessions of one account, which has one turn', async () => {
    const semaphore = new FairSemaphore(() => 1);
    await semaphore.acquire(of('x'), 'first', never);
    const order: string[] = [];
    const wishes = [of('a', 'a1'), of('a', 'a1'), of('a', 'a2'), of('b'), of('b')];
    for (const wish of wishes)
      void semaphore.acquire(wish, 'first', never).then(() => {
        order.push(wish.key);
        semaphore.release(wish.account);
      });
    semaphore.release('x');
    await settle();
    assert.deepEqual(order, ['a1', 'b', 'a2', 'b', 'a1']);
  });

  it('gives one account at most half while others wait, even a poll before its first mounts', async () => {
    const semaphore = new FairSemaphore(() => 4);
    const order: string[] = [];
    const take = (account: string, priority: Priority) =>
      semaphore.acquire(of(account), priority, never).then(() => order.push(account));
    const blockers = ['w', 'x', 'y', 'z'];
    await Promise.all(blockers.map((account) => semaphore.acquire(of(account), 'first', never)));
    for (let wish = 0; wish < 4; wish += 1) void take('greedy', 'first');
    void take('modest', 'poll');
    for (const account of blockers) semaphore.release(account);
    await settle();
    assert.deepEqual(order, ['greedy', 'greedy', 'modest', 'greedy']);
  });

  it('keeps a quarter free for others from one account that asks for all', async () => {
    const semaphore = new FairSemaphore(() => 32);
    for (let wish = 0; wish < 100; wish += 1) void semaphore.acquire(of('greedy'), 'first', never);
    await settle();
    assert.deepEqual([semaphore.inUse, semaphore.waiting], [24, 76]);
    await Promise.all(Array.from({ length: 8 }, () => semaphore.acquire(of('modest'), 'poll', never)));
    assert.equal(semaphore.inUse, 32);
  });

  it('gives one account all of a few', async () => {
    const semaphore = new FairSemaphore(() => 3);
    await Promise.all([1, 2, 3].map(() => semaphore.acquire(of('only'), 'first', never)));
    assert.equal(semaphore.inUse, 3);
  });

  it('never has more in use than the limit', async () => {
    const semaphore = new FairSemaphore(() => 2);
    await semaphore.acquire(of('a'), 'first', never);
    semaphore.release('a');
    await Promise.all([semaphore.acquire(of('a'), 'first', never), semaphore.acquire(of('a'), 'first', never)]);
    let isServed = false;
    void semaphore.acquire(of('a'), 'first', never).then(() => {
      isServed = true;
    });
    await settle();
    assert.deepEqual([semaphore.inUse, semaphore.waiting, isServed], [2, 1, false]);
  });

  it('gives at once only what nobody waits for', async () => {
    const semaphore = new FairSemaphore(() => 1);
    assert.ok(semaphore.tryAcquire('a'));
    assert.ok(!semaphore.tryAcquire('b'));
    void semaphore.acquire(of('c'), 'poll', never);
    semaphore.release('a');
    assert.ok(!semaphore.tryAcquire('b'));
    semaphore.release('c');
    assert.ok(semaphore.isIdle);
    assert.ok(semaphore.tryAcquire('b'));
    assert.ok(!semaphore.isIdle);
  });

  it('lets go of a waiter whose signal aborts, and serves the next', async () => {
    const semaphore = new FairSemaphore(() => 1);
    await semaphore.acquire(of('a'), 'first', never);
    const controller = new AbortController();
    const gone = semaphore.acquire(of('b'), 'first', controller.signal);
    const next = semaphore.acquire(of('c'), 'first', never);
    controller.abort(new Error('enough'));
    await assert.rejects(gone, /enough/);
    semaphore.release('a');
    await next;
    assert.equal(semaphore.waiting, 0);
  });
});

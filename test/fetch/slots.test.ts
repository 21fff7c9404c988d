import assert from 'node:assert/strict';
import { Slots } from '../../src/fetch/slots.ts';
import type { Rank } from '../../src/request-options.ts';
import { settle } from '../harness/fake-clock.ts';

const never = new AbortController().signal;

const of = (account: string, key = account) => ({ key, account });

/** Fills all slots, queues the wishes, then frees one slot at a time: the order in which the wishes are served. */
async function serveOrder(limit: number, holder: string, wishes: readonly [string, Rank][]): Promise<string[]> {
  const slots = new Slots(() => limit);
  for (let i = 0; i < limit; i += 1) await slots.acquire(of(holder), 'first', never);
  const order: string[] = [];
  for (const [account, rank] of wishes) {
    slots.acquire(of(account), rank, never).then(
      () => {
        order.push(account);
        slots.release(account);
      },
      () => {},
    );
  }
  slots.release(holder);
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
    const slots = new Slots(() => 1);
    await slots.acquire(of('x'), 'first', never);
    const order: string[] = [];
    const wishes = [of('a', 'a1'), of('a', 'a1'), of('a', 'a2'), of('b'), of('b')];
    for (const wish of wishes)
      void slots.acquire(wish, 'first', never).then(() => {
        order.push(wish.key);
        slots.release(wish.account);
      });
    slots.release('x');
    await settle();
    assert.deepEqual(order, ['a1', 'b', 'a2', 'b', 'a1']);
  });

  it('gives one account at most half while others wait, even a poll before its first mounts', async () => {
    const slots = new Slots(() => 4);
    const order: string[] = [];
    const take = (account: string, rank: Rank) =>
      slots.acquire(of(account), rank, never).then(() => order.push(account));
    const blockers = ['w', 'x', 'y', 'z'];
    await Promise.all(blockers.map((account) => slots.acquire(of(account), 'first', never)));
    for (let wish = 0; wish < 4; wish += 1) void take('greedy', 'first');
    void take('modest', 'poll');
    for (const account of blockers) slots.release(account);
    await settle();
    assert.deepEqual(order, ['greedy', 'greedy', 'modest', 'greedy']);
  });

  it('keeps a quarter free for others from one account that asks for all', async () => {
    const slots = new Slots(() => 32);
    for (let wish = 0; wish < 100; wish += 1) void slots.acquire(of('greedy'), 'first', never);
    await settle();
    assert.deepEqual([slots.inUse, slots.waiting], [24, 76]);
    await Promise.all(Array.from({ length: 8 }, () => slots.acquire(of('modest'), 'poll', never)));
    assert.equal(slots.inUse, 32);
  });

  it('gives one account all of a few', async () => {
    const slots = new Slots(() => 3);
    await Promise.all([1, 2, 3].map(() => slots.acquire(of('only'), 'first', never)));
    assert.equal(slots.inUse, 3);
  });

  it('never has more in use than the limit', async () => {
    const slots = new Slots(() => 2);
    await slots.acquire(of('a'), 'first', never);
    slots.release('a');
    await Promise.all([slots.acquire(of('a'), 'first', never), slots.acquire(of('a'), 'first', never)]);
    let isServed = false;
    void slots.acquire(of('a'), 'first', never).then(() => {
      isServed = true;
    });
    await settle();
    assert.deepEqual([slots.inUse, slots.waiting, isServed], [2, 1, false]);
  });

  it('gives at once only what nobody waits for', async () => {
    const slots = new Slots(() => 1);
    assert.ok(slots.tryAcquire('a'));
    assert.ok(!slots.tryAcquire('b'));
    void slots.acquire(of('c'), 'poll', never);
    slots.release('a');
    assert.ok(!slots.tryAcquire('b'));
    slots.release('c');
    assert.ok(slots.isIdle);
    assert.ok(slots.tryAcquire('b'));
    assert.ok(!slots.isIdle);
  });

  it('lets go of a waiter whose signal aborts, and serves the next', async () => {
    const slots = new Slots(() => 1);
    await slots.acquire(of('a'), 'first', never);
    const controller = new AbortController();
    const gone = slots.acquire(of('b'), 'first', controller.signal);
    const next = slots.acquire(of('c'), 'first', never);
    controller.abort(new Error('enough'));
    await assert.rejects(gone, /enough/);
    slots.release('a');
    await next;
    assert.equal(slots.waiting, 0);
  });
});

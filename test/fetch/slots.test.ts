import assert from 'node:assert/strict';
import { type Rank, Slots } from '../../src/fetch/slots.ts';
import { settle } from '../harness/fake-clock.ts';

const never = new AbortController().signal;

/** Fills all slots, queues the wishes, then frees one slot at a time: the order in which the wishes are served. */
async function serveOrder(limit: number, holder: string, wishes: readonly [string, Rank][]): Promise<string[]> {
  const slots = new Slots(() => limit);
  const held = await Promise.all(Array.from({ length: limit }, () => slots.acquire(holder, 'first', never)));
  const order: string[] = [];
  for (const [session, rank] of wishes) {
    slots.acquire(session, rank, never).then(
      (release) => {
        order.push(session);
        release();
      },
      () => {},
    );
  }
  held[0]?.();
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

  it('deals round robin over sessions, not by who asked most', async () => {
    const order = await serveOrder(1, 'x', [
      ['a', 'first'],
      ['a', 'first'],
      ['a', 'first'],
      ['b', 'first'],
      ['c', 'first'],
    ]);
    assert.deepEqual(order, ['a', 'b', 'c', 'a', 'a']);
  });

  it('gives one session at most half while others wait, even a poll before its first mounts', async () => {
    const slots = new Slots(() => 4);
    const order: string[] = [];
    const take = (session: string, rank: Rank) => slots.acquire(session, rank, never).then(() => order.push(session));
    const blockers = await Promise.all(['w', 'x', 'y', 'z'].map((session) => slots.acquire(session, 'first', never)));
    for (let wish = 0; wish < 4; wish += 1) void take('greedy', 'first');
    void take('modest', 'poll');
    for (const release of blockers) release();
    await settle();
    assert.deepEqual(order, ['greedy', 'greedy', 'modest', 'greedy']);
  });

  it('gives one session all where nobody else waits', async () => {
    const slots = new Slots(() => 4);
    const all = [1, 2, 3, 4].map(() => slots.acquire('only', 'first', never));
    assert.equal((await Promise.all(all)).length, 4);
    assert.equal(slots.inUse, 4);
  });

  it('never has more in use than the limit, and frees a slot once however often it is released', async () => {
    const slots = new Slots(() => 2);
    const release = await slots.acquire('a', 'first', never);
    release();
    release();
    await Promise.all([slots.acquire('a', 'first', never), slots.acquire('a', 'first', never)]);
    let isServed = false;
    void slots.acquire('a', 'first', never).then(() => {
      isServed = true;
    });
    await settle();
    assert.deepEqual([slots.inUse, slots.waiting, isServed], [2, 1, false]);
  });

  it('lets go of a waiter whose signal aborts, and serves the next', async () => {
    const slots = new Slots(() => 1);
    const release = await slots.acquire('a', 'first', never);
    const controller = new AbortController();
    const gone = slots.acquire('b', 'first', controller.signal);
    const next = slots.acquire('c', 'first', never);
    controller.abort(new Error('enough'));
    await assert.rejects(gone, /enough/);
    release();
    await next;
    assert.equal(slots.waiting, 0);
  });
});

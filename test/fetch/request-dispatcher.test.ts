// Repeats, the circuit, and what a request that ends without an answer says.
import assert from 'node:assert/strict';
import { MountError, type Reason } from '../../src/errors.ts';
import type { Fact } from '../../src/events.ts';
import { RequestDispatcher, type RequestDispatcherOptions } from '../../src/fetch/request-dispatcher.ts';
import { RetryBudget } from '../../src/fetch/retry.ts';
import type { RequestOptions } from '../../src/request-options.ts';
import { FakeClock, settle } from '../harness/fake-clock.ts';
import { FakeStoreClient } from '../harness/fake-store-client.ts';

const never = new AbortController().signal;

const of = (account: string) => ({ key: account, account });

function setUp(wish: Partial<RequestDispatcherOptions> = {}) {
  const clock = new FakeClock();
  const facts: Fact[] = [];
  const emit = (fact: Fact) => void facts.push(fact);
  const dispatcher = new RequestDispatcher({
    clock,
    emit,
    concurrency: 32,
    requestTimeoutMs: 10_000,
    random: () => 1,
    isHeldBack: () => false,
    onSend: () => {},
    ...wish,
  });
  const client = new FakeStoreClient(clock);
  const options: RequestOptions = {
    session: of('shop/web'),
    priority: 'first',
    what: 'GET secret/data/app',
    retry: undefined,
    evidence: 'account',
  };
  const fail = (reason: Reason, retryAfterMs?: number) => () =>
    Promise.reject(new MountError(reason, `failed: ${reason}`, retryAfterMs === undefined ? {} : { retryAfterMs }));
  return { clock, facts, dispatcher, client, options, fail };
}

describe('a repeat', () => {
  for (const [reason, requests] of [
    ['store-unreachable', 3],
    ['store-connection-reset', 3],
    ['store-not-caught-up', 3],
    ['store-rate-limited', 3],
    ['store-unavailable', 3],
    ['store-sealed', 3],
    ['store-timeout', 1],
    ['store-internal-error', 1],
    ['store-tls', 1],
    ['store-malformed-response', 1],
    ['read-forbidden', 1],
    ['path-missing', 1],
  ] as const) {
    it(`follows ${reason} ${requests - 1} times`, async () => {
      const { clock, dispatcher, client, options, fail } = setUp();
      let sent = 0;
      const request = () => {
        sent += 1;
        return fail(reason)();
      };
      const result = dispatcher.send(client, { ...options, retry: new RetryBudget(2) }, request, never);
      result.catch(() => {});
      await clock.advance(10_000);
      await assert.rejects(result, { reason });
      assert.equal(sent, requests);
    });
  }

  it('is never sent if the options do not allow it', async () => {
    const { dispatcher, client, options, fail } = setUp();
    await assert.rejects(dispatcher.send(client, options, fail('store-unreachable'), never), {
      reason: 'store-unreachable',
    });
  });

  it('waits as long as the store asks', async () => {
    const { clock, dispatcher, client, options, fail } = setUp();
    const times: number[] = [];
    const request = () => {
      times.push(clock.now());
      return times.length === 1 ? fail('store-rate-limited', 3_000)() : Promise.resolve('ok');
    };
    const result = dispatcher.send(client, { ...options, retry: new RetryBudget(2) }, request, never);
    await clock.advance(5_000);
    assert.equal(await result, 'ok');
    assert.equal((times[1] ?? 0) - (times[0] ?? 0), 3_000);
  });

  it('is not sent where the store asks for more than the five seconds a mount may wait', async () => {
    const { dispatcher, client, options, fail } = setUp();
    const result = dispatcher.send(
      client,
      { ...options, retry: new RetryBudget(2) },
      fail('store-rate-limited', 6_000),
      never,
    );
    await assert.rejects(result, { reason: 'store-rate-limited' });
  });

  it('shares the five seconds among the parallel reads of a mount without adding them up', async () => {
    const { clock, dispatcher, client, options, fail } = setUp();
    const retry = new RetryBudget(2);
    let sent = 0;
    const request = () => {
      sent += 1;
      return sent <= 50 ? fail('store-rate-limited', 2_000)() : Promise.resolve('ok');
    };
    const results = Array.from({ length: 50 }, () => dispatcher.send(client, { ...options, retry }, request, never));
    await clock.advance(5_000);
    assert.deepEqual(new Set(await Promise.all(results)), new Set(['ok']));
  });

  it('ends with the last real failure when the mount runs out of time while it waits', async () => {
    const { clock, dispatcher, client, options, fail } = setUp();
    const mount = new AbortController();
    const result = dispatcher.send(
      client,
      { ...options, retry: new RetryBudget(2) },
      fail('store-unreachable'),
      mount.signal,
    );
    await clock.advance(100);
    mount.abort();
    await assert.rejects(result, { reason: 'store-unreachable', message: 'failed: store-unreachable' });
  });
});

describe('a request without an answer', () => {
  const hang = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

  it('is named with the store and the time it had', async () => {
    const { dispatcher, client, options } = setUp({ requestTimeoutMs: 20 });
    await assert.rejects(dispatcher.send(client, options, hang, never), {
      reason: 'store-timeout',
      message: 'GET secret/data/app: no answer from http://store:8200 within 0.02 s',
    });
  });

  it("is named when the mount's time ends first", async () => {
    const { dispatcher, client, options } = setUp();
    const mount = new AbortController();
    const result = dispatcher.send(client, options, hang, mount.signal);
    await settle();
    mount.abort();
    await assert.rejects(result, {
      reason: 'mount-timeout',
      message: "GET secret/data/app: no answer from http://store:8200 within the mount's time",
    });
  });

  it('says that it waited for a slot where it was not sent at all', async () => {
    const { dispatcher, client, options } = setUp({ concurrency: 1 });
    const mount = new AbortController();
    const first = dispatcher.send(client, options, hang, mount.signal);
    const second = dispatcher.send(client, { ...options, what: 'GET secret/data/b' }, hang, mount.signal);
    await settle();
    mount.abort();
    await assert.rejects(first);
    await assert.rejects(second, {
      reason: 'mount-timeout',
      message:
        "GET secret/data/b: not sent within the mount's time: waited for one of 1 requests to http://store:8200 to end",
    });
  });
});

describe('the circuit', () => {
  /** Five failures, the last of them of a second witness. */
  async function open(
    reason: Reason = 'store-unreachable',
    second: Partial<RequestOptions> = { session: of('shop/db') },
  ) {
    const world = setUp();
    for (let turn = 0; turn < 4; turn += 1) {
      await assert.rejects(world.dispatcher.send(world.client, world.options, world.fail(reason), never));
    }
    await assert.rejects(
      world.dispatcher.send(world.client, { ...world.options, ...second }, world.fail(reason), never),
    );
    return world;
  }
  const isOpen = (facts: readonly Fact[]) => facts.findLast((fact) => fact.type === 'circuit')?.isOpen ?? false;

  it('opens after five failures in a row and lets one probe of an account through at a time', async () => {
    const { clock, dispatcher, client, options, facts } = await open();
    assert.equal(isOpen(facts), true);
    const answer = Promise.withResolvers<string>();
    const probe = dispatcher.send(client, options, () => answer.promise, never);
    let wasSent = false;
    const other = dispatcher.send(client, options, async () => (wasSent = true), never);
    other.catch(() => {});
    await clock.advance(1_000);
    await assert.rejects(other, {
      reason: 'store-unreachable',
      message:
        'the store at http://store:8200 failed the last requests sent to it (store-unreachable); waiting for it to answer again',
    });
    assert.equal(wasSent, false);
    answer.resolve('back');
    assert.equal(await probe, 'back');
    assert.equal(await dispatcher.send(client, options, async () => 'again', never), 'again');
    assert.equal(isOpen(facts), false);
  });

  for (const reason of [
    'store-internal-error',
    'store-rate-limited',
    'store-tls',
    'read-forbidden',
    'path-missing',
  ] as const) {
    it(`does not open on ${reason}`, async () => {
      const { facts } = await open(reason);
      assert.equal(isOpen(facts), false);
    });
  }

  it('gets one attempt of each mount while it stays: neither its refusals nor its probes are retried', async () => {
    const { dispatcher, client, options, fail, clock } = await open();
    let attempts = 0;
    const request = () => {
      attempts += 1;
      return fail('store-unreachable')();
    };
    const retry = new RetryBudget(2);
    const reads = Array.from({ length: 10 }, () => dispatcher.send(client, { ...options, retry }, request, never));
    const all = Promise.allSettled(reads);
    await clock.advance(30_000);
    assert.deepEqual(new Set((await all).map(({ status }) => status)), new Set(['rejected']));
    assert.equal(attempts, 1);
  });

  it('lets the other reads of a mount wait for its own look, and go on where the store is back', async () => {
    const { clock, dispatcher, client, options } = await open();
    const back = Promise.withResolvers<string>();
    const retry = new RetryBudget(2);
    const look = dispatcher.send(client, { ...options, retry }, () => back.promise, never);
    const own = dispatcher.send(client, { ...options, retry }, async () => 'own', never);
    const other = dispatcher.send(client, { ...options, retry: new RetryBudget(2) }, async () => 'other', never);
    other.catch(() => {});
    await clock.advance(1_000);
    await assert.rejects(other, { reason: 'store-unreachable' });
    back.resolve('back');
    assert.deepEqual(await Promise.all([look, own]), ['back', 'own']);
  });

  it('starts to count anew after an answer, a refusal included', async () => {
    const { dispatcher, client, options, fail, facts } = setUp();
    for (const reason of [
      ...Array<Reason>(4).fill('store-timeout'),
      'read-forbidden',
      ...Array<Reason>(4).fill('store-timeout'),
    ] as Reason[]) {
      await assert.rejects(dispatcher.send(client, options, fail(reason), never));
    }
    assert.equal(isOpen(facts), false);
  });

  it('is one for each store as reached: another client goes on', async () => {
    const { dispatcher, options, clock } = await open();
    assert.equal(
      await dispatcher.send(new FakeStoreClient(clock, 'other'), options, async () => 'fine', never),
      'fine',
    );
  });

  it('stays closed for all others on what one account sees, however often; that account is stopped', async () => {
    const { clock, dispatcher, client, options, fail, facts } = setUp();
    for (let turn = 0; turn < 100; turn += 1)
      await dispatcher.send(client, options, fail('store-unavailable'), never).catch(() => {});
    assert.equal(isOpen(facts), false);
    let isAnswered = false;
    const other = { ...options, session: of('victim/app') };
    const hung = dispatcher.send(client, options, () => new Promise<never>(() => {}), never);
    hung.catch(() => {});
    for (let turn = 0; turn < 10; turn += 1)
      isAnswered = await dispatcher.send(client, other, async () => turn === 9, never);
    assert.equal(isAnswered, true);
    await clock.advance(0);
  });

  it('stops the account that failed until something is answered', async () => {
    const { clock, dispatcher, client, options, fail } = setUp();
    for (let turn = 0; turn < 5; turn += 1)
      await assert.rejects(dispatcher.send(client, options, fail('store-timeout'), never), {
        message: 'failed: store-timeout',
      });
    const probe = dispatcher.send(client, options, () => new Promise<never>(() => {}), never);
    probe.catch(() => {});
    const next = dispatcher.send(client, options, async () => 'sent', never);
    next.catch(() => {});
    await clock.advance(1_000);
    await assert.rejects(next, { message: /failed the last requests sent to it \(store-timeout\)/ });
    assert.equal(
      await dispatcher.send(client, { ...options, session: of('victim/app') }, async () => 'fine', never),
      'fine',
    );
    assert.equal(await dispatcher.send(client, options, async () => 'sent', never), 'sent');
  });

  it('opens on what one account and the upkeep of logins saw', async () => {
    const { facts } = await open('store-timeout', { evidence: 'upkeep' });
    assert.equal(isOpen(facts), true);
  });

  it('hears nothing in a status that its path may choose, nor an answer', async () => {
    const { dispatcher, client, options, facts } = await open('store-unavailable', {
      session: of('b/b'),
      evidence: 'none',
    });
    assert.equal(isOpen(facts), false);
    await dispatcher.send(client, { ...options, session: of('b/b'), evidence: 'none' }, async () => 'fine', never);
    const second = { ...options, session: of('c/c') };
    await assert.rejects(
      dispatcher.send(client, second, () => Promise.reject(new MountError('store-timeout', 'x')), never),
    );
    assert.equal(isOpen(facts), true);
  });

  it('does not open if somebody was answered since the failing requests were sent', async () => {
    const { clock, dispatcher, client, options, facts } = setUp();
    const late = Array.from({ length: 10 }, (_, index) => {
      const hung = Promise.withResolvers<never>();
      const sent = dispatcher.send(client, { ...options, session: of(`evil/${index}`) }, () => hung.promise, never);
      return { hung, sent };
    });
    await clock.advance(9_000);
    assert.equal(await dispatcher.send(client, options, async () => 'fine', never), 'fine');
    await clock.advance(1_000);
    for (const { hung } of late) hung.reject(new MountError('store-timeout', 'no answer'));
    await Promise.allSettled(late.map(({ sent }) => sent));
    assert.equal(isOpen(facts), false);
  });

  it('does not add up failures that lie further apart than its window', async () => {
    const { clock, dispatcher, client, options, fail, facts } = setUp();
    for (let turn = 0; turn < 10; turn += 1) {
      const session = of(`shop/${turn}`);
      await assert.rejects(dispatcher.send(client, { ...options, session }, fail('store-timeout'), never));
      await clock.advance(20_000);
    }
    assert.equal(isOpen(facts), false);
  });

  it('lets each account look for itself, so that a look that hangs holds up no other', async () => {
    const { clock, dispatcher, client, options, facts } = await open();
    const hung = dispatcher.send(client, options, () => new Promise<never>(() => {}), never);
    hung.catch(() => {});
    const victim = { ...options, session: of('victim/app') };
    const burst = Array.from({ length: 40 }, () => dispatcher.send(client, victim, async () => 'fine', never));
    await clock.advance(5_000);
    assert.deepEqual(new Set(await Promise.all(burst)), new Set(['fine']));
    assert.equal(isOpen(facts), false);
  });

  it('lets the next one probe if the mount of a probe has ended', async () => {
    const { dispatcher, client, options } = await open();
    await assert.rejects(
      dispatcher.send(client, options, () => Promise.reject(new MountError('mount-timeout', 'x')), never),
    );
    assert.equal(await dispatcher.send(client, options, async () => 'back', never), 'back');
  });
});

describe('a store that is back', () => {
  /** Requests under way after `ms`, while 100 wait to be sent and each takes 50 ms. */
  async function underWay(atMs: readonly number[]): Promise<readonly number[]> {
    const { clock, dispatcher, client, options, fail } = setUp();
    for (let turn = 0; turn < 5; turn += 1) {
      const session = of(`shop/${turn}`);
      await assert.rejects(dispatcher.send(client, { ...options, session }, fail('store-sealed'), never));
    }
    assert.equal(await dispatcher.send(client, options, async () => 'unsealed', never), 'unsealed');
    let count = 0;
    const request = async () => {
      count += 1;
      await clock.sleep(50);
      count -= 1;
    };
    const wave = () => {
      for (let i = 0; i < 100; i += 1)
        void dispatcher.send(client, { ...options, session: of(`s${i}`) }, request, never);
    };
    const seen: number[] = [];
    for (let now = 0; now <= (atMs.at(-1) ?? 0); now += 10) {
      if (atMs.includes(now)) {
        wave();
        await settle();
        seen.push(count);
      }
      await clock.advance(10);
    }
    return seen;
  }

  it('is asked more and more at once, and as much as ever five seconds later', async () => {
    assert.deepEqual(await underWay([10, 1_250, 2_500, 5_000]), [1, 8, 16, 32]);
  });

  it('is one that was given up: other failures slow nothing down', async () => {
    const { clock, dispatcher, client, options, fail } = setUp();
    await assert.rejects(dispatcher.send(client, options, fail('store-sealed'), never));
    assert.equal(await dispatcher.send(client, options, async () => 'fine', never), 'fine');
    let count = 0;
    const request = async () => {
      count += 1;
      await clock.sleep(50);
    };
    for (let i = 0; i < 40; i += 1) void dispatcher.send(client, { ...options, session: of(`s${i}`) }, request, never);
    await settle();
    assert.equal(count, 32);
  });
});

describe('the requests of one account', () => {
  it('over any number of stores are few, and the rest wait for them alone', async () => {
    const { clock, dispatcher, options } = setUp({ concurrency: 4 });
    let sent = 0;
    const ends: (() => void)[] = [];
    const hang = () => {
      sent += 1;
      return new Promise<string>((resolve) => ends.push(() => resolve('ok')));
    };
    const clientTo = (index: number) => Object.assign(new FakeStoreClient(clock), { origin: `store-${index}:8200` });
    const all = Array.from({ length: 20 }, (_, index) => dispatcher.send(clientTo(index), options, hang, never));
    await settle();
    assert.equal(sent, 6, 'twice what a store takes, less the quarter that an account never has');
    const other = dispatcher.send(
      clientTo(0),
      { ...options, session: of('shop/other') },
      () => Promise.resolve('ok'),
      never,
    );
    assert.equal(await other, 'ok');
    for (let turn = 0; turn < 20; turn += 1) {
      ends[turn]?.();
      await settle();
    }
    assert.equal((await Promise.all(all)).length, 20);
    assert.equal(sent, 20);
  });

  it('are counted at their store also if it was idle while they waited for their own', async () => {
    const { clock, facts, dispatcher, options } = setUp({ concurrency: 4 });
    const ends: (() => void)[] = [];
    const hang = () => new Promise<string>((resolve) => ends.push(() => resolve('ok')));
    const clientTo = (name: string) => Object.assign(new FakeStoreClient(clock), { origin: `${name}:8200` });
    const all = Array.from({ length: 6 }, (_, index) =>
      dispatcher.send(clientTo(`busy-${index}`), options, hang, never),
    );
    const late = dispatcher.send(clientTo('idle'), options, hang, never);
    await settle();
    const other = { ...options, session: of('shop/other') };
    assert.equal(await dispatcher.send(clientTo('idle'), other, () => Promise.resolve('ok'), never), 'ok');
    for (let turn = 0; turn < 7; turn += 1) {
      ends[turn]?.();
      await settle();
    }
    await Promise.all([...all, late]);
    const counts = facts.flatMap((fact) => (fact.type === 'slots' ? [fact.inUse] : []));
    assert.equal(Math.min(...counts), 0);
  });

  it('are three at once while its namespace is held back, and more as soon as it is not', async () => {
    let isHeldBack = true;
    const { dispatcher, client, options } = setUp({ isHeldBack: () => isHeldBack });
    let sent = 0;
    const ends: (() => void)[] = [];
    const hang = () => {
      sent += 1;
      return new Promise<string>((resolve) => ends.push(() => resolve('ok')));
    };
    const all = Array.from({ length: 20 }, () => dispatcher.send(client, options, hang, never));
    await settle();
    assert.equal(sent, 3);
    isHeldBack = false;
    ends.shift()?.();
    await settle();
    assert.equal(sent, 20);
    for (const end of ends) end();
    await Promise.all(all);
  });

  it('take no slot any longer once they are answered, whatever waits for what came of them', async () => {
    const { facts, dispatcher, client, options } = setUp({ concurrency: 4 });
    const ends: (() => void)[] = [];
    const answeredAndWaiting = (_: AbortSignal, answered: () => void) => {
      answered();
      return new Promise<string>((resolve) => ends.push(() => resolve('ok')));
    };
    const all = Array.from({ length: 20 }, () => dispatcher.send(client, options, answeredAndWaiting, never));
    await settle();
    assert.equal(ends.length, 20);
    for (const end of ends) end();
    await Promise.all(all);
    const counts = facts.flatMap((fact) => (fact.type === 'slots' ? [fact.inUse] : []));
    assert.deepEqual([Math.min(...counts), counts.at(-1)], [0, 0]);
  });

  it('wait for none of the reads that are held back, if they renew or revoke', async () => {
    const { dispatcher, client, options } = setUp({ isHeldBack: () => true });
    const ends: (() => void)[] = [];
    const hang = () => new Promise<string>((resolve) => ends.push(() => resolve('read')));
    const reads = Array.from({ length: 20 }, () => dispatcher.send(client, options, hang, never));
    const renewal = { ...options, priority: 'renewal', isUpkeep: true } as const;
    const renewals = Array.from({ length: 10 }, () =>
      dispatcher.send(client, renewal, () => Promise.resolve('renewed'), never),
    );
    assert.deepEqual(new Set(await Promise.all(renewals)), new Set(['renewed']));
    for (let turn = 0; turn < 20; turn += 1) {
      ends[turn]?.();
      await settle();
    }
    await Promise.all(reads);
  });

  it('are told one by one as they are sent, also those that are sent again', async () => {
    const sent: string[] = [];
    const { clock, dispatcher, client, options, fail } = setUp({ onSend: (account) => sent.push(account) });
    const result = dispatcher.send(client, { ...options, retry: new RetryBudget(2) }, fail('store-unreachable'), never);
    result.catch(() => {});
    await clock.advance(10_000);
    await assert.rejects(result);
    assert.deepEqual(sent, ['shop/web', 'shop/web', 'shop/web']);
  });
});

// Which reads go out, who shares their answers, and what becomes of failures.
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { MountError } from '../../src/errors.ts';
import { type Caller, Fetcher, type FetcherOptions } from '../../src/fetch/fetch.ts';
import type { Answer } from '../../src/fetch/ports.ts';
import type { ReadResult } from '../../src/fetch/read-result.ts';
import { RequestDispatcher } from '../../src/fetch/request-dispatcher.ts';
import { MemoryBudget } from '../../src/memory/budget.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Secret } from '../../src/secret.ts';
import { settle } from '../harness/fake-clock.ts';
import { deferred } from '../harness/fake-store-client.ts';
import { ampleMemory } from '../harness/memory.ts';
import { makePlan, makeRead, type PlanWish } from '../harness/plans.ts';
import { SessionWorld } from '../session/world.ts';

class FetchWorld extends SessionWorld {
  readonly fetcher: Fetcher;
  readonly dispatcher: RequestDispatcher;

  constructor(wish: Partial<FetcherOptions> = {}, concurrency = 32) {
    super();
    this.client.onLogin = async () => this.client.kubernetesGrant();
    const { clock } = this;
    const dispatcher = new RequestDispatcher({
      clock,
      emit: () => {},
      concurrency,
      requestTimeoutMs: 10_000,
      random: () => 0,
      isHeldBack: () => false,
      onSend: () => {},
    });
    this.dispatcher = dispatcher;
    this.fetcher = new Fetcher({
      clock,
      dispatcher,
      concurrency: 32,
      coalesceWindowMs: 1_000,
      pollWindowMs: 30_000,
      maxRetries: 2,
      readTimeoutMs: 60_000,
      ...wish,
    });
  }

  async fetch(reads = [makeRead()], wish: PlanWish = {}, caller: Partial<Caller> = {}): Promise<ReadResult[]> {
    const plan: Plan = makePlan(wish);
    const handle = await this.open(plan);
    const outcomes = await this.fetcher.fetchAll(reads, {
      client: this.client,
      handle,
      priority: 'first',
      calledAt: this.clock.now(),
      newerThan: Number.NEGATIVE_INFINITY,
      account: 'team/app',
      pod: plan.identity.podUid,
      cost: { reads: 0 },
      signal: this.never,
      memory: ampleMemory(),
      ...caller,
    });
    handle[Symbol.dispose]();
    return reads.map((read) => outcomes.get(read.key) as ReadResult);
  }
}

async function untilTrue(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000 && !isTrue(); turn += 1) await setImmediate();
  assert.ok(isTrue());
}

const sentAt = (outcome: ReadResult | undefined) =>
  outcome !== undefined && 'answer' in outcome ? outcome.answer.sentAt : NaN;

function accountIn(jwt: Secret<string>): string {
  const claims = JSON.parse(Buffer.from(jwt.reveal().split('.')[1] ?? '', 'base64url').toString());
  return claims['kubernetes.io'].serviceaccount.name;
}

describe('a status that a class may choose', () => {
  const ofPath = (path: string, query = '') => [makeRead(path, { query })];

  for (const [name, reads, isHeard] of [
    ['sys/health', ofPath('sys/health', 'activecode=503'), false],
    ['sys/health in a namespace', ofPath('team/sys/health'), false],
    ['a query', ofPath('secret/data/app', 'version=1'), false],
    ['any other path', ofPath('secret/data/system'), true],
  ] as const) {
    it(`${isHeard ? 'opens' : 'does not open'} the circuit: ${name}`, async () => {
      const world = new FetchWorld({ maxRetries: 0, coalesceWindowMs: 0 });
      world.client.onLogin = async (request) => world.client.kubernetesGrant(accountIn(request.jwt));
      const accounts = ['one', 'two'];
      for (const account of accounts) await world.use(makePlan({ account }));
      world.client.onRead = () => Promise.reject(new MountError('store-unavailable', 'cannot answer now'));
      for (let turn = 0; turn < 5; turn += 1)
        for (const account of accounts) await world.fetch([...reads], { account });
      assert.equal([...world.dispatcher.describe()].length, isHeard ? 1 : 0);
      world.stop.abort();
    });
  }
});

describe('fetching', () => {
  let world: FetchWorld;
  beforeEach(() => {
    world = new FetchWorld();
  });
  afterEach(() => world.stop.abort());

  it('gives up a read that finds no memory, and sends it again once there is, for all that wait', async () => {
    const budget = new MemoryBudget({ totalBytes: 4 * 2 ** 20, smallBytes: 2 ** 20, waitMs: 60_000, emit: () => {} });
    const others = ['a/a', 'b/b', 'c/c'].map((account) => budget.open(account));
    await Promise.all(others.slice(0, 2).map((other) => other.take(1.5 * 2 ** 20, 'x')));
    // One of those that wait is let go on; this one then is not.
    const favoured = others[2]?.take(1.5 * 2 ** 20, 'x');
    await favoured;
    world.client.onRead = async (_read, _token, room) => {
      await room?.reserve(0, 32 * 1024);
      await room?.reserve(32 * 1024, 2 ** 19);
      return world.client.answer();
    };
    const memory = budget.open('team/app');
    const works = [
      world.fetch([makeRead()], {}, { memory }),
      world.fetch([makeRead()], {}, { memory: budget.open('team/app') }),
    ];
    await untilTrue(() => budget.waiting === 1);
    assert.equal(world.client.reads.length, 1);
    for (const other of others) other.close();
    const outcomes = await Promise.all(works);
    assert.ok(outcomes.every(([outcome]) => outcome !== undefined && 'answer' in outcome));
    assert.equal(world.client.reads.length, 2);
  });

  describe('while a large mount waits for memory', () => {
    const MIB = 2 ** 20;
    /** All that large ones may have is taken, also beyond the budget. */
    async function crowd() {
      const budget = new MemoryBudget({ totalBytes: 4 * MIB, smallBytes: MIB, waitMs: 60_000, emit: () => {} });
      const others = ['a/a', 'b/b', 'c/c'].map((account) => budget.open(account));
      await Promise.all(others.map((other) => other.take(1.5 * MIB, 'x')));
      return { budget, end: () => others.forEach((other) => void other.close()) };
    }

    it('sends no more of its reads before its turn, and then each once', async () => {
      const { budget, end } = await crowd();
      const one = new FetchWorld({}, 1);
      one.client.onRead = async (_read, _token, room) => {
        await room?.reserve(0, MIB / 4);
        return one.client.answer();
      };
      const reads = Array.from({ length: 10 }, (_, index) => makeRead(`secret/data/${index}`));
      const works = one.fetch(reads, {}, { memory: budget.open('team/app') });
      await untilTrue(() => budget.waiting === 1);
      await settle();
      assert.equal(one.client.reads.length, 1);
      end();
      const outcomes = await works;
      assert.ok(outcomes.every((outcome) => 'answer' in outcome));
      assert.equal(one.client.reads.length, 11);
    });

    it('keeps no small mount that wants one of its reads', async () => {
      const { budget, end } = await crowd();
      const one = new FetchWorld({}, 1);
      one.client.onRead = async ({ path }, _token, room) => {
        await room?.reserve(0, path.endsWith('large') ? MIB / 4 : 1024);
        return one.client.answer();
      };
      const [large, small] = [makeRead('secret/data/large'), makeRead('secret/data/small')];
      const works = one.fetch([large, small], {}, { memory: budget.open('team/app') });
      await untilTrue(() => budget.waiting === 1);
      await settle();
      assert.equal(one.client.reads.length, 1);
      const [outcome] = await one.fetch([small], {}, { memory: budget.open('team/app') });
      assert.ok(outcome !== undefined && 'answer' in outcome);
      assert.equal(budget.waiting, 1);
      end();
      await works;
    });
  });

  it('sends all reads of a mount at once, under one login', async () => {
    const dispatcher = deferred<Answer>();
    world.client.onRead = () => dispatcher.promise;
    const fetched = world.fetch(Array.from({ length: 20 }, (_, index) => makeRead(`secret/data/${index}`)));
    await settle();
    assert.deepEqual([world.client.logins.length, world.client.reads.length], [1, 20]);
    dispatcher.resolve(world.client.answer());
    await fetched;
  });

  it('reads once for fifty pods of an account that come at once', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, index) => world.fetch([makeRead()], { pod: `pod-${index}` })));
    assert.deepEqual([world.client.logins.length, world.client.reads.length], [1, 1]);
  });

  it('never joins across sessions', async () => {
    world.client.onLogin = async () => world.client.grant();
    await Promise.all([world.fetch([makeRead()], { pod: 'one' }), world.fetch([makeRead()], { pod: 'two' })]);
    assert.equal(world.client.reads.length, 2);
  });

  it('gives a first mount an answer sent up to a second before its call, no older one', async () => {
    await world.fetch();
    await world.clock.advance(1_000);
    await world.fetch();
    assert.equal(world.client.reads.length, 1);
    await world.clock.advance(1);
    await world.fetch();
    assert.equal(world.client.reads.length, 2);
  });

  it('gives a poll an answer up to thirty seconds old, but none that its volume already has', async () => {
    const first = await world.fetch([makeRead()], { pod: 'other' });
    await world.clock.advance(20_000);
    await world.fetch([makeRead()], {}, { priority: 'poll' });
    assert.equal(world.client.reads.length, 1);
    await world.fetch([makeRead()], {}, { priority: 'poll', newerThan: sentAt(first[0]) });
    assert.equal(world.client.reads.length, 2);
  });

  it('joins nothing with a window of 0', async () => {
    const alone = new FetchWorld({ coalesceWindowMs: 0, pollWindowMs: 0 });
    await Promise.all([alone.fetch(), alone.fetch()]);
    assert.equal(alone.client.reads.length, 2);
    alone.stop.abort();
  });

  it('never lets an earlier answer replace a later one', async () => {
    const slow = deferred<Answer>();
    const early = world.client.answer();
    world.client.onRead = () => slow.promise;
    const first = world.fetch();
    await settle();
    await world.clock.advance(1_500);
    world.client.onRead = async () => world.client.answer({ password: 'two' });
    const second = await world.fetch();
    slow.resolve(early);
    await first;
    const third = await world.fetch();
    assert.equal(sentAt(third[0]), sentAt(second[0]));
  });

  it('gives one of ten pods that read a leased path in the same moment its lease, and the others none', async () => {
    let leases = 0;
    world.client.onRead = async () => {
      leases += 1;
      return world.client.answer({ username: `user-${leases}` }, { hasLease: true, leaseMs: 60_000 });
    };
    const pods = Array.from({ length: 10 }, (_, index) =>
      world.fetch([makeRead('db/creds/app')], { pod: `pod-${index}` }),
    );
    const answered = (await Promise.all(pods)).filter(([outcome]) => outcome !== undefined);
    assert.deepEqual([answered.length, leases], [1, 1]);
    await Promise.all([world.fetch([makeRead('db/creds/app')]), world.fetch([makeRead('db/creds/app')])]);
    assert.equal(leases, 3, 'a leased path is not joined again');
  });

  it('sends a write for each mount, and never repeats it', async () => {
    const write = makeRead('pki/issue/app', { method: 'POST' });
    await Promise.all([world.fetch([write]), world.fetch([write])]);
    assert.equal(world.client.reads.length, 2);
    world.client.onRead = () => Promise.reject(new MountError('store-connection-reset', 'reset'));
    await world.fetch([write]);
    assert.equal(world.client.reads.length, 3);
  });

  it('collects each failure beside the answers', async () => {
    world.client.onRead = (read) =>
      read.path === 'bad'
        ? Promise.reject(new MountError('path-missing', 'none'))
        : Promise.resolve(world.client.answer());
    const [good, bad] = await world.fetch([makeRead('good'), makeRead('bad')]);
    assert.ok(good !== undefined && 'answer' in good);
    assert.ok(bad !== undefined && 'error' in bad && bad.error.reason === 'path-missing');
  });

  it('repeats a refused read once with a fresh login and then remembers the refusal for a minute', async () => {
    world.client.onRead = () => Promise.reject(new MountError('read-forbidden', 'no'));
    for (let turn = 0; turn < 5; turn += 1) {
      const [outcome] = await world.fetch();
      assert.ok(outcome !== undefined && 'error' in outcome && outcome.error.reason === 'read-forbidden');
      await world.clock.advance(2_000);
    }
    assert.deepEqual([world.client.logins.length, world.client.reads.length], [2, 2]);
    world.client.onRead = async () => world.client.answer();
    await world.clock.advance(60_000);
    const [outcome] = await world.fetch();
    assert.ok(outcome !== undefined && 'answer' in outcome, 'a granted right shows after the minute');
  });

  it('sends a refused read again for each new pod, without a login beyond one a minute', async () => {
    const world = new FetchWorld();
    world.client.onRead = () => Promise.reject(new MountError('read-forbidden', 'no'));
    for (let pod = 0; pod < 5; pod += 1) {
      await world.fetch([makeRead()], {}, { pod: `pod-${pod}` });
      await world.clock.advance(2_000);
    }
    assert.deepEqual([world.client.logins.length, world.client.reads.length], [2, 6]);
    world.client.onRead = async () => world.client.answer();
    const [granted] = await world.fetch([makeRead()], {}, { pod: 'pod-5' });
    assert.ok(granted !== undefined && 'answer' in granted, 'a granted right shows at once');
    await world.clock.advance(2_000);
    const [told] = await world.fetch([makeRead()], {}, { pod: 'pod-0' });
    assert.ok(told !== undefined && 'answer' in told, 'to those that were refused too');
  });

  it('sends a refused read at most once a second, however many new pods there are', async () => {
    const world = new FetchWorld({ coalesceWindowMs: 0 });
    world.client.onRead = () => Promise.reject(new MountError('read-forbidden', 'no'));
    for (let pod = 0; pod < 50; pod += 1) {
      await world.fetch([makeRead()], {}, { pod: `pod-${pod}` });
      await world.clock.advance(100);
    }
    assert.deepEqual([world.client.logins.length, world.client.reads.length], [2, 6]);
  });

  it('repeats all reads that hit a dead token with one fresh login', async () => {
    await world.fetch();
    await world.clock.advance(5_000);
    world.client.onLookup = async () => false;
    world.client.onRead = (_read, token) =>
      token === 'token-1'
        ? Promise.reject(new MountError('read-forbidden', 'no'))
        : Promise.resolve(world.client.answer());
    const outcomes = await world.fetch([makeRead('a'), makeRead('b'), makeRead('c')]);
    assert.ok(outcomes.every((outcome) => 'answer' in outcome));
    assert.equal(world.client.logins.length, 2);
  });

  it('lets a caller go at its own deadline while the shared read goes on for the others', async () => {
    const slow = deferred<Answer>();
    world.client.onRead = () => slow.promise;
    const mount = new AbortController();
    const hasty = world.fetch([makeRead()], {}, { signal: mount.signal });
    const patient = world.fetch();
    await settle();
    mount.abort();
    const [outcome] = await hasty;
    assert.ok(outcome !== undefined && 'error' in outcome && outcome.error.reason === 'mount-timeout');
    slow.resolve(world.client.answer());
    const [answered] = await patient;
    assert.ok(answered !== undefined && 'answer' in answered);
    assert.equal(world.client.reads.length, 1);
  });

  describe('explains a path that is refused or missing', () => {
    const plain = (reason: 'read-forbidden' | 'path-missing') => async () => {
      throw new MountError(reason, 'plain');
    };
    const textOf = (outcome: ReadResult | undefined) =>
      outcome !== undefined && 'error' in outcome ? outcome.error.message : 'none';

    for (const reason of ['read-forbidden', 'path-missing'] as const) {
      it(`(${reason}) to a pod that waits to start`, async () => {
        world.client.onRead = plain(reason);
        world.client.onExplain = async () => new MountError(reason, 'explained');
        assert.equal(textOf((await world.fetch())[0]), 'explained');
      });
    }

    it('not to a poll, of which nobody is told', async () => {
      world.client.onRead = plain('path-missing');
      world.client.onExplain = async () => new MountError('path-missing', 'explained');
      assert.equal(textOf((await world.fetch([makeRead()], {}, { priority: 'poll' }))[0]), 'plain');
    });

    it('not with one of the few uses of a token', async () => {
      world.client.onLogin = async () => world.client.grant({ uses: 3 });
      world.client.onRead = plain('path-missing');
      world.client.onExplain = async () => new MountError('path-missing', 'explained');
      assert.equal(textOf((await world.fetch())[0]), 'plain');
    });

    it('plainly where the store cannot be asked', async () => {
      world.client.onRead = plain('path-missing');
      world.client.onExplain = plain('read-forbidden');
      assert.equal(textOf((await world.fetch())[0]), 'plain');
    });
  });
});

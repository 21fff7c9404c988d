// The record of a token: what a later process, whose clock began at another time, makes of it.
import assert from 'node:assert/strict';
import { Secret } from '../../src/secret.ts';
import type { Grant } from '../../src/session/ports.ts';
import { Token } from '../../src/session/token.ts';
import { TokenRecords } from '../../src/session/token-record.ts';
import { FakeClock } from '../harness/fake-clock.ts';
import { changed, FakeRecordStore } from '../harness/fake-record-store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** /proc/uptime goes in steps of 10 ms, and the test takes a few. */
const STEP_MS = 100;
const random = () => 0.5;
const proven = { proves: 'account', account: 'team/app' } as const;

describe('the record of a token', () => {
  let clock: FakeClock;
  let store: FakeRecordStore;
  let records: TokenRecords;
  beforeEach(() => {
    clock = new FakeClock();
    store = new FakeRecordStore();
    records = new TokenRecords(store, clock, random);
  });

  const grant = (wish: Partial<Grant> = {}): Token => {
    const whole = { token: new Secret('s.1'), ttlMs: HOUR_MS, isRenewable: true, isBatch: false, uses: 0, ...proven };
    return new Token({ ...whole, sentAt: clock.now(), ...wish }, random);
  };
  /** Another process, `downMs` later. */
  const restart = async (change: Readonly<Record<string, unknown>> = {}, downMs = 0) => {
    store = store.restarted();
    for (const [id, record] of store.records) {
      const { endsAt, actAt } = JSON.parse(record);
      const at = (boot: number | null) => (boot === null ? null : boot - downMs);
      store.records.set(id, changed(record, { endsAt: at(endsAt), actAt: at(actAt), ...change }));
    }
    store = store.restarted();
    clock = new FakeClock();
    await clock.advance(29 * HOUR_MS);
    records = new TokenRecords(store, clock, random);
  };
  const near = (at: number, expectedAt: number) => {
    assert.ok(Math.abs(at - expectedAt) < STEP_MS, `${at} is not about ${expectedAt}`);
  };

  it('brings the same token, with its life as far as it is not over', async () => {
    await clock.advance(MINUTE_MS);
    records.save('key', grant(), 'team/app');
    await restart({}, 30 * MINUTE_MS);
    const token = records.take('key');
    assert.equal(token?.secret.reveal(), 's.1');
    assert.equal(token.state, 'active');
    near(token.endsAt, clock.now() + 30 * MINUTE_MS);
    near(token.renewAt, clock.now() + 12 * MINUTE_MS);
    assert.deepEqual([token.firstTtlMs, token.isRenewable, token.isRevocable], [HOUR_MS, true, true]);
    assert.deepEqual({ proves: token.proves, account: token.account }, proven);
    assert.equal(token.isUseLimited, false);
  });

  it('is taken once, by its key alone', async () => {
    records.save('key', grant(), 'team/app');
    await restart();
    assert.equal(records.take('other'), undefined);
    assert.equal(records.provenBy('key'), 'account');
    assert.notEqual(records.take('key'), undefined);
    assert.equal(records.take('key'), undefined);
    assert.equal(records.provenBy('key'), undefined);
    assert.equal(store.records.size, 1, 'whoever took it keeps its record');
  });

  it('brings a token that is to be renewed at once where that moment was missed', async () => {
    records.save('key', grant(), 'team/app');
    await restart({}, 50 * MINUTE_MS);
    const token = records.take('key');
    assert.ok(token !== undefined && token.renewAt < clock.now() && token.serves(clock.now()));
  });

  it('brings a token that can be renewed no further as one that ends', async () => {
    const token = grant();
    token.cannotBeRenewed();
    records.save('key', token, 'team/app');
    await restart();
    assert.equal(records.take('key')?.state, 'ending');
  });

  it('brings a token without an end without one', async () => {
    records.save('key', grant({ ttlMs: 0 }), 'team/app');
    await restart({}, 999 * HOUR_MS);
    const token = records.take('key');
    assert.deepEqual([token?.state, token?.endsAt, token?.renewAt], ['active', Infinity, Infinity]);
  });

  it('brings a batch token as one that is neither renewed nor revoked, and the count of leases', async () => {
    const token = grant({ isBatch: true });
    token.leaseIssued(1);
    token.leaseIssued(2);
    records.save('key', token, 'team/app');
    await restart();
    const after = records.take('key');
    assert.deepEqual([after?.isRenewable, after?.isRevocable, after?.leases], [false, false, 2]);
  });

  it('is removed where the token has ended meanwhile', async () => {
    records.save('key', grant(), 'team/app');
    await restart({}, HOUR_MS + MINUTE_MS);
    assert.equal(store.records.size, 0);
    assert.equal(records.take('key'), undefined);
  });

  it('is removed where the token ended before anybody took it', async () => {
    records.save('key', grant(), 'team/app');
    await restart();
    await clock.advance(HOUR_MS + MINUTE_MS);
    assert.equal(records.take('key'), undefined);
    assert.equal(store.records.size, 0);
  });

  it('is removed when its session gives it up, taken or not', async () => {
    records.save('key', grant(), 'team/app');
    records.save('other', grant(), 'team/app');
    await restart();
    records.take('key');
    records.forget('key');
    records.forget('other');
    assert.equal(store.records.size, 0);
    assert.equal(records.take('other'), undefined);
  });

  it('names nobody: neither key nor token is in its id', () => {
    records.save('key', grant(), 'team/app');
    const [id = ''] = store.records.keys();
    assert.match(id, /^[0-9a-f]{64}$/);
  });

  for (const change of [
    { token: 7 },
    { endsAt: 'soon' },
    { actAt: undefined },
    { firstTtlMs: null },
    { isRenewable: 'yes' },
    { leases: undefined },
    { proves: 'everything' },
    { account: 7 },
  ]) {
    it(`is removed where its form is another: ${JSON.stringify(change)}`, async () => {
      records.save('key', grant(), 'team/app');
      await restart({ ...change });
      assert.equal(store.records.size, 0);
    });
  }

  for (const text of ['', 'null', '[]', '{"token":'])
    it(`is removed where it is ${JSON.stringify(text)}`, () => {
      const broken = new FakeRecordStore(new Map([['00', text]]));
      new TokenRecords(broken, clock, random);
      assert.equal(broken.records.size, 0);
    });
});

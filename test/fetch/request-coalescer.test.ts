// Answers to share: how long they stay, and whose go when there are too many.
import assert from 'node:assert/strict';
import { RequestCoalescer } from '../../src/fetch/request-coalescer.ts';
import { FakeClock } from '../harness/fake-clock.ts';
import { FakeStoreClient } from '../harness/fake-store-client.ts';

const MIB = 1024 * 1024;
const KEEP_MS = 30_000;

describe('answers to share', () => {
  let clock: FakeClock;
  let client: FakeStoreClient;
  let coalescer: RequestCoalescer;
  beforeEach(() => {
    clock = new FakeClock();
    client = new FakeStoreClient(clock);
    coalescer = new RequestCoalescer(KEEP_MS, clock);
  });
  const file = (key: string, account: string, sizeBytes: number) =>
    coalescer.file(key, client.answer({ password: 'x' }, { sizeBytes }), account);
  const has = (key: string) => coalescer.filed(key, Number.NEGATIVE_INFINITY) !== undefined;

  it('of one account outlast whatever another files', () => {
    file('victim', 'team/app', 2_000);
    for (let turn = 0; turn < 20; turn += 1) file(`evil-${turn}`, 'evil/x', 1.5 * MIB);
    assert.ok(has('victim'));
    assert.deepEqual(
      [17, 18, 19].map((turn) => has(`evil-${turn}`)),
      [false, true, true],
    );
    assert.ok(coalescer.filedBytes <= 4 * MIB);
  });

  it('are not kept if one alone is over the bound, and cost no other account', () => {
    file('victim', 'team/app', 2_000);
    file('evil', 'evil/x', 5 * MIB);
    assert.deepEqual([has('victim'), has('evil')], [true, false]);
  });

  it('go at the end of the longest window though nobody files another', async () => {
    file('one', 'team/app', 2_000);
    await clock.advance(KEEP_MS);
    assert.ok(has('one'));
    await clock.advance(2_000);
    assert.deepEqual([has('one'), coalescer.filedBytes, clock.sleepers], [false, 0, 0]);
  });
});

// Answers to share: how long they stay, and whose go when there are too many.
import assert from 'node:assert/strict';
import { Joins } from '../../src/fetch/joins.ts';
import { FakeClock } from '../harness/fake-clock.ts';
import { FakeDoor } from '../harness/fake-door.ts';

const MIB = 1024 * 1024;
const KEEP_MS = 30_000;

describe('answers to share', () => {
  let clock: FakeClock;
  let door: FakeDoor;
  let joins: Joins;
  beforeEach(() => {
    clock = new FakeClock();
    door = new FakeDoor(clock);
    joins = new Joins(KEEP_MS, clock);
  });
  const file = (key: string, account: string, sizeBytes: number) =>
    joins.file(key, door.answer({ password: 'x' }, { sizeBytes }), account);
  const has = (key: string) => joins.filed(key, Number.NEGATIVE_INFINITY) !== undefined;

  it('of one account outlast whatever another files', () => {
    file('victim', 'team/app', 2_000);
    for (let turn = 0; turn < 20; turn += 1) file(`evil-${turn}`, 'evil/x', 1.5 * MIB);
    assert.ok(has('victim'));
    assert.deepEqual(
      [17, 18, 19].map((turn) => has(`evil-${turn}`)),
      [false, true, true],
    );
    assert.ok(joins.filedBytes <= 4 * MIB);
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
    assert.deepEqual([has('one'), joins.filedBytes, clock.sleepers], [false, 0, 0]);
  });
});

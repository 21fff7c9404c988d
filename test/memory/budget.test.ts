// Who gets memory, who waits, and that nobody waits for ever.
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { Emit, Fact } from '../../src/events.ts';
import { FLOOR_BYTES, MemoryBudget } from '../../src/memory/budget.ts';
import type { MountMemory } from '../../src/memory/mount-memory.ts';
import { accountName } from '../../src/pot.ts';

const MIB = 1024 * 1024;
const WHAT = 'GET secret/data/app';

describe('the memory budget', () => {
  const make = (waitMs = 60_000, emit: Emit = () => {}) =>
    new MemoryBudget({ totalBytes: 12 * MIB, smallBytes: 4 * MIB, waitMs, emit });
  const read = (mount: MountMemory, isRetryable = true) =>
    mount.read({ what: WHAT, mounts: new Set([mount]), isRetryable });

  /** Which of the works are done by now. */
  async function done(...works: readonly Promise<void>[]): Promise<readonly boolean[]> {
    const states = works.map(() => false);
    works.forEach((work, index) => {
      work.then(
        () => {
          states[index] = true;
        },
        () => {},
      );
    });
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
    return states;
  }

  it('gives what fits at once and has all of it back at the end', async () => {
    const budget = make();
    const mount = budget.open('a');
    await mount.take(3 * MIB, WHAT);
    assert.equal(budget.usedBytes, 3 * MIB);
    mount.close();
    assert.equal(budget.usedBytes, 0);
  });

  it('states what is taken and how many mounts wait', async () => {
    let last: Fact | undefined;
    const budget = make(60_000, (fact) => {
      last = fact;
    });
    const mounts = ['a', 'b', 'c', 'd', 'e'].map((account) => budget.open(account));
    const works = mounts.map((mount) => mount.take(4 * MIB, WHAT));
    const more = mounts[4]?.take(4 * MIB, WHAT) ?? assert.fail();
    await done(...works, more);
    assert.deepEqual(last, { type: 'mount-memory', usedBytes: 12 * MIB, waiting: 2 });
    for (const mount of mounts.slice(0, 4)) mount.close();
    await done(more);
    mounts[4]?.close();
    assert.deepEqual(last, { type: 'mount-memory', usedBytes: 0, waiting: 0 });
  });

  it('lets a small mount pass where large ones wait', async () => {
    const budget = make();
    const large = ['a', 'b', 'c', 'd'].map((account) => budget.open(account));
    const works = large.map((mount) => mount.take(3 * MIB, WHAT));
    // One of those that wait goes on beyond the budget.
    assert.deepEqual(await done(...works), [true, true, true, false]);
    const small = budget.open('e');
    assert.deepEqual(await done(small.take(FLOOR_BYTES, WHAT)), [true]);
    large[0]?.close();
    large[2]?.close();
    assert.deepEqual(await done(...works), [true, true, true, true]);
  });

  it('lets a small mount pass also if large ones have more than all of it', async () => {
    const budget = make();
    budget.open('a').hold({}, 14 * MIB);
    const small = Array.from({ length: 10 }, () => budget.open('e'));
    const works = small.map((mount) => mount.take(FLOOR_BYTES, WHAT));
    assert.deepEqual(
      await done(...works),
      works.map(() => true),
    );
    budget.open('f').holdIfRoom({}, FLOOR_BYTES, WHAT);
    // An account has half of what is for small ones.
    const more = budget.open('e').take(FLOOR_BYTES, WHAT);
    assert.deepEqual(await done(more), [true], 'the one that goes on');
    assert.deepEqual(await done(budget.open('e').take(FLOOR_BYTES, WHAT)), [false]);
  });

  it('gives what two accounts shared back to the one it was counted for', async () => {
    const budget = make();
    const [a, b] = [budget.open('a'), budget.open('b')];
    const key = {};
    for (const mount of [a, b]) mount.hold(key, 3 * MIB);
    a.close();
    b.close();
    assert.equal(budget.usedBytes, 0);
    assert.deepEqual(await done(budget.open('a').take(4 * MIB, WHAT)), [true]);
    assert.deepEqual(await done(budget.open('b').take(4 * MIB, WHAT)), [true]);
  });

  it('gives one account half at most, whatever it asks for', async () => {
    const budget = make();
    const mounts = Array.from({ length: 6 }, () => budget.open('a'));
    const works = mounts.map((mount) => mount.take(2 * MIB, WHAT));
    // Two are half of what large ones may have; a third is the one that goes on.
    assert.deepEqual(await done(...works), [true, true, true, false, false, false]);
    assert.deepEqual(await done(budget.open('b').take(2 * MIB, WHAT)), [true]);
  });

  it('serves accounts by turns', async () => {
    const budget = make();
    const first = budget.open('x');
    await first.take(4 * MIB, WHAT);
    const favoured = budget.open('y');
    await favoured.take(8 * MIB, WHAT);
    const many = Array.from({ length: 5 }, () => budget.open('a').take(4 * MIB, WHAT));
    const one = budget.open('b').take(4 * MIB, WHAT);
    favoured.close();
    first.close();
    const [b, ...a] = await done(one, ...many);
    assert.ok(b, 'the one that came last, of an account that had nothing');
    assert.ok(a.filter((isDone) => isDone).length <= 2);
  });

  it('brings mounts that hold some and want more to their end, one after the other', async () => {
    const budget = make();
    const mounts = ['a', 'b', 'c', 'd'].map((account) => budget.open(account));
    for (const mount of mounts) await mount.take(2 * MIB, WHAT);
    let ended = 0;
    await Promise.all(
      mounts.map(async (mount) => {
        for (let step = 0; step < 3; step += 1) await mount.take(2 * MIB, WHAT);
        ended += 1;
        mount.close();
      }),
    );
    assert.equal(ended, 4);
    assert.equal(budget.usedBytes, 0);
  });

  describe('beside a namespace that is held back', () => {
    const NEVER = new AbortController().signal;
    const of = (namespace: string, account: string) => accountName({ namespace, account });

    /** Its mounts have taken all there is for large ones. */
    function heldBackWithAll(waitMs?: number) {
      const budget = make(waitMs);
      const busy = ['a', 'b', 'c'].map((account) => budget.open(of('busy', account)));
      const taken = busy.slice(0, 2).map((mount) => mount.take(4 * MIB, WHAT));
      void budget.time.enter('other', NEVER);
      budget.time.spend('busy', 60_000);
      return { budget, taken, waiting: busy[2] ?? assert.fail() };
    }

    it('a large mount of another goes on, which would wait for mounts that wait', async () => {
      const { budget, taken, waiting } = heldBackWithAll();
      const heldBack = waiting.take(4 * MIB, WHAT);
      const [first, second] = ['a', 'b'].map((account) => budget.open(of('other', account)));
      const others = [first, second].map((mount) => mount?.take(4 * MIB, WHAT) ?? assert.fail());
      assert.deepEqual(await done(...taken, heldBack, ...others), [true, true, false, true, false]);
      assert.equal(budget.usedBytes, 12 * MIB);
      first?.close();
      assert.deepEqual(await done(heldBack, ...others), [false, true, true]);
    });

    it('what was given memory beyond the budget before goes on too', async () => {
      const budget = make();
      for (const account of ['a', 'b']) await budget.open(of('busy', account)).take(4 * MIB, WHAT);
      const favoured = budget.open(of('busy', 'c'));
      await favoured.take(4 * MIB, WHAT);
      await budget.time.enter('other', NEVER);
      budget.time.spend('busy', 60_000);
      assert.deepEqual(await done(favoured.turn(MIB) ?? assert.fail()), [true]);
    });

    it('its own mounts go on once it is not held back any longer', async () => {
      const { budget, waiting } = heldBackWithAll();
      const heldBack = waiting.take(4 * MIB, WHAT);
      assert.deepEqual(await done(heldBack), [false]);
      budget.time.spend('other', 120_000);
      await heldBack;
    });
  });

  it('never has more than itself and one mount beyond it', async () => {
    const budget = make();
    let mostBytes = 0;
    const mounts = Array.from({ length: 30 }, (_, index) => budget.open(`account-${index % 7}`));
    await Promise.all(
      mounts.map(async (mount) => {
        for (let step = 0; step < 4; step += 1) {
          await mount.take(MIB, WHAT);
          mostBytes = Math.max(mostBytes, budget.usedBytes);
        }
        mount.close();
      }),
    );
    assert.ok(mostBytes <= 8 * MIB + 4 * MIB, `${mostBytes / MIB} MiB`);
    assert.equal(budget.usedBytes, 0);
  });

  it('counts once what several mounts were given', () => {
    const budget = make();
    const answer = {};
    const mounts = [budget.open('a'), budget.open('a')];
    for (const mount of mounts) mount.hold(answer, 2 * MIB);
    for (const mount of mounts) mount.hold(answer, 2 * MIB);
    assert.equal(budget.usedBytes, 2 * MIB);
    mounts[0]?.close();
    assert.equal(budget.usedBytes, 2 * MIB);
    mounts[1]?.close();
    assert.equal(budget.usedBytes, 0);
  });

  it('refuses with a reason of its own once it has waited for long', async () => {
    const budget = make(50);
    for (const account of ['a', 'b', 'c']) await budget.open(account).take(4 * MIB, WHAT);
    await assert.rejects(budget.open('d').take(4 * MIB, WHAT), { reason: 'memory-budget', code: 9 });
    assert.equal(budget.waiting, 0);
  });

  it('holds back what is there already only if it does not fit', () => {
    const budget = make();
    const plan = {};
    budget.open('a').holdIfRoom(plan, 3 * MIB, 'its objects');
    budget.open('a').holdIfRoom(plan, 3 * MIB, 'its objects');
    assert.throws(() => budget.open('a').holdIfRoom({}, 3 * MIB, 'its objects'), { reason: 'memory-budget' });
  });

  describe('while an answer is read', () => {
    it('takes twice what may come, until the answer is whole', () => {
      const budget = make();
      const mount = budget.open('a');
      const room = read(mount);
      assert.equal(room.reserve(0, MIB), undefined);
      assert.equal(budget.usedBytes, 2 * MIB);
      room.end({ key: {}, sizeBytes: MIB });
      assert.equal(budget.usedBytes, MIB);
      mount.close();
      assert.equal(budget.usedBytes, 0);
    });

    it('gives a read up that does not get more, which then waits with nothing', async () => {
      const budget = make();
      const others = ['b', 'c'].map((account) => budget.open(account));
      for (const other of others) await other.take(4 * MIB, WHAT);
      const room = read(budget.open('a'));
      assert.equal(room.reserve(0, 32 * 1024), undefined);
      let thrown: unknown;
      try {
        void room.reserve(32 * 1024, MIB);
      } catch (error) {
        thrown = error;
      }
      assert.equal(room.giveUp(thrown), MIB);
      assert.equal(budget.usedBytes, 8 * MIB);
      assert.equal(room.giveUp(thrown), undefined, 'once');
    });

    it('lets a write wait with what it has', async () => {
      const budget = make();
      const others = ['b', 'c', 'd'].map((account) => budget.open(account));
      const works = others.map((other) => other.take(4 * MIB, WHAT));
      await done(...works);
      const room = read(budget.open('a'), false);
      const wait = room.reserve(0, MIB) ?? assert.fail('it had room');
      assert.equal(room.refusal?.reason, 'memory-budget');
      for (const other of others) other.close();
      await wait;
      assert.equal(room.refusal, undefined);
      assert.equal(budget.usedBytes, 2 * MIB);
    });

    it('lets nobody read on for whom nobody waits', async () => {
      const budget = make();
      for (const account of ['b', 'c', 'd']) await budget.open(account).take(4 * MIB, WHAT);
      const mount = budget.open('a');
      const room = read(mount);
      const wait = room.untilRoom(MIB);
      mount.close();
      await assert.rejects(Promise.race([wait, setImmediate()]), { reason: 'memory-budget' });
    });

    it('stops a mount whose answers come to more than any may have', () => {
      const budget = new MemoryBudget({ totalBytes: 100 * MIB, smallBytes: 0, waitMs: 1_000, emit: () => {} });
      const mount = budget.open('a');
      for (let count = 0; count < 4; count += 1) mount.hold({}, 4 * MIB);
      assert.throws(() => read(mount).reserve(1, MIB), { reason: 'answer-too-large', code: 11 });
    });
  });
});

// One process writes at a time; the next one has the folder in the moment in which the former ends, however it ends.
import assert from 'node:assert/strict';
import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import type { State } from '../../src/state/state.ts';
import { idOf, type Kind, kill, StateWorld, secret, texts } from './world.ts';

/** The pause after the holder's end, which lets a quicker process go on. */
const LONGEST_PAUSE_MS = 100;

/** Pauses that timers are started for meanwhile: whoever waits without one learns of an event as it happens. */
async function pausesOf(work: () => Promise<unknown>): Promise<readonly number[]> {
  const pausesMs: number[] = [];
  // Other tests of this process may have left timers that go on.
  const isWork = new AsyncLocalStorage<true>();
  const hook = createHook({
    init: (_id, type, _trigger, timer) => {
      const isOurs = type === 'Timeout' && isWork.getStore() === true;
      if (isOurs) pausesMs.push((timer as { _idleTimeout: number })._idleTimeout);
    },
  }).enable();
  await isWork.run(true, work).finally(() => hook.disable());
  return pausesMs;
}

async function untilTold(world: StateWorld): Promise<void> {
  while (world.notices.length === 0) await new Promise((resolve) => setImmediate(resolve));
}

const locks = (world: StateWorld) => readdirSync(world.place()).filter((name) => name.includes('lock'));

describe('the lock of the state folder', () => {
  let world: StateWorld;
  beforeEach(() => {
    world = new StateWorld();
  });
  afterEach(() => world.end());

  it('makes a second process wait, told once, until the first closes', async () => {
    const holder = await world.start('hold');
    let isOpen = false;
    const signal = AbortSignal.timeout(60_000);
    const pausesMs = await pausesOf(async () => {
      const opening = world.open({ signal }).then(() => {
        isOpen = true;
      });
      await untilTold(world);
      assert.equal(isOpen, false);
      holder.send('close');
      await opening;
    });
    assert.deepEqual(
      world.notices.map(({ level, message }) => [level, message]),
      [['info', 'another process has the state folder; waiting for its end']],
    );
    assert.ok(pausesMs.length <= 1 && Math.max(0, ...pausesMs) < LONGEST_PAUSE_MS, `paused for ${pausesMs} ms`);
  });

  it('passes on in the moment in which its holder is killed, with all it wrote', async () => {
    const holder = await world.start('put');
    const signal = AbortSignal.timeout(60_000);
    let state: State<Kind> | undefined;
    const pausesMs = await pausesOf(async () => {
      const opening = world.open({ signal }).then((opened) => {
        state = opened;
      });
      await untilTold(world);
      while (readdirSync(world.place('volume')).length === 0) await new Promise((resolve) => setImmediate(resolve));
      await kill(holder);
      await opening;
    });
    assert.ok(pausesMs.length <= 1 && Math.max(0, ...pausesMs) < LONGEST_PAUSE_MS, `paused for ${pausesMs} ms`);
    assert.ok([...(state?.load('volume') ?? [])].length > 0);
  });

  it('of a process that was killed before is taken over without a wait', async () => {
    for (let turn = 0; turn < 3; turn += 1) await kill(await world.start('hold'));
    const signal = AbortSignal.timeout(60_000);
    let state: State<Kind> | undefined;
    const pausesMs = await pausesOf(async () => {
      state = await world.open({ signal });
    });
    assert.deepEqual(pausesMs, []);
    assert.equal(state?.put('volume', idOf('a'), secret('x')), 'kept');
    assert.deepEqual(world.notices, []);
  });

  it('is held by one of many that come at once, and by each in turn, with nothing lost between them', async () => {
    await kill(await world.start('hold'));
    let holders = 0;
    const turns = Array.from({ length: 12 }, async (_, turn) => {
      const state = await world.open();
      holders += 1;
      assert.equal(holders, 1);
      const before = Object.keys(await texts(state, 'volume')).length;
      await new Promise((resolve) => setTimeout(resolve, 5));
      state.put('volume', idOf(turn), secret('x'));
      assert.equal(Object.keys(await texts(state, 'volume')).length, before + 1);
      holders -= 1;
      state.close();
    });
    await Promise.all(turns);
    assert.equal(Object.keys(await texts(await world.open(), 'volume')).length, 12);
  });

  it('is had in turn by processes that have nothing else to do but wait', async () => {
    await kill(await world.start('hold'));
    const turns = Array.from({ length: 5 }, async () => {
      const holder = await world.start('hold');
      holder.send('close');
      await once(holder, 'message');
    });
    await Promise.all(turns);
  });

  it('is given to no waiter whose signal aborted, who then leaves nothing behind', async () => {
    const holder = await world.open();
    const files = locks(world);
    await assert.rejects(world.open({ signal: AbortSignal.abort(new Error('stopping')) }), /stopping/);
    const controller = new AbortController();
    const opening = world.open({ signal: controller.signal });
    setTimeout(() => controller.abort(new Error('stopping')), 100);
    await assert.rejects(opening, /stopping/);
    assert.deepEqual(locks(world), files);
    holder.close();
    await world.open();
  });

  it('stands while its holder is stopped, not dead', async () => {
    const holder = await world.start('hold');
    holder.kill('SIGSTOP');
    await assert.rejects(world.open({ signal: AbortSignal.timeout(400) }), { name: 'TimeoutError' });
    holder.kill('SIGCONT');
  });

  it('is not lost to callers who come and say nothing, or much', async () => {
    const state = await world.open();
    const [file = ''] = locks(world);
    const callers = Array.from({ length: 20 }, () => createConnection(world.place(file)));
    for (const caller of callers) caller.on('error', () => {}).end(Buffer.alloc(100_000));
    await Promise.all(callers.map((caller) => once(caller, 'close')));
    assert.equal(state.put('volume', idOf('a'), secret('x')), 'kept');
    await assert.rejects(world.open({ signal: AbortSignal.timeout(200) }), { name: 'TimeoutError' });
  });

  it('leaves few files however often it passes on', async () => {
    for (let turn = 0; turn < 40; turn += 1) (await world.open()).close();
    assert.ok(locks(world).length <= 9, locks(world).join(' '));
  });
});

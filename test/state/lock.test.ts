// One process writes at a time; the next one has the folder in the moment in which the former ends, however it ends.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { idOf, kill, StateWorld, secret, texts } from './world.ts';

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
    const opening = world.open().then((state) => {
      isOpen = true;
      return state;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(isOpen, false);
    assert.deepEqual(
      world.notices.map(({ level, message }) => [level, message]),
      [['info', 'another process has the state folder; waiting for its end']],
    );
    holder.send('close');
    await once(holder, 'message');
    const closedAt = performance.now();
    await opening;
    assert.ok(performance.now() - closedAt < 500);
    assert.equal(world.notices.length, 1);
  });

  it('passes on in the moment in which its holder is killed, with all it wrote', async () => {
    const holder = await world.start('put');
    const opening = world.open();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const killedAt = performance.now();
    await kill(holder);
    const state = await opening;
    assert.ok(performance.now() - killedAt < 500);
    assert.ok([...state.load('volume')].length > 0);
  });

  it('of a process that was killed before is taken over without a wait', async () => {
    for (let turn = 0; turn < 3; turn += 1) await kill(await world.start('hold'));
    const startedAt = performance.now();
    const state = await world.open();
    assert.ok(performance.now() - startedAt < 100, `${performance.now() - startedAt} ms`);
    assert.equal(await state.put('volume', idOf('a'), secret('x')), 'kept');
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
      await state.put('volume', idOf(turn), secret('x'));
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
    assert.equal(await state.put('volume', idOf('a'), secret('x')), 'kept');
    await assert.rejects(world.open({ signal: AbortSignal.timeout(200) }), { name: 'TimeoutError' });
  });

  it('leaves few files however often it passes on', async () => {
    for (let turn = 0; turn < 40; turn += 1) (await world.open()).close();
    assert.ok(locks(world).length <= 9, locks(world).join(' '));
  });
});

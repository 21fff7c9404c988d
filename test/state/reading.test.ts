// What lies in the folder never keeps a process from starting: not a record that ends whoever reads it, not many of
// them, not more of them than fit.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { idOf, StateWorld, secret, texts } from './world.ts';

const [A, B, C] = [idOf('a'), idOf('b'), idOf('c')];

describe('a record that was being read when a process died', () => {
  let world: StateWorld;
  beforeEach(async () => {
    world = new StateWorld();
    const state = await world.open();
    for (const id of [A, B, C]) state.put('volume', id, secret(`of ${id}`));
    state.put('session', A, secret('a login'));
    state.close();
  });
  afterEach(() => world.end());

  const said = () => world.notices.map(({ message, fields }) => [message.split(';')[0], fields?.['records']]);

  it('is set aside by the next process, which reads the others', async () => {
    await world.dieOver(B);
    const state = await world.open();
    assert.deepEqual(await texts(state, 'volume'), { [A]: `of ${A}`, [C]: `of ${C}` });
    assert.deepEqual(await texts(state, 'session'), { [A]: 'a login' });
    assert.deepEqual(said(), [['the process before this one ended while it read a record of the state folder', 1]]);
    assert.deepEqual(readdirSync(world.place('damaged')), [`volume-${B}`]);
    assert.equal(state.sizeBytes, 3 * 4096);
  });

  it('takes all of its kind with it if reading ends the next process too, and none of another kind', async () => {
    await world.dieOver('any');
    await world.dieOver('any');
    const state = await world.open();
    assert.deepEqual(await texts(state, 'volume'), {});
    assert.deepEqual(await texts(state, 'session'), { [A]: 'a login' });
    assert.match(said()[0]?.[0] as string, /^two processes in a row ended/);
    assert.equal(said()[0]?.[1], 2);
  });

  it('is forgotten once all were read: two deaths with a good start between them are not in a row', async () => {
    await world.dieOver(A);
    const good = await world.open();
    assert.equal(Object.keys(await texts(good, 'volume')).length, 2);
    assert.equal(Object.keys(await texts(good, 'session')).length, 1);
    good.close();
    await world.dieOver(B);
    assert.deepEqual(await texts(await world.open(), 'volume'), { [C]: `of ${C}` });
  });

  it('is none if the process was told to stop while it read', async () => {
    const stopped = await world.open();
    for (const [id] of stopped.load('volume')) if (id !== undefined) break;
    stopped.close();
    assert.equal(Object.keys(await texts(await world.open(), 'volume')).length, 3);
    assert.deepEqual(world.notices, []);
  });

  it('is none if the mark names nothing that is there, or is no mark', async () => {
    const marks = [
      '{"kind":"volume","id":"../lock-1","deaths":7}',
      '{"kind":"..","id":"v1","deaths":7}',
      `{"kind":"volume","id":"${idOf('gone')}","deaths":1}`,
      `{"kind":"volume","id":"${A}"}`,
      'half',
      '',
    ];
    for (const mark of marks) {
      writeFileSync(world.place('reading'), mark);
      const state = await world.open();
      assert.equal(Object.keys(await texts(state, 'volume')).length, 3, mark);
      state.close();
    }
    assert.deepEqual(world.notices, []);
  });
});

describe('more than the folder may hold', () => {
  let world: StateWorld;
  beforeEach(() => {
    world = new StateWorld();
  });
  afterEach(() => world.end());

  it('is set aside before it is read, the largest first, when the limit is lower than it was', async () => {
    const first = await world.open();
    first.put('volume', A, secret('x'.repeat(40_000)));
    first.put('session', B, secret('x'.repeat(30_000)));
    for (let turn = 0; turn < 10; turn += 1) first.put('session', idOf(turn), secret('small'));
    first.close();
    const state = await world.open({ maxBytes: 12 * 4096 });
    assert.deepEqual(await texts(state, 'volume'), {});
    assert.equal(Object.keys(await texts(state, 'session')).length, 10);
    assert.equal(state.sizeBytes, 10 * 4096);
    assert.deepEqual(
      world.notices.map(({ message, fields }) => [message.split(';')[0], fields?.['kind']]),
      ['volume', 'session'].map((kind) => ['the state folder holds more than --state-max-bytes', kind]),
    );
  });
});

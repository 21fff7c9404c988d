// Processes killed while they write, bytes changed at random, things that are no files: each costs what it held.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { isWhole } from './self-checking.ts';
import { idOf, kill, StateWorld, secret, texts } from './world.ts';

const SEED = Number(process.env['SEED'] ?? 7);

/** Numbers below `below`, the same for the same seed (mulberry32). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

describe('damage to the state folder', () => {
  let world: StateWorld;
  beforeEach(() => {
    world = new StateWorld();
  });
  afterEach(() => world.end());

  it('is not done by SIGKILL in the middle of puts: every record is whole or absent', async () => {
    const draw = seeded(SEED);
    let seen = 0;
    let halves = 0;
    for (let round = 0; round < 12; round += 1) {
      const writer = await world.start('put');
      await new Promise((resolve) => setTimeout(resolve, 20 + draw(150)));
      await kill(writer);
      halves += Number(readdirSync(world.place()).includes('incoming'));
      const state = await world.open();
      for (const [id, { body }] of state.load('volume')) {
        seen += 1;
        assert.ok(isWhole(body.reveal()), `seed ${SEED}, round ${round}, record ${id}`);
      }
      state.close();
    }
    if (process.env['SHOW_FIGURES'] !== undefined) console.log(`${seen} records seen, ${halves} killed half way`);
    assert.ok(seen > 12, `${seen} records`);
    assert.deepEqual(world.notices, []);
  });

  it('costs what it held: a byte changed, cut off or added anywhere', async () => {
    const draw = seeded(SEED);
    const first = await world.open();
    const ids = Array.from({ length: 40 }, (_, turn) => idOf(turn));
    for (const id of ids) first.put('volume', id, secret(`body of ${id}`));
    first.close();
    const damaged = new Set(ids.filter(() => draw(2) === 0));
    for (const id of damaged) {
      const place = world.place('volume', id);
      const bytes = readFileSync(place);
      const at = draw(bytes.length);
      const kind = draw(3);
      if (kind === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << draw(8));
      writeFileSync(place, kind === 1 ? bytes.subarray(0, at) : bytes);
      if (kind === 2) writeFileSync(place, Buffer.concat([bytes, Buffer.alloc(1 + at)]));
    }
    const state = await world.open();
    const rest = ids.filter((id) => !damaged.has(id));
    assert.deepEqual(new Set(Object.keys(await texts(state, 'volume'))), new Set(rest), `seed ${SEED}`);
    assert.equal(state.sizeBytes, rest.length * 4096);
    assert.deepEqual(
      world.notices.map(({ level, fields }) => [level, fields?.['records']]),
      [['warn', damaged.size]],
    );
    assert.match(world.notices[0]?.message ?? '', /damaged and set aside/);
    assert.equal(readdirSync(world.place('damaged')).length, Math.min(20, damaged.size));
    Array.from(state.load('volume'));
    assert.equal(world.notices.length, 1, 'told once');
  });

  it('is every single bit of a record', async () => {
    const state = await world.open();
    const id = idOf('a');
    state.put('volume', id, secret('body'));
    const place = world.place('volume', id);
    const whole = readFileSync(place);
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const bytes = Buffer.from(whole);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      writeFileSync(place, bytes);
      assert.equal([...state.load('volume')].length, 0, `bit ${bit}`);
    }
    writeFileSync(place, whole);
    assert.equal([...state.load('volume')].length, 1);
  });

  it('is a record under the name of another one', async () => {
    const state = await world.open();
    state.put('volume', idOf('a'), secret('of a'));
    state.put('volume', idOf('c'), secret('of c'));
    renameSync(world.place('volume', idOf('a')), world.place('volume', idOf('b')));
    renameSync(world.place('volume', idOf('c')), world.place('session', idOf('c')));
    assert.deepEqual(await texts(state, 'volume'), {});
    assert.deepEqual(await texts(state, 'session'), {});
  });

  it('is what is not a plain file: a link is not followed, a pipe does not hold us, a folder goes', async () => {
    const state = await world.open();
    state.put('volume', idOf('a'), secret('good'));
    const outside = `${world.folder}/outside`;
    renameSync(world.place('volume', idOf('a')), outside);
    symlinkSync(outside, world.place('volume', idOf('a')));
    execFileSync('mkfifo', [world.place('volume', idOf('b'))]);
    mkdirSync(world.place('volume', idOf('c')));
    writeFileSync(world.place('volume', idOf('c'), 'inner'), '');
    writeFileSync(world.place('volume', 'notes.txt'), '');
    assert.deepEqual(await texts(state, 'volume'), {});
    assert.deepEqual(readdirSync(world.place('volume')), []);
    assert.deepEqual(readdirSync(world.place('damaged')), ['volume-notes.txt']);
    assert.ok(readFileSync(outside).includes('good'), 'what the link led to is as it was');
    assert.equal(world.notices[0]?.fields?.['records'], 4);
  });

  it('keeps the newest twenty of what broke, and no large ones', async () => {
    const state = await world.open();
    for (let turn = 0; turn < 30; turn += 1) {
      writeFileSync(world.place('volume', idOf(turn)), `broken ${turn}`);
      Array.from(state.load('volume'));
    }
    writeFileSync(world.place('volume', idOf('large')), Buffer.alloc(70_000));
    Array.from(state.load('volume'));
    const kept = readdirSync(world.place('damaged')).map((name) => readFileSync(world.place('damaged', name), 'utf8'));
    const expected = Array.from({ length: 20 }, (_, index) => `broken ${index + 10}`);
    // The large one was the newest for a moment, so one of the twenty gave way to it.
    assert.deepEqual(new Set(kept), new Set(expected.slice(1)));
    assert.equal(lstatSync(world.place('damaged')).mode & 0o777, 0o700);
  });
});

// Where records may lie: in memory, in a folder of our own that is closed to others, reached over no link.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skip } from '../harness/skip.ts';
import { idOf, StateWorld, secret } from './world.ts';

const isRoot = process.geteuid?.() === 0;

describe('the state folder', () => {
  let world: StateWorld;
  beforeEach(() => {
    world = new StateWorld();
  });
  afterEach(() => world.end());

  const refused = (message: RegExp) => assert.rejects(world.tryOpen(), { name: 'StartupError', message });

  it('on a disk is not used: a warning, and nothing written there', async function () {
    const disk = mkdtempSync(join(tmpdir(), 'state-'));
    try {
      if (execFileSync('stat', ['-f', '-c', '%T', disk], { encoding: 'utf8' }).trim() === 'tmpfs')
        skip(this, 'the temporary folder is on a tmpfs');
      assert.equal(await world.tryOpen({ folder: disk }), undefined);
      assert.deepEqual(readdirSync(disk), []);
      const [notice] = world.notices;
      assert.equal(notice?.level, 'warn');
      assert.match(String(notice?.fields?.['why']), /on a disk/);
      await assert.rejects(world.tryOpen({ folder: disk, isRequired: true }), /is required: it is on a disk/);
      // A disk behind a link in memory.
      symlinkSync(disk, join(world.folder, 'link'));
      assert.equal(await world.tryOpen({ folder: join(world.folder, 'link') }), undefined);
      assert.deepEqual(readdirSync(disk), []);
    } finally {
      rmSync(disk, { recursive: true });
    }
  });

  it('that does not exist is not made: a warning, or a refusal where it is required', async () => {
    const folder = join(world.folder, 'absent');
    assert.equal(await world.tryOpen({ folder }), undefined);
    assert.equal(world.notices[0]?.fields?.['why'], 'it does not exist');
    assert.deepEqual(world.degraded, ['state-folder true']);
    await assert.rejects(world.tryOpen({ folder, isRequired: true }), {
      name: 'StartupError',
      message: `state folder ${folder} is required: it does not exist`,
    });
    assert.equal(existsSync(folder), false);
  });

  it('is refused if a link stands in its place, and what the link leads to stays as it is', async () => {
    const other = join(world.folder, 'other');
    mkdirSync(other, { mode: 0o700 });
    symlinkSync(other, world.place());
    await refused(/v1: it is a symbolic link/);
    assert.deepEqual(readdirSync(other), []);
    rmSync(world.place());
    mkdirSync(world.place(), { mode: 0o700 });
    symlinkSync(other, world.place('volume'));
    await refused(/v1\/volume: it is a symbolic link/);
    assert.deepEqual(readdirSync(other), []);
    rmSync(world.place('volume'));
    await world.open();
  });

  it('is refused if it is a file, or open to others', async () => {
    writeFileSync(world.place(), '');
    await refused(/it is not a folder/);
    rmSync(world.place());
    for (const mode of [0o701, 0o710, 0o750, 0o777, 0o1777]) {
      mkdirSync(world.place());
      chmodSync(world.place(), mode);
      await refused(/open to other users/);
      assert.deepEqual(readdirSync(world.place()), []);
      rmSync(world.place(), { recursive: true });
    }
  });

  it('is refused if it belongs to another user', async function () {
    if (!isRoot) skip(this, 'only root can give a folder away');
    mkdirSync(world.place(), { mode: 0o700 });
    chownSync(world.place(), 12345, 12345);
    await refused(/belongs to user 12345 and this is user 0/);
  });

  it('stays the one that was opened when another is put in its place', async () => {
    const state = await world.open();
    renameSync(world.place(), join(world.folder, 'moved'));
    mkdirSync(world.place());
    assert.equal(state.put('volume', idOf('a'), secret('x')), 'kept');
    assert.deepEqual(readdirSync(world.place()), []);
    assert.deepEqual(readdirSync(join(world.folder, 'moved', 'volume')), [idOf('a')]);
  });

  it('may have a name that is longer than a socket address', async () => {
    const folder = join(world.folder, 'x'.repeat(120));
    mkdirSync(folder);
    const state = await world.open({ folder });
    assert.equal(state.put('volume', idOf('a'), secret('x')), 'kept');
    await assert.rejects(world.open({ folder, signal: AbortSignal.timeout(200) }), { name: 'TimeoutError' });
  });

  it('that is taken away refuses records, told once, and the process goes on', async () => {
    const state = await world.open();
    rmSync(world.place(), { recursive: true });
    assert.equal(state.put('volume', idOf('a'), secret('x')), 'failed');
    assert.equal(state.put('volume', idOf('b'), secret('x')), 'failed');
    assert.equal(world.notices.length, 1);
    assert.equal(world.notices[0]?.fields?.['code'], 'ENOENT');
    assert.equal(state.sizeBytes, 0);
  });
});

describe('a state folder on a small tmpfs', () => {
  let world: StateWorld;
  const mount = (...args: string[]) => execFileSync('mount', args, { stdio: 'ignore' });
  let isMounted = false;
  before(function () {
    world = new StateWorld();
    try {
      mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', world.folder);
      isMounted = true;
    } catch {
      skip(this, 'no right to mount a tmpfs');
    }
  });
  after(async () => {
    // A mount point cannot be removed; what is in it goes with the mount.
    await world.end().catch(() => {});
    if (isMounted) execFileSync('umount', ['--lazy', world.folder]);
    await world.end();
  });

  it('that is full, then read-only, refuses with the cause, keeps what it had, and takes records again', async () => {
    const state = await world.open();
    const [a, b] = [idOf('a'), idOf('b')];
    assert.equal(state.put('volume', a, secret('a'.repeat(30_000))), 'kept');
    assert.equal(state.put('volume', b, secret('b'.repeat(40_000))), 'no-space');
    assert.equal(state.put('volume', a, secret('a'.repeat(40_000))), 'no-space');
    assert.deepEqual(readdirSync(world.place()).includes('incoming'), false, 'its half is gone');
    assert.equal(new Map(state.load('volume')).get(a)?.body.reveal().length, 30_000);
    assert.equal(state.put('volume', b, secret('b')), 'kept');
    mount('-o', 'remount,ro', world.folder);
    assert.equal(state.put('volume', b, secret('c')), 'read-only');
    state.remove('volume', b);
    assert.equal([...state.load('volume')].length, 2);
    mount('-o', 'remount,rw', world.folder);
    assert.deepEqual(
      world.notices.map(({ level, fields }) => [level, fields?.['why']]),
      [
        ['warn', 'no-space'],
        ['warn', 'read-only'],
      ],
    );
    assert.equal(state.put('volume', a, secret('a')), 'kept');
    assert.equal(state.put('volume', b, secret('b')), 'kept');
    assert.equal(world.notices.at(-1)?.level, 'info');
    state.close();
  });

  it('that is read-only from the start is done without, or refused if it is required', async () => {
    mount('-o', 'remount,ro', world.folder);
    assert.equal(await world.tryOpen(), undefined);
    assert.equal(world.notices.at(-1)?.fields?.['why'], 'it cannot be written (EROFS)');
    await assert.rejects(world.tryOpen({ isRequired: true }), /is required: it cannot be written \(EROFS\)/);
  });
});

// The volume stands for the driver's writer: what it promises here is what the demo and the socket suite show.
import assert from 'node:assert/strict';
import { lstat, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MountedFile } from './driver.ts';
import { currentData, readVolume, writeVolume } from './volume.ts';

describe('a volume', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'secretmount-volume-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const file = (path: string, text = path, mode = 0o644): MountedFile => ({ path, mode, contents: Buffer.from(text) });

  async function seen(): Promise<Record<string, string>> {
    const files = await readVolume(folder);
    return Object.fromEntries(
      [...files].map(([path, { mode, contents }]) => [path, `${mode.toString(8)} ${contents}`]),
    );
  }

  it('shows the files of the answer, in folders too, with their modes whatever the umask', async () => {
    const umask = process.umask(0o077);
    try {
      assert.equal(await writeVolume(folder, [file('a', '1', 0o666), file('sub/b', '2', 0o400), file('sub/c')]), true);
    } finally {
      process.umask(umask);
    }
    assert.deepEqual(await seen(), { a: '666 1', 'sub/b': '400 2', 'sub/c': '644 sub/c' });
  });

  it('links each name through ..data to a folder named after the time', async () => {
    await writeVolume(folder, [file('a'), file('sub/b')]);
    assert.equal(await readlink(join(folder, 'a')), '..data/a');
    assert.equal(await readlink(join(folder, 'sub')), '..data/sub');
    const data = (await currentData(folder)) ?? '';
    assert.match(data, /^\.\.\d{4}(_\d\d){5}\.\d+$/);
    assert.deepEqual((await readdir(folder)).sort(), ['..data', data, 'a', 'sub'].sort());
  });

  it('moves to a new folder for a change and leaves nothing of the old one', async () => {
    await writeVolume(folder, [file('a', 'old'), file('b')]);
    const before = await currentData(folder);
    assert.equal(await writeVolume(folder, [file('a', 'new'), file('b')]), true);
    assert.deepEqual(await seen(), { a: '644 new', b: '644 b' });
    assert.notEqual(await currentData(folder), before);
    assert.equal((await readdir(folder)).length, 4);
  });

  it('swaps what the links lead to, never the links', async () => {
    await writeVolume(folder, [file('a', 'old')]);
    const inode = (await lstat(join(folder, 'a'))).ino;
    await writeVolume(folder, [file('a', 'new')]);
    assert.equal((await lstat(join(folder, 'a'))).ino, inode);
  });

  for (const [what, second] of [
    ['the same contents', [file('a', '1')]],
    ['a mode alone', [file('a', '1', 0o600)]],
    ['an answer without files', []],
  ] as const) {
    it(`is left as it is by ${what}`, async () => {
      await writeVolume(folder, [file('a', '1')]);
      const before = await currentData(folder);
      assert.equal(await writeVolume(folder, second), false);
      assert.equal(await currentData(folder), before);
      assert.deepEqual(await seen(), { a: '644 1' });
    });
  }

  it('loses the files that a later answer does not have', async () => {
    await writeVolume(folder, [file('a'), file('sub/b'), file('sub/c'), file('gone/d')]);
    assert.equal(await writeVolume(folder, [file('a'), file('sub/c')]), true);
    assert.deepEqual(await seen(), { a: '644 a', 'sub/c': '644 sub/c' });
    assert.equal((await readdir(folder)).includes('gone'), false);
  });

  it('replaces a plain file from before the driver wrote links', async () => {
    await writeFile(join(folder, 'a'), 'plain');
    await writeVolume(folder, [file('a', 'linked')]);
    assert.equal(await readlink(join(folder, 'a')), '..data/a');
    assert.equal(await readFile(join(folder, 'a'), 'utf8'), 'linked');
  });

  const long = 'x'.repeat(256);
  for (const path of ['', '/a', '..', '../a', '..a', 'a/../b', './a', 'a//b', 'a/', long, `${'a/'.repeat(2048)}b`]) {
    it(`refuses ${JSON.stringify(path.slice(0, 20))} and writes nothing`, async () => {
      await assert.rejects(writeVolume(folder, [file('good'), { ...file('a'), path }]), /the driver refuses the path/);
      assert.deepEqual(await readdir(folder), []);
    });
  }
});

// Into which folders `secretmount mount` writes, and what it takes away there: only what such a mount wrote.
import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OutFolder } from '../../src/cli/mount/out-folder.ts';
import { PinnedFolder } from '../../src/cli/mount/pinned-folder.ts';
import { replaceVolume } from '../../src/cli/mount/volume-folder.ts';
import { skip } from '../harness/skip.ts';

const NOBODY = 65_534;
const DATA = '..2026_01_02_03_04_05.7';
const FILES = [{ path: 'a', mode: 0o644, contents: Buffer.from('new') }];

describe('the folder of secretmount mount', () => {
  let base: string;
  let out: string;

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'secretmount-out-'));
    out = join(base, 'out');
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  const folder = () => new OutFolder(out, true);

  async function assertRefused(what: RegExp): Promise<void> {
    const before = existsSync(out) ? readdirSync(out) : [];
    await assert.rejects(folder().open(), what);
    await assert.rejects(folder().write(FILES), what);
    assert.deepEqual(readdirSync(out), before);
  }

  it('is made for its owner, written, read and written again', async () => {
    assert.equal((await folder().open()).size, 0);
    await folder().write([
      { path: 'a', mode: 0o600, contents: Buffer.from('old') },
      ...FILES.map((file) => ({ ...file, path: 'b' })),
    ]);
    assert.deepEqual([...(await folder().open()).keys()], ['a', 'b']);
    await folder().write(FILES);
    assert.equal(readFileSync(join(out, 'a'), 'utf8'), 'new');
    assert.equal(readdirSync(out).length, 3);
  });

  for (const mode of [0o777, 0o1777, 0o770, 0o722])
    it(`is refused with mode ${mode.toString(8)}, in which others could swap what is in it`, async () => {
      mkdirSync(out);
      chmodSync(out, mode);
      await assertRefused(/^CommandFailed: --out \S+ can be written by others/);
    });

  it('is refused if another user made it', async function () {
    if (process.getuid?.() !== 0) skip(this, 'only root can give a folder away');
    mkdirSync(out, { mode: 0o700 });
    chownSync(out, NOBODY, NOBODY);
    await assertRefused(/^CommandFailed: --out \S+ belongs to user 65534 and not to you \(0\)/);
  });

  it('is refused if it is a link, wherever that leads', async () => {
    mkdirSync(join(base, 'elsewhere'));
    symlinkSync('elsewhere', out);
    await assertRefused(/^CommandFailed: --out \S+ is not a folder, or a link to one/);
    symlinkSync('nowhere', join(base, 'broken'));
    await assert.rejects(new OutFolder(join(base, 'broken'), true).write(FILES), /a link to one/);
    assert.equal(existsSync(join(base, 'nowhere')), false);
  });

  for (const target of ['../precious', '.', '..', '/etc', 'sub', `${DATA}/..`, `../precious/${DATA}`])
    it(`is refused where ..data leads to ${target}, and nothing there is touched`, async () => {
      mkdirSync(join(base, 'precious', DATA), { recursive: true });
      writeFileSync(join(base, 'precious', DATA, 'file'), 'keep');
      mkdirSync(join(out, 'sub'), { recursive: true });
      rmSync(join(out, 'sub'), { recursive: true });
      symlinkSync(target, join(out, '..data'));
      await assertRefused(/holds "\.\.data", which no mount wrote/);
      assert.equal(readFileSync(join(base, 'precious', DATA, 'file'), 'utf8'), 'keep');
      // Nor does the writer itself follow it, where it is not asked first.
      await replaceVolume(out, FILES);
      assert.equal(readFileSync(join(base, 'precious', DATA, 'file'), 'utf8'), 'keep');
      assert.match(readlinkSync(join(out, '..data')), /^\.\.\d{4}_/);
    });

  it('is refused if a data folder is a link', async () => {
    mkdirSync(join(base, 'precious'));
    mkdirSync(out);
    symlinkSync('../precious', join(out, DATA));
    await assertRefused(/holds "\.\.2026\S+", which no mount wrote/);
  });

  it('is refused if a link in it is of another user', async function () {
    if (process.getuid?.() !== 0) skip(this, 'only root can give a folder away');
    mkdirSync(join(out, DATA), { recursive: true });
    symlinkSync(DATA, join(out, '..data'));
    lchownSync(join(out, '..data'), NOBODY, NOBODY);
    await assertRefused(/holds "\.\.data", which no mount wrote/);
  });

  it('is the one that was checked, whatever takes its name meanwhile', async function () {
    if (!existsSync('/proc/self/fd')) skip(this, 'there is no /proc/self/fd');
    mkdirSync(out, { mode: 0o700 });
    const pinned = (await PinnedFolder.open(out)) ?? assert.fail();
    mkdirSync(join(base, 'precious'));
    renameSync(out, join(base, 'moved'));
    symlinkSync('precious', out);
    await replaceVolume(pinned.path, FILES);
    await pinned.close();
    assert.deepEqual(readdirSync(join(base, 'precious')), []);
    assert.equal(readFileSync(join(base, 'moved', 'a'), 'utf8'), 'new');
  });

  it('is looked at again before the write', async () => {
    mkdirSync(out, { mode: 0o700 });
    await folder().open();
    writeFileSync(join(out, 'mine'), 'keep');
    await assert.rejects(
      folder().write([{ ...FILES[0], path: 'mine', mode: 0o600, contents: Buffer.from('new') }]),
      /holds "mine"/,
    );
    assert.equal(readFileSync(join(out, 'mine'), 'utf8'), 'keep');
  });
});

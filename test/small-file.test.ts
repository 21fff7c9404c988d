// What is read of a path that somebody else chose: files, up to the bound, and nothing that reading or opening would
// set to work.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAX_FILE_BYTES, readSmallFile, whyUnreadable } from '../src/small-file.ts';
import { skip } from './harness/skip.ts';

describe('readSmallFile', () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  const refusalOf = (path: string) => readSmallFile(path).then(() => assert.fail(`${path} was read`), whyUnreadable);
  /** Bytes that this process has read from files so far. */
  const bytesRead = () => Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'secretmount-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('gives the bytes of a file, also through a link, also of an empty one', async () => {
    const text = `${'a'.repeat(100_000)}é`;
    writeFileSync(at('file'), text);
    symlinkSync('file', at('link'));
    writeFileSync(at('empty'), '');
    assert.equal((await readSmallFile(at('file'))).toString(), text);
    assert.equal((await readSmallFile(at('link'))).toString(), text);
    assert.equal((await readSmallFile(at('empty'))).length, 0);
  });

  it('takes a file at the bound, and of a longer one no more than the byte that is over it', async () => {
    writeFileSync(at('longest'), Buffer.alloc(MAX_FILE_BYTES, 1));
    assert.equal((await readSmallFile(at('longest'))).length, MAX_FILE_BYTES);
    writeFileSync(at('longer'), Buffer.alloc(MAX_FILE_BYTES + 1, 1));
    assert.equal(await refusalOf(at('longer')), 'it is over 1 MiB');
    writeFileSync(at('endless'), '');
    truncateSync(at('endless'), 64 * 1024 ** 3);
    const before = bytesRead();
    assert.equal(await refusalOf(at('endless')), 'it is over 1 MiB');
    // Loading a module meanwhile may read as well.
    assert.ok(bytesRead() - before < 4 * MAX_FILE_BYTES, `${bytesRead() - before} bytes were read`);
  });

  const kernels: readonly [path: string, name: string][] = [
    ['/proc/self/pagemap', 'procfs'],
    ['/proc/self/environ', 'procfs'],
    ['/proc/kmsg', 'procfs'],
    ['/proc/self/ns/net', 'nsfs'],
    ['/sys/kernel/uevent_seqnum', 'sysfs'],
    ['/sys/fs/cgroup/cgroup.procs', 'cgroup2'],
    ['/sys/fs/cgroup/unified/cgroup.procs', 'cgroup2'],
    ['/sys/fs/cgroup/memory/cgroup.procs', 'cgroup'],
    ['/sys/kernel/debug/sched/features', 'debugfs'],
    ['/sys/kernel/tracing/trace_pipe', 'tracefs'],
  ];
  for (const [path, name] of kernels)
    it(`does not read ${path}, which the kernel makes up`, async function () {
      if (!existsSync(path)) skip(this, `there is no ${path}`);
      assert.equal(await refusalOf(path), `it is made up by the kernel (${name})`);
      const link = at(path.replaceAll('/', '-'));
      symlinkSync(path, link);
      assert.equal(await refusalOf(link), `it is made up by the kernel (${name})`);
    });

  it('opens no pipe, device, socket or folder', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    const server = createServer().listen(at('socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    for (const path of [at('pipe'), at('socket'), folder, '/dev/zero', '/dev/null', '/dev/tty'])
      assert.equal(await refusalOf(path), 'it is not a file', path);
    server.close();
  });

  it('says why a file cannot be had', async () => {
    assert.equal(await refusalOf(at('none')), 'it does not exist');
    assert.equal(await refusalOf(`${at('file')}/below`), 'it cannot be read (ENOTDIR)');
    symlinkSync('loop', at('loop'));
    assert.equal(await refusalOf(at('loop')), 'it cannot be read (ELOOP)');
    assert.equal(await refusalOf('/a\0b'), 'it cannot be read (ERR_INVALID_ARG_VALUE)');
  });

  it('leaves no descriptor open', async () => {
    // Descriptors of these files alone: other tests in this process open and close some too.
    const isOurs = (fd: string) => /\/file$|\/longer$|pagemap/.test(linkOf(`/proc/${process.pid}/fd/${fd}`));
    const count = () => readdirSync(`/proc/${process.pid}/fd`).filter(isOurs).length;
    const before = count();
    for (let i = 0; i < 20; i++) {
      await readSmallFile(at('file'));
      await refusalOf(at('longer'));
      await refusalOf('/proc/self/pagemap');
    }
    assert.equal(count(), before);
  });
});

/** Empty: it is closed by now. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

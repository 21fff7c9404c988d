// What a crash leaves on a disk: the kernel is told to write no memory of ours, before anything secret is there.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { warnOfCoreDumps } from '../../src/cli/core-dumps.ts';
import { Daemon } from '../harness/daemon.ts';
import { skip } from '../harness/skip.ts';

const COMMAND = fileURLToPath(new URL('../../src/cli/core-dumps.ts', import.meta.url));

describe('a core dump', () => {
  it('of the daemon holds no memory, as the kernel itself says', async () => {
    const daemon = await new Daemon({ args: ['--vault-addr=http://127.0.0.1:1'] }).untilStarted();
    const filter = readFileSync(`/proc/${daemon.process.pid}/coredump_filter`, 'utf8');
    assert.equal(Number.parseInt(filter, 16), 0);
    assert.ok(!daemon.log.some(({ msg }) => String(msg).includes('coredump_filter')));
    await daemon.stop();
  });

  it('of a process that aborts holds nothing of what it had in memory', function () {
    const folder = mkdtempSync(join(tmpdir(), 'secretmount-core-'));
    const abort = (isKept: boolean) => {
      const keep = isKept ? '' : `(await import('${COMMAND}')).keepMemoryOutOfCoreDumps();`;
      // Its two halves stand in the command line, which a core always holds; the whole only in memory.
      const script = `${keep} globalThis.secret = Buffer.from('planted-in-' + 'memory-77'); process.abort();`;
      const shell = `ulimit -c unlimited && exec "$0" --input-type=module -e "$1"`;
      spawnSync('sh', ['-c', shell, process.execPath, script], { cwd: folder });
      const cores = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
      return cores;
    };
    const [whole] = abort(true);
    // Where cores are piped or forbidden there is nothing to look into.
    if (whole === undefined || !existsSync('/proc/self/coredump_filter')) skip(this, 'no core file is written here');
    assert.ok(whole.includes('planted-in-memory-77'), 'the search finds what it looks for');
    const [left] = abort(false);
    assert.ok(left === undefined || !left.includes('planted-in-memory-77'));
    rmSync(folder, { recursive: true });
  });

  it('is warned about where the kernel was not told', () => {
    const filter = readFileSync('/proc/self/coredump_filter', 'utf8');
    const messages: string[] = [];
    warnOfCoreDumps((fact) => messages.push(fact.type === 'notice' ? `${fact.level} ${fact.message}` : fact.type));
    // The tests' own process is an ordinary one.
    assert.notEqual(Number.parseInt(filter, 16), 0);
    assert.deepEqual(messages, [
      'warn /proc/self/coredump_filter cannot be written: a crash may write secrets to a disk; set ulimit -c to 0',
    ]);
  });
});

// `npm run store` as a person has it: what it prints works, and Ctrl-C leaves nothing.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePorts } from '../harness/ports.ts';

const ROOT = join(import.meta.dirname, '../..');
const OTHER_PORT = 'for another port write npm run store -- 8300\n';

describe('npm run store', () => {
  const running: ChildProcess[] = [];
  const start = (...args: readonly string[]) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'run-store.ts'), ...args]);
    running.push(child);
    return child;
  };
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });

  it('prints commands that work, and ends with Ctrl-C', async () => {
    const port = String(await findFreePorts());
    const child = start(port);
    const ended = once(child, 'exit');
    const printed = await outputUntil(child, 'Ctrl-C');
    const folder = mkdtempSync('/dev/shm/store-test-');
    try {
      const commands = printed
        .split('\n')
        .filter((line) => line.startsWith('  '))
        .map((line) =>
          line
            .trim()
            .replace('npm exec -- secretmount', 'node dist/start.js')
            .replace('/dev/shm/app', join(folder, 'app')),
        )
        .filter((line) => line !== 'npm run build');
      const shell = spawn('sh', ['-ec', commands.join('\n')], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
      const [output] = await Promise.all([outputUntil(shell, ''), once(shell, 'exit')]);
      assert.equal(shell.exitCode, 0, output);
      assert.equal(readFileSync(join(folder, 'app/db-password'), 'utf8'), 'made-up');
    } finally {
      rmSync(folder, { recursive: true });
    }
    child.kill('SIGINT');
    assert.deepEqual(await ended, [0, null]);
    await assert.rejects(fetch(`http://127.0.0.1:${port}`), /fetch failed/);
  });

  it('says in one sentence that a port is in use, or is none', async () => {
    const port = String(await findFreePorts());
    const first = start(port);
    await outputUntil(first, 'Ctrl-C');
    assert.equal(await failure(start(port)), `port ${port} is in use; ${OTHER_PORT}`);
    assert.equal(await failure(start('80x')), `"80x" is not a port; ${OTHER_PORT}`);
    const ended = once(first, 'exit');
    first.kill('SIGTERM');
    await ended;
  });
});

/** What it prints until that word is among it, or its end. */
async function outputUntil(child: ChildProcess, word: string): Promise<string> {
  let text = '';
  for await (const part of child.stdout ?? []) {
    text += part;
    if (word !== '' && text.includes(word)) break;
  }
  return text;
}

async function failure(child: ChildProcess): Promise<string> {
  let said = '';
  child.stderr?.on('data', (part) => {
    said += part;
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 1);
  return said;
}

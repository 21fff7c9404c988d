// .vscode/launch.json as the editor would start it: store, daemon and driver under a debugger, on ports of this test's own.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findFreePorts } from '../harness/ports.ts';

const ROOT = resolve(import.meta.dirname, '../..');

interface Configuration {
  readonly name: string;
  readonly runtimeExecutable: string;
  readonly program: string;
  readonly args?: readonly string[];
}

describe('the launch configuration', () => {
  const running: ChildProcess[] = [];
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'launch-'));
  });
  after(() => {
    for (const child of running) child.kill('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  it('starts store, daemon and driver under a debugger, and a class is mounted', async () => {
    const { configurations, compounds } = JSON.parse(readFileSync(join(ROOT, '.vscode/launch.json'), 'utf8'));
    const port = await findFreePorts();
    const [compound] = compounds;
    let output = '';
    const mounted = new Promise<void>((done) => {
      for (const name of compound.configurations) {
        const child = start(
          configurations.find((one: Configuration) => one.name === name),
          port,
        );
        for (const stream of [child.stdout, child.stderr])
          stream?.on('data', (part) => {
            output += part;
            if (/^db-password: 7 bytes, db\/user\.txt: 4 bytes$/m.test(output)) done();
          });
      }
    });
    await Promise.race([mounted, new Promise((_, fail) => setTimeout(() => fail(new Error(output)), 60_000).unref())]);
    assert.equal(output.match(/^Debugger listening on /gm)?.length, 3, output);
  });

  function start({ runtimeExecutable, program, args = [] }: Configuration, port: number): ChildProcess {
    const ours = (text: string) =>
      text
        .replace(/^\$\{workspaceFolder\}/, ROOT)
        .replace('/tmp/secretmount-debug', folder)
        .replace('127.0.0.1:8200', `127.0.0.1:${port}`)
        .replace('127.0.0.1:8081', '127.0.0.1:0');
    const own = program.endsWith('run-store.ts') ? [String(port)] : [];
    const all = ['--inspect=127.0.0.1:0', program, ...args].map(ours);
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
    const child = spawn(ours(runtimeExecutable), [...all, ...own], { cwd: ROOT, env });
    running.push(child);
    return child;
  }
});

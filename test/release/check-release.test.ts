// The release check: nothing is published while a placeholder stands. And what the repository's own files promise.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

describe('the release check', () => {
  let folder = '';
  const check = (security: string, owners: string) => {
    writeFileSync(join(folder, 'SECURITY.md'), security);
    writeFileSync(join(folder, '.github/CODEOWNERS'), owners);
    const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'deploy/release/check-release.ts'), folder], {
      encoding: 'utf8',
    });
    return [status, stderr];
  };
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'release-'));
    mkdirSync(join(folder, '.github'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('fails while a placeholder stands', () => {
    assert.deepEqual(check(read('SECURITY.md'), read('.github/CODEOWNERS')), [
      1,
      'SECURITY.md still has SECURITY-CONTACT-TO-BE-FILLED-IN; write the real one in its place\n' +
        '.github/CODEOWNERS still has CODE-OWNER-TO-BE-FILLED-IN; write the real one in its place\n',
    ]);
  });

  it('passes once they are filled in', () => {
    assert.deepEqual(check('Write to security@example.com\n', '* @example/owners\n'), [0, '']);
  });

  it('runs before npm publishes', () => {
    assert.equal(JSON.parse(read('package.json')).scripts.prepublishOnly, 'node deploy/release/check-release.ts');
  });
});

describe("the repository's own files", () => {
  it('name the Node of the lock file', () => {
    assert.equal(`v${read('.nvmrc').trim()}`, process.version);
  });

  it('run what CI runs, with actions pinned by their hash and no permission but to read', () => {
    const workflow = read('.github/workflows/ci.yml');
    for (const [, action = ''] of workflow.matchAll(/uses: (.+)/g)) assert.match(action, /^[\w/-]+@[0-9a-f]{40} # v/);
    assert.match(workflow, /^permissions: \{\}$/m);
    assert.match(workflow, /bash \.ci\/run$/m);
    assert.deepEqual(
      [...workflow.matchAll(/^ {6}(\w+): \w+$/gm)].map(([line]) => line.trim()),
      ['contents: read'],
    );
  });
});

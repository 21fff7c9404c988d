// The room by itself, in a folder with nothing around it, as a package of its own would be.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROGRAM = `
import { compile } from './template/template.ts';
import { define, libraryOf } from './template/function.ts';

const upper = define(['string'], (_, text) => text.toUpperCase());
const template = compile('{{ range .users }}{{ . | upper }} {{ end }}', { functions: libraryOf({ upper }) });
process.stdout.write(await template.render(new Map([['users', ['ann', 'bob']]])));
`;

describe('the room of templates, alone', () => {
  it('renders without anything around it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'template-'));
    try {
      cpSync(resolve(import.meta.dirname, '../../src/template'), join(folder, 'template'), { recursive: true });
      writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
      writeFileSync(join(folder, 'main.ts'), PROGRAM);
      const output = execFileSync(process.execPath, [join(folder, 'main.ts')], { cwd: folder });
      assert.equal(output.toString(), 'ANN BOB ');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

// The room by itself, in a folder with nothing around it but the libraries that it names, as a package of its own would be.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOM = resolve(import.meta.dirname, '../../src/template');
const MODULES = resolve(import.meta.dirname, '../../node_modules');
/** For regular expressions and for YAML. */
const LIBRARIES = ['re2js', 'yaml'];

const OF_LANGUAGE = `
import { compile } from './template/template.ts';
import { define, libraryOf } from './template/function.ts';

const upper = define(['string'], (_, text) => text.toUpperCase());
const template = compile('{{ range .users }}{{ . | upper }} {{ end }}', { functions: libraryOf({ upper }) });
process.stdout.write(await template.render(new Map([['users', ['ann', 'bob']]])));
`;

const OF_DIALECTS = `
import { loadDialect } from './template/dialects.ts';
import { secretOf } from './template/functions/agent-answers.ts';
import { renderInPasses } from './template/functions/agent-passes.ts';
import { keyOf } from './template/functions/agent-reads.ts';
import { compile } from './template/template.ts';

const about = { requestId: '', leaseId: '', leaseDuration: 0, isRenewable: false, warnings: null };
const readAll = async (reads) => new Map(reads.map((read) => [keyOf(read), secretOf({ ...about, data: new Map([['path', read.path]]) })]));
const agent = compile('{{ with secret "a/b" }}{{ .Data.path | regexReplaceAll "[a-z]" "x" }}{{ end }}', { functions: await loadDialect('agent') });
const sprig = compile('{{ (fromYaml .text).a | add 1 }}', { functions: await loadDialect('sprig') });
process.stdout.write(await renderInPasses(agent, readAll) + ' ' + await sprig.render(new Map([['text', 'a: 41']])));
`;

describe('the room of templates, alone', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'template-'));
    cpSync(ROOM, join(folder, 'template'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function run(program: string): string {
    writeFileSync(join(folder, 'main.ts'), program);
    return execFileSync(process.execPath, [join(folder, 'main.ts')], { cwd: folder }).toString();
  }

  it('renders without anything around it', () => assert.equal(run(OF_LANGUAGE), 'ANN BOB '));

  it('has its dialects with two libraries and nothing else', () => {
    mkdirSync(join(folder, 'node_modules'));
    for (const name of LIBRARIES) symlinkSync(join(MODULES, name), join(folder, 'node_modules', name));
    assert.equal(run(OF_DIALECTS), 'x/x 42');
  });

  it('imports no other', () => {
    const files = readdirSync(ROOM, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const names = files.flatMap((file) =>
      [...readFileSync(join(ROOM, file), 'utf8').matchAll(/(?:from|import\() ?'([^.'][^']*)'/g)].map(
        ([, name = '']) => name,
      ),
    );
    assert.deepEqual([...new Set(names.filter((name) => !isBuiltin(name)))].sort(), LIBRARIES);
  });
});

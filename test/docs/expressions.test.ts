// docs/expressions.md: its class parses and mounts, and each row of its tables gives the file that it promises.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { parse } from 'yaml';
import { LANGUAGES, type Language } from '../../src/extract/languages.ts';
import { PATTERNS } from '../../src/patterns.ts';
import { parseObjects } from '../../src/plan/objects.ts';
import { loadMakers } from '../../src/render/makers.ts';
import { renderFiles } from '../../src/render/render.ts';
import { kv2 } from '../render/answers.ts';
import { blocksOf, readPage } from './page.ts';

const PAGE = 'docs/expressions.md';

async function filesOf(list: string, data: string): Promise<Readonly<Record<string, string>>> {
  const { objects, reads, problems } = parseObjects(list, 0o644);
  assert.deepEqual(problems, []);
  await loadMakers(objects);
  const answers = new Map(reads.map(({ key }) => [key, kv2(data)]));
  const { files, failures } = renderFiles(objects, answers, Buffer.from('key'));
  assert.deepEqual(
    failures.map(({ error }) => error.message),
    [],
  );
  return Object.fromEntries(files.map(({ path, contents }) => [path, Buffer.from(contents.reveal()).toString()]));
}

/** Of the table with this name: the texts between backticks, of a pipe in a table without its backslash. */
function rowsOf(language: Language): readonly (readonly [expression: string, file: string])[] {
  const table = readPage(PAGE).split(`<!-- table: ${language} -->\n`)[1]?.split('\n\n')[0] ?? '';
  const rows = table.matchAll(/^\| `(.+)` \| `(.+)` \|$/gm);
  return [...rows].map(([, expression = '', file = '']) => [expression.replace('\\|', '|'), file]);
}

describe(PAGE, () => {
  before(() => PATTERNS.load());

  const data = blocksOf(PAGE).find(({ mark }) => mark === 'data')?.text ?? '';

  for (const language of LANGUAGES) {
    const rows = rowsOf(language);
    it(`has examples of ${language}`, () => assert.ok(rows.length >= 8));
    for (const [expression, file] of rows)
      it(`promises what ${language} gives: ${expression}`, async () => {
        const list = JSON.stringify([{ objectName: 'f', secretPath: 'secret/data/service', [language]: expression }]);
        assert.deepEqual(await filesOf(list, data), { f: file });
      });
  }

  it('shows a class that mounts', async () => {
    const { spec } = parse(blocksOf(PAGE).find(({ mark }) => mark === 'class')?.text ?? '');
    assert.deepEqual(await filesOf(spec.parameters.objects, data), {
      'db-password': 's3cr3t',
      'first-host': 'a.example',
      urls: 'https://a.example https://b.example',
    });
  });
});

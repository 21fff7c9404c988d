// docs/templates.md: each row of its examples gives the file that it promises, by the command that it shows.
import assert from 'node:assert/strict';
import { run } from '../../src/cli/run.ts';
import { DIALECTS, type DialectName } from '../../src/template/dialects.ts';
import { Folder } from '../check/run-check.ts';
import { blocksOf, readPage } from './page.ts';

const PAGE = 'docs/templates.md';

/** Between backticks, of a pipe in a table without its backslash; a line break is written \n. */
function rowsOf(syntax: DialectName): readonly (readonly [template: string, file: string])[] {
  const table = readPage(PAGE).split(`<!-- examples: ${syntax} -->\n`)[1]?.split('\n\n')[0] ?? '';
  const rows = table.matchAll(/^\| `(.+)` \| `(.+)` \|$/gm);
  return [...rows].map(([, template = '', file = '']) => [
    template.replaceAll('\\|', '|'),
    file.replaceAll('\\n', '\n'),
  ]);
}

describe(PAGE, () => {
  let folder: Folder;
  before(() => {
    folder = new Folder();
  });
  after(() => folder.remove());

  for (const syntax of DIALECTS) {
    const data = blocksOf(PAGE).find(({ mark }) => mark === `data: ${syntax}`)?.text ?? '';
    const rows = rowsOf(syntax);
    it(`has examples of ${syntax}`, () => assert.ok(rows.length >= 8));
    for (const [template, file] of rows)
      it(`promises what ${syntax} gives: ${template}`, async () => {
        const [out, err]: [string[], string[]] = [[], []];
        const files = [folder.write('template', template), '--data', folder.write('data', data)];
        const code = await run(
          ['template', ...files, '--syntax', syntax],
          {},
          {
            out: (text) => out.push(text),
            err: (text) => err.push(text),
            isTerminal: false,
          },
        );
        assert.deepEqual([code, err, out], [0, [], [file]]);
      });
  }
});

// What the documentation gives people to copy into a pipeline: it stops where a part of it failed, and fetches nothing
// that somebody else could put there.
import assert from 'node:assert/strict';
import { COMMANDS } from '../../src/cli/commands.ts';
import { spelled } from '../../src/cli/flags.ts';
import { blocksOf, PAGES, readPage } from './page.ts';

/** Into `check -`; a recipe's lines may be folded. */
const PIPED = /\|\s*[^|]*\bcheck -(?=\s)/;
/** At a person's prompt an empty input is told by check itself, and no later step goes on. */
const TYPED = 'console';

describe('the recipes of the documentation', () => {
  const recipes = PAGES.flatMap(blocksOf).filter(({ text, language }) => language !== TYPED && PIPED.test(text));

  it('are on the pages for pipelines', () =>
    assert.deepEqual([...new Set(recipes.map(({ page }) => page))].sort(), ['docs/check.md', 'docs/gitops.md']));

  for (const { page, line, text } of recipes)
    it(`set pipefail and want classes: ${page}:${line}`, () => {
      const [before = ''] = text.split(PIPED);
      assert.match(before, /\bset -o pipefail$/m);
      assert.match(text, /--min-classes=[1-9]/);
    });

  it('fetch no package by our name, which nobody has published', () => {
    for (const page of PAGES)
      assert.doesNotMatch(
        readPage(page),
        /\b(npx|npm (exec|install|i|add|x)|pnpm \w+|yarn \w+|bunx)( -\S+)* secretmount(?=[\s@`]|$)(?<!npm exec -- secretmount)/m,
        page,
      );
  });

  it('may use every flag that a command has: each is in a table', () => {
    const tables = PAGES.flatMap((page) => readPage(page).match(/^\| `--.*$/gm) ?? []).join('\n');
    for (const { name, flags } of COMMANDS)
      for (const flag of flags) assert.ok(tables.includes(`\`${spelled(flag.name)}\``), `${name} --${flag.name}`);
  });
});

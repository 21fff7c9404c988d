// The page for Argo CD shows nothing that is not in docs/examples/argocd, all of which step 20 of the cluster suite gives
// to Argo CD; here it is checked as a pipeline would.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkManifests } from '../../src/check/check.ts';
import { blocksOf, ROOT } from './page.ts';

const PAGE = 'docs/gitops.md';
const FOLDER = 'docs/examples/argocd';

describe('the page for Argo CD', () => {
  it('shows only what its examples have, but for the recipe of a pipeline', () => {
    for (const { language, mark = '', text, line } of blocksOf(PAGE)) {
      if (language !== 'yaml' || text.startsWith('# GitHub Actions')) continue;
      assert.match(mark, /^file: docs\/examples\/argocd\//, `line ${line}`);
    }
  });

  it('has examples that check finds nothing in', () => {
    const names = readdirSync(join(ROOT, FOLDER), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.yaml'),
    );
    const sources = names.map((name) => ({ name, text: readFileSync(join(ROOT, FOLDER, name), 'utf8') }));
    assert.deepEqual(checkManifests(sources), { findings: [], classCount: 2 });
  });
});

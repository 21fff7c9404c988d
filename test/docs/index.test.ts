// The pages that lead to others: the index has each page, the decisions each record, the alerts each alert.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parse } from 'yaml';
import { toCommand } from '../../src/cli/args.ts';
import { helpText } from '../../src/cli/help.ts';
import { PAGES, ROOT, readPage } from './page.ts';

const DECISIONS = 'docs/decisions/';

describe('the index of the documentation', () => {
  it('leads to each page, and each decision is in the table of the decisions', () => {
    const index = linksOf('docs/README.md');
    const missing = PAGES.filter(
      (page) =>
        page.startsWith('docs/') && page !== 'docs/README.md' && !page.startsWith(DECISIONS) && !index.has(page),
    );
    assert.deepEqual(missing, []);
  });

  it('is where the README and secretmount help send readers', () => {
    assert.ok(linksOf('README.md').has('docs/README.md'));
    assert.match(helpText(toCommand('help')), /^Documentation: docs\/README\.md /m);
  });
});

describe('the decisions', () => {
  const rows = [...readPage(`${DECISIONS}README.md`).matchAll(/^\| (\d+) \| \[(.+)\]\((.+)\) \| (.+) \| (.+) \|$/gm)];

  it('are all in the table, numbered from 1', () => {
    const files = readdirSync(join(ROOT, DECISIONS)).filter((name) => name !== 'README.md');
    assert.deepEqual(rows.map(([, , , file = '']) => file).toSorted(), files.toSorted());
    assert.deepEqual(
      rows.map(([, number]) => Number(number)),
      rows.map((_, index) => index + 1),
    );
  });

  it('say their number, date and status under their title', () => {
    for (const [, number, title, file = '', date, status] of rows) {
      const text = readPage(`${DECISIONS}${file}`);
      assert.ok(text.startsWith(`# ${title}\n\n*Decision ${number} · ${date} · ${status}*\n`), file);
      assert.match(`${date} ${status}`, /^\d{4}-\d\d-\d\d (proposed|accepted|superseded by \d+)$/);
    }
  });
});

describe('docs/alerts.md', () => {
  it('has a section for each alert, in their order, and for no other', () => {
    const { groups } = parse(readPage('deploy/helm/secretmount/alerts.yaml'));
    const alerts = groups.flatMap(({ rules }: { rules: { alert: string }[] }) => rules.map(({ alert }) => alert));
    const sections = [...readPage('docs/alerts.md').matchAll(/^## (.+)$/gm)].map(([, name]) => name);
    assert.deepEqual(sections, alerts);
  });
});

/** The pages that a page links to, by their path in the repository. */
function linksOf(page: string): ReadonlySet<string> {
  const targets = [...readPage(page).matchAll(/\]\(([^)\s#]+)/g)].map(([, target = '']) => target);
  return new Set(targets.map((target) => posix.join(posix.dirname(page), target)));
}

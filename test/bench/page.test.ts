// The places of docs/performance.md.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fillPage } from '../../bench/page.ts';
import { SCENARIOS } from '../../bench/scenarios.ts';
import type { Table } from '../../bench/table.ts';

const PAGE = `prose
<!-- bench:machine -->
old
<!-- bench -->
between
<!-- bench:at-rest -->
old
<!-- bench -->
<!-- bench:jwt -->
kept
<!-- bench -->
<!-- soak:at-rest -->
the soak's
<!-- soak -->
`;
const MACHINE = { machine: '2 x CPU', versions: 'Node v1, OpenBao 2' };
const table = (name: string): Table => ({ name, title: 'Title', head: ['', 'ms'], rows: [['a', '1']] });

describe('the page of the figures', () => {
  it('gets the tables that were measured and keeps the others', () => {
    const page = fillPage(PAGE, 'bench', [table('at-rest')], MACHINE);
    assert.equal(
      page,
      PAGE.replace('old\n', 'Measured on 2 x CPU, Node v1, OpenBao 2.\n').replace(
        'old\n',
        'Title\n\n|  | ms |\n| --- | ---: |\n| a | 1 |\n',
      ),
    );
  });

  it('refuses a table that it has no place for', () => {
    assert.throws(() => fillPage(PAGE, 'bench', [table('own-accounts')], MACHINE), /no place for own-accounts/);
  });

  it('has a place for each scenario', () => {
    const page = readFileSync(new URL('../../docs/performance.md', import.meta.url), 'utf8');
    for (const { name } of SCENARIOS) assert.ok(page.includes(`<!-- bench:${name} -->\n`), name);
  });
});

// docs/migrate-fields.md: each field that is mapped names a case, which is there and ends so; the counts are those of its rows.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(import.meta.dirname, '../../docs/migrate-fields.md');
const ENDS = ['mapped', 'with a warning', 'not mapped'];

interface Row {
  readonly field: string;
  readonly ends: string;
  /** Of its case. */
  readonly name: string | undefined;
}

function rowsOf(section: string): readonly Row[] {
  return [...section.matchAll(/^\| (.+) \| ([a-z ]+) \| (?:`(.+)`|-) \|$/gm)].map(
    ([, field = '', ends = '', name]) => ({
      field,
      ends,
      name,
    }),
  );
}

/** A case, or a test that has its cases in itself. */
function fileOf(name: string): string {
  return join(import.meta.dirname, name.endsWith('.ts') ? name : `${name}.yaml`);
}

function countsOf(rows: readonly Row[]): string {
  const [mapped, warned, not] = ENDS.map((end) => rows.filter(({ ends }) => ends === end).length);
  return `<!-- counts -->\n${mapped} mapped, ${warned} mapped with a warning, ${not} not mapped.`;
}

describe('the fields that migrate knows', () => {
  let page = readFileSync(PAGE, 'utf8');
  if (process.env['UPDATE_DOCS'] !== undefined) {
    const sections = page.split(/^(?=## )/m);
    page = sections.map((one) => one.replace(/<!-- counts -->(?:\n\d.*not mapped\.)?/, countsOf(rowsOf(one)))).join('');
    writeFileSync(PAGE, page);
  }
  const sections = page.split(/^(?=## )/m).slice(1);

  for (const section of sections) {
    const title = /^## (.*)/.exec(section)?.[1] ?? '';
    const rows = rowsOf(section);

    it(`have a case each: ${title}`, () => {
      assert.ok(rows.length >= 3);
      for (const row of rows) {
        assert.ok(ENDS.includes(row.ends), row.field);
        if (row.ends !== 'mapped' && row.name === undefined) continue;
        const { name = '' } = row;
        assert.ok(existsSync(fileOf(name)), `${row.field} ${name}`);
        const stays = /^# not mapped: /m.test(readFileSync(fileOf(name), 'utf8'));
        if (!name.endsWith('.ts')) assert.equal(stays, row.ends === 'not mapped', row.field);
      }
    });

    it(`are counted: ${title}`, () => assert.ok(section.includes(`${countsOf(rows)}\n`)));
  }
});

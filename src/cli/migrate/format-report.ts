// The report of `secretmount migrate` in its forms.
import { KINDS, type Outcome } from '../../migrate/kinds.ts';
import type { Migration } from '../../migrate/migrate.ts';
import { printable, printableLines } from '../../printable.ts';
import { formatLines } from '../report/lines.ts';
import { markdownText, reportMarkdown } from '../report/report-markdown.ts';
import { reportSarif } from '../report/report-sarif.ts';
import type { Report } from './migrate-flags.ts';
import { nextSteps, type Written } from './next-steps.ts';

/** A migration with what a check says of it, and with what was written of it. */
export interface Reported {
  readonly migration: Migration;
  readonly outcomes: readonly Outcome[];
  readonly written: Written;
}

export function formatReport({ migration, outcomes, written }: Reported, form: Report, isStyled: boolean): string {
  const count = (level: Outcome['level']) => outcomes.filter((one) => one.level === level).length;
  const counts = { mapped: count('note'), warned: count('warning'), notMapped: count('error') };
  const verdict =
    outcomes.length === 0
      ? 'nothing to migrate was found'
      : `${counts.mapped} mapped, ${counts.warned} mapped with a warning, ${counts.notMapped} not mapped`;
  const steps = nextSteps(migration, written, counts.notMapped);
  if (form === 'text') {
    const end = [verdict, ...steps].map((line) => `${printable(line)}\n`);
    return `${formatLines(outcomes, isStyled)}${end.join('')}`;
  }
  if (form === 'markdown') {
    const list = steps.map((step) => `- ${markdownText(step)}\n`).join('');
    return `${reportMarkdown(outcomes, verdict)}${list === '' ? '' : `\n${list}`}`;
  }
  if (form === 'sarif') return printableLines(reportSarif(outcomes, KINDS));
  const { folder, files } = written;
  const { syncsSecrets: syncSecret, audiences: tokenRequests } = migration.driver;
  const report = { outcomes, counts, output: { folder, files }, driver: { syncSecret, tokenRequests } };
  return printableLines(`${JSON.stringify(report, undefined, 2)}\n`);
}

// Findings for a person, and a last line that counts.
import type { Checked } from '../../check/check.ts';
import type { Migratable } from '../../manifest/finding.ts';
import { printableLines } from '../../printable.ts';
import { formatLines, plural } from '../report/lines.ts';

/** @param isStyled colours, for a terminal. */
export function reportText(
  { findings, classCount, listCount = 0, migratable = [] }: Checked,
  isStyled: boolean,
): string {
  const errors = findings.filter(({ level }) => level === 'error').length;
  const warnings = findings.length - errors;
  const counts = [plural(errors, 'error'), plural(warnings, 'warning')].join(', ');
  const praise = classCount + listCount === 0 ? 'nothing to check' : 'no problems';
  const verdict = findings.length === 0 ? praise : counts;
  const classes = classCount === 0 && listCount > 0 ? [] : [plural(classCount, 'class', 'classes')];
  const lists = listCount === 0 ? [] : [plural(listCount, 'list of objects', 'lists of objects')];
  const lines = `${formatLines(findings, isStyled)}${[...classes, ...lists].join(', ')}: ${verdict}\n`;
  return lines + printableLines(migratable.map(formatMigratable).join(''));
}

function formatMigratable({ system, count, file, line }: Migratable): string {
  const what = `${plural(count, 'manifest')} of ${system}, the first at ${file}:${line}`;
  return `${what}; "secretmount migrate" makes classes of them\n`;
}

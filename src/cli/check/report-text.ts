// Findings for a person, and a last line that counts.
import type { Checked } from '../../check/check.ts';
import { formatLines, plural } from '../report/lines.ts';

/** @param isStyled colours, for a terminal. */
export function reportText({ findings, classCount }: Checked, isStyled: boolean): string {
  const errors = findings.filter(({ level }) => level === 'error').length;
  const warnings = findings.length - errors;
  const counts = [plural(errors, 'error'), plural(warnings, 'warning')].join(', ');
  const praise = classCount === 0 ? 'nothing to check' : 'no problems';
  const verdict = findings.length === 0 ? praise : counts;
  return `${formatLines(findings, isStyled)}${plural(classCount, 'class', 'classes')}: ${verdict}\n`;
}

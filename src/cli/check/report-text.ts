// Findings for a person, one line each in the form that editors and terminals make clickable, and a last line that
// counts. File names are as foreign as what stands in the files.
import { styleText } from 'node:util';
import type { Checked } from '../../check/check.ts';
import { printable } from '../../printable.ts';

/** @param isStyled colours, for a terminal. */
export function reportText({ findings, classCount, listCount = 0 }: Checked, isStyled: boolean): string {
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    isStyled ? styleText(format, text, { validateStream: false }) : text;
  const lines = findings.map(({ file, line, column, level, message, rule }) => {
    const shown = style(level === 'error' ? 'red' : 'yellow', level);
    return `${style('bold', `${printable(file)}:${line}:${column}:`)} ${shown}: ${printable(message)} ${style('dim', `[${rule}]`)}\n`;
  });
  const errors = findings.filter(({ level }) => level === 'error').length;
  const warnings = findings.length - errors;
  const counts = [plural(errors, 'error'), plural(warnings, 'warning')].join(', ');
  const praise = classCount + listCount === 0 ? 'nothing to check' : 'no problems';
  const verdict = findings.length === 0 ? praise : counts;
  const classes = classCount === 0 && listCount > 0 ? [] : [plural(classCount, 'class', 'classes')];
  const lists = listCount === 0 ? [] : [plural(listCount, 'list of objects', 'lists of objects')];
  return `${lines.join('')}${[...classes, ...lists].join(', ')}: ${verdict}\n`;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

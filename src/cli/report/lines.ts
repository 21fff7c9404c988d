// Findings for a person, one line each in the form that editors and terminals make clickable. File names are as foreign
// as what stands in the files.
import { styleText } from 'node:util';
import { printable } from '../../printable.ts';
import type { Reported } from './reported.ts';

const COLOURS = { error: 'red', warning: 'yellow', note: 'green' } as const;

/** @param isStyled colours, for a terminal. */
export function formatLines(findings: readonly Reported[], isStyled: boolean): string {
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    isStyled ? styleText(format, text, { validateStream: false }) : text;
  const lines = findings.map(({ file, line, column, level, message, rule }) => {
    const place = style('bold', `${printable(file)}:${line}:${column}:`);
    return `${place} ${style(COLOURS[level], level)}: ${printable(message)} ${style('dim', `[${rule}]`)}\n`;
  });
  return lines.join('');
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

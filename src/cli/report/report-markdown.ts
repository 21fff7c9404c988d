// Findings as a table for a pull request.
import { printable } from '../../printable.ts';
import type { Reported } from './reported.ts';

export function reportMarkdown(findings: readonly Reported[], verdict: string): string {
  const rows = findings.map(
    ({ file, line, level, rule, message }) =>
      `| ${level} | \`${rule}\` | ${markdownText(`${file}:${line}`)} | ${markdownText(message)} |\n`,
  );
  const head = rows.length === 0 ? '' : '\n| level | kind | place | |\n| --- | --- | --- | --- |\n';
  return `${verdict}\n${head}${rows.join('')}`;
}

/** Foreign text: no markup, no link and no mention comes of it. */
export function markdownText(text: string): string {
  return printable(text)
    .replace(/[\\`*_[\]<>|~#!&]/g, (char) => `&#${char.charCodeAt(0)};`)
    .replace(/@/g, '&#64;');
}

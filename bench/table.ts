// A table as a person reads it in a terminal, and the same one as Markdown.

export interface Table {
  /** The name of its place in docs/performance.md. */
  readonly name: string;
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The first column is words, the others are figures. */
export function toText({ title, head, rows }: Table): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  const body = lines.map((line) => `  ${line.map(pad).join('  ').trimEnd()}`);
  return `${title}\n${body.join('\n')}\n`;
}

export function toMarkdown({ title, head, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = line(head.map((_, column) => (column === 0 ? '---' : '---:')));
  return [`${title}`, '', line(head), rule, ...rows.map(line)].join('\n');
}

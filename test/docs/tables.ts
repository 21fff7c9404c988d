// The tables in docs/ that are made from the code. `UPDATE_DOCS=1 npm test` writes them anew.

import { FLAGS, GROUPS } from '../../src/cli/flags.ts';
import { Code, MountError, REASONS, type Reason } from '../../src/errors.ts';
import { metricTable } from '../../src/observe/metric-table.ts';

/** By the page and the table's name in its marks. */
export const TABLES: Readonly<Record<string, () => string>> = {
  'parameters.md flags': flagTable,
  'metrics.md metrics': metricsTable,
  'errors.md reasons': reasonTable,
};

function flagTable(): string {
  const rows = GROUPS.flatMap((group) => FLAGS.filter((flag) => flag.group === group)).map((flag) => {
    const names = [flag.name, ...(flag.aliases ?? [])].map((name) => `\`--${name}\``).join(', ');
    return [names, flag.help, code(flag.default), flag.env?.map((name) => `\`${name}\``).join(', ') ?? ''];
  });
  return table(['flag', '', 'default', 'environment'], rows);
}

function metricsTable(): string {
  const rows = metricTable().map(({ name, type, labels, help }) => [
    code(name),
    type,
    labels.map(code).join(', '),
    help,
  ]);
  return table(['metric', 'type', 'labels', ''], rows);
}

function reasonTable(): string {
  const names = new Map(Object.entries(Code).map(([name, number]) => [number, name]));
  const rows = (Object.keys(REASONS) as Reason[])
    .map((reason) => new MountError(reason, ''))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ reason, code: number }) => [`[\`${reason}\`](#${reason})`, `${names.get(number)} (${number})`]);
  return table(['reason', 'gRPC code'], rows);
}

function code(text: string | undefined): string {
  return text === undefined ? '' : `\`${text.replaceAll('|', '\\|')}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

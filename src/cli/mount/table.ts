// What a person sees of a mount: aligned rows, a line per change. Never a value. Colours only if they are asked for.
import { styleText } from 'node:util';
import { printable } from '../../printable.ts';
import type { Row, State } from './changes.ts';

type Style = Parameters<typeof styleText>[0];

const STYLES: Readonly<Record<State, Style>> = {
  new: 'green',
  changed: 'yellow',
  same: 'dim',
  gone: 'red',
  absent: 'dim',
};
const LONGEST_STATE = 'changed'.length;

const HEAD = ['FILE', 'MODE', 'BYTES', 'VERSION', 'FROM'] as const;
const BYTES = HEAD.indexOf('BYTES');

/** Each row begins with its state, unless all files are new. */
export function formatTable(rows: readonly Row[], hasColours: boolean): string {
  const showsState = rows.some(({ state }) => state !== 'new');
  const lead = (style: Style, text: string) =>
    showsState ? `${paint(hasColours, style, text.padEnd(LONGEST_STATE))}  ` : '';
  const [head = '', ...lines] = align([HEAD, ...rows.map(toCells)]);
  const body = rows.map(({ state }, index) => `${lead(STYLES[state], state)}${lines[index]}\n`);
  return `${lead('dim', '')}${paint(hasColours, 'dim', head)}\n${body.join('')}`;
}

function toCells({ path, mode, sizeBytes, version, from }: Row): readonly string[] {
  const cells = [path, mode === undefined ? '-' : formatMode(mode), `${sizeBytes ?? '-'}`, version ?? '-', from ?? '-'];
  return cells.map(printable);
}

/** Numbers are aligned right. */
function align(table: readonly (readonly string[])[]): readonly string[] {
  const widths = HEAD.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    column === BYTES ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return table.map((cells) => cells.map(pad).join('  ').trimEnd());
}

/** For example `3 files in /dev/shm/app: 1 changed, 2 same`. */
export function formatSummary(rows: readonly Row[], folder: string): string {
  const count = rows.filter(({ sizeBytes }) => sizeBytes !== undefined).length;
  const counts = (Object.keys(STYLES) as State[])
    .map((state) => [rows.filter((row) => row.state === state).length, state] as const)
    .filter(([number]) => number > 0)
    .map(([number, state]) => `${number} ${state}`);
  return `${count} ${count === 1 ? 'file' : 'files'} in ${printable(folder)}: ${counts.join(', ')}\n`;
}

/** For example `19:20:01  changed  db/password  12 bytes, version 4`. */
export function formatChange(row: Row, time: string, hasColours: boolean): string {
  const { path, state, sizeBytes, version } = row;
  const bytes = sizeBytes === undefined ? undefined : `${sizeBytes} bytes`;
  const facts = [bytes, version === undefined ? undefined : `version ${version}`].filter((fact) => fact !== undefined);
  const columns = [
    time,
    paint(hasColours, STYLES[state], state.padEnd(LONGEST_STATE)),
    printable(path),
    facts.join(', '),
  ];
  return `${columns.join('  ').trimEnd()}\n`;
}

/** Octal as `ls` and the class have it. */
export function formatMode(mode: number): string {
  return `0${mode.toString(8).padStart(3, '0')}`;
}

function paint(hasColours: boolean, style: Style, text: string): string {
  return hasColours ? styleText(style, text, { validateStream: false }) : text;
}

// A scenario's figures as a table, ratios first: they say the same on a machine of another speed, and nearly the same on
// one that others use too. Columns that nobody fills are left out.
import { FIGURE_GOALS, type FigureGoal } from './figure-goals.ts';
import { write } from './goals.ts';
import type { Figure } from './scenario.ts';
import type { Table } from './table.ts';

interface Column {
  readonly head: string;
  /** Empty: nothing to say of this figure. */
  readonly cell: (figure: Figure, goal: FigureGoal | undefined) => string;
}

const COLUMNS: readonly Column[] = [
  { head: 'to the floor', cell: ({ daemon, floor }) => ratio(daemon, floor) },
  { head: 'to the build before', cell: ({ daemon, base }) => ratio(daemon, base) },
  { head: 'to the peer', cell: ({ daemon, peer }) => ratio(daemon, peer) },
  { head: 'now', cell: ({ daemon, unit }) => `${write(daemon)} ${unit}` },
  { head: 'before', cell: ({ base, unit }) => amount(base, unit) },
  { head: 'floor', cell: ({ floor, unit }) => amount(floor, unit) },
  { head: 'peer', cell: ({ peer, unit }) => amount(peer, unit) },
  { head: 'goal', cell: ({ unit }, goal) => amount(goal?.goal, unit) },
  { head: 'reached', cell: (figure, goal) => (goal === undefined ? '' : verdict(figure, goal)) },
  { head: 'recorded: before, peer, floor', cell: (_, goal) => (goal === undefined ? '' : recorded(goal)) },
];

/** @throws Error if a goal names work that the scenario did not do, so that none is missed by a slip of a name. */
export function figureTable(name: string, title: string, figures: readonly Figure[]): Table {
  const goals = FIGURE_GOALS[name] ?? {};
  for (const work of Object.keys(goals)) {
    if (!figures.some((figure) => figure.work === work))
      throw new Error(`${name} has a goal for ${work}, not measured`);
  }
  const cells = figures.map((figure) => COLUMNS.map(({ cell }) => cell(figure, goals[figure.work])));
  const kept = COLUMNS.map((_, column) => column).filter((column) => cells.some((row) => row[column] !== ''));
  const pick = (row: readonly string[]) => kept.map((column) => row[column] ?? '');
  return {
    name,
    title,
    head: ['', ...pick(COLUMNS.map(({ head }) => head))],
    rows: figures.map(({ work }, i) => [work, ...pick(cells[i] ?? [])]),
  };
}

/**
 * A goal is a figure of the machine where it was set. One that is missed here is reached `by ratio` if this build takes
 * as little of the build before as the goal was of what that one took there.
 */
export function verdict({ daemon, base }: Figure, { goal, recorded: { ours } }: FigureGoal): 'yes' | 'by ratio' | 'no' {
  if (daemon <= goal) return 'yes';
  return base !== undefined && daemon / base <= goal / ours ? 'by ratio' : 'no';
}

function recorded({ recorded: { ours, peer, floor } }: FigureGoal): string {
  return [ours, peer, floor].map((figure) => (figure === undefined ? '-' : write(figure))).join(', ');
}

function ratio(figure: number, of: number | undefined): string {
  return of === undefined ? '' : (figure / of).toFixed(2);
}

function amount(figure: number | undefined, unit: string): string {
  return figure === undefined ? '' : `${write(figure)} ${unit}`;
}

// What the project set out to reach, beside what this run reached and what HashiCorp's provider was seen to need on
// a machine of this kind. docs/performance.md says why where a goal was missed.
import type { LatencyRow, Results } from './results.ts';
import { RESTED } from './scenarios/rested.ts';
import type { Table } from './table.ts';

interface Goal {
  readonly what: string;
  readonly unit: string;
  readonly goal: number;
  readonly isMostWanted?: boolean;
  /** The figure of vault-csi-provider 1.7.4, measured earlier on the same work; as a person writes it. */
  readonly theirs: string;
  /** undefined if this run did not measure it. */
  readonly reached: (results: Results) => number | undefined;
  /** The figure under load, for one that is compared at rest. */
  readonly atOnce?: (results: Results) => number | undefined;
}

const GOALS: readonly Goal[] = [
  { what: '50 objects, 5 ms, cold', unit: 'ms', goal: 30, theirs: '390 ms', reached: (r) => cold(r, 50, 5).oursMs },
  {
    what: '250 pods of 10 accounts, first round',
    unit: 'ms',
    goal: 500,
    theirs: '48,000 ms; 2,303 without its limit',
    reached: (r) => r.node.oursMs,
  },
  {
    what: 'polls a second',
    unit: '',
    goal: 2500,
    isMostWanted: true,
    theirs: '5, its limit',
    reached: (r) => r.polls[0]?.perSecond ?? 0,
  },
  {
    what: 'CPU per poll of 10 objects',
    unit: 'ms',
    goal: 0.4,
    theirs: '5.1 ms',
    reached: (r) => r.polls[0]?.cpuMs ?? 0,
  },
  { what: 'anonymous memory, idle', unit: 'MB', goal: 19, theirs: '4 MB', reached: (r) => anon(r, 'idle') },
  {
    what: 'anonymous memory, 250 pods, half a minute later',
    unit: 'MB',
    goal: 22,
    theirs: '19 MB',
    reached: (r) => anon(r, `250 pods${RESTED}`),
    atOnce: (r) => anon(r, '250 pods mounted'),
  },
  {
    what: 'anonymous memory, 1,000 pods, half a minute later',
    unit: 'MB',
    goal: 30,
    theirs: '37 MB',
    reached: (r) => anon(r, `1,000 pods of 40 accounts${RESTED}`),
    atOnce: (r) => anon(r, '1,000 pods of 40 accounts'),
  },
];

export function goalTable(results: Results): Table {
  const show = (figure: number, unit: string) => `${write(figure)}${unit === '' ? '' : ` ${unit}`}`;
  return {
    name: 'goals',
    title: "Goals, what this run reached, and what HashiCorp's provider needed",
    head: ['', 'goal', 'reached', '', "HashiCorp's"],
    rows: GOALS.map(({ what, unit, goal, isMostWanted = false, theirs, reached, atOnce }) => {
      const figure = reached(results);
      const loaded = atOnce?.(results);
      const beside = loaded === undefined ? '' : ` (at once: ${show(loaded, unit)})`;
      if (figure === undefined) return [what, show(goal, unit), `not measured${beside}`, '', theirs];
      const isReached = isMostWanted ? figure >= goal : figure <= goal;
      return [what, show(goal, unit), show(figure, unit) + beside, isReached ? 'yes' : 'no', theirs];
    }),
  };
}

export function cold({ latency }: Results, objects: number, delayMs: number): LatencyRow {
  const row = latency.find((one) => one.objects === objects && one.delayMs === delayMs && one.kind === 'cold');
  if (row === undefined) throw new Error(`no cold mount of ${objects} objects at ${delayMs} ms was measured`);
  return row;
}

function anon({ memory }: Results, start: string): number | undefined {
  return memory.find(({ name }) => name.startsWith(start))?.memory.anon;
}

/** Three digits say as much as such a run knows. */
export function write(figure: number): string {
  if (figure >= 100) return Math.round(figure).toLocaleString('en');
  return figure.toFixed(figure >= 10 ? 1 : 2).replace(/\.?0+$/, '');
}

// `npm run soak`: 250 and 1,000 pods polled for minutes, as on a node but ten times as fast: what they cost the store,
// the node, and whether that stays as it is. With --write into docs/performance.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { write } from './goals.ts';
import { median } from './median.ts';
import { fillPage } from './page.ts';
import { type Soak, type SoakRound, soak } from './scenarios/soak.ts';
import { type Table, toText } from './table.ts';
import { type PodsOptions, startWorld } from './world.ts';

const SIZES: readonly PodsOptions[] = [
  { count: 250, accounts: 10, objects: 10, isShared: true },
  { count: 1000, accounts: 40, objects: 5, isShared: true },
];
/** Reads of one object in a round that no provider with these windows can save: a round is two of `--poll-window`. */
const WINDOWS_A_ROUND = 2;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '30' }, write: { type: 'boolean' } } });
const startedAt = performance.now();
const world = await startWorld();
try {
  const soaks: Soak[] = [];
  const rounds = Math.max(2, Number(values.rounds));
  for (const pods of SIZES) soaks.push(await soak(world, pods, rounds, report));
  const table = toTable(soaks);
  console.log(`\n${toText(table)}`);
  if (values.write) {
    const page = new URL('../docs/performance.md', import.meta.url);
    const [cpu] = cpus();
    const machine = {
      machine: `${cpus().length} x ${cpu?.model}`,
      versions: `Node ${process.version}, ${world.store}`,
    };
    writeFileSync(page, fillPage(readFileSync(page, 'utf8'), 'soak', [table], machine));
    report('wrote docs/performance.md');
  }
} finally {
  await world.stop();
}

function report(line: string): void {
  process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${line}\n`);
}

/** The first round mounts; what is said of polls is of all after it. */
function toTable(soaks: readonly Soak[]): Table {
  const row = (name: string, cell: (soak: Soak, polls: readonly SoakRound[], first: SoakRound) => string) => [
    name,
    ...soaks.map((one) => {
      const [first, ...polls] = one.rounds;
      if (first === undefined) throw new Error('a soak has rounds');
      return cell(one, polls, first);
    }),
  ];
  const most = (rounds: readonly SoakRound[], of: (round: SoakRound) => number) => write(Math.max(...rounds.map(of)));
  const middle = (rounds: readonly SoakRound[], of: (round: SoakRound) => number) => write(median(rounds.map(of)));
  const ends = (polls: readonly SoakRound[], of: (round: SoakRound) => number) =>
    [polls[0], polls.at(-1)].map((round) => (round === undefined ? '' : write(of(round)))).join(' and ');
  return {
    name: 'pods',
    title: `Polled each 60 s for ${soaks[0]?.rounds.length} rounds (ten times as fast; 2 ms to the store)`,
    head: [
      '',
      ...soaks.map(({ pods }) => `${write(pods.count)} pods of ${pods.accounts} accounts, ${pods.objects} objects`),
    ],
    rows: [
      row('polls that failed', ({ rounds }) => write(rounds.reduce((sum, { failures }) => sum + failures, 0))),
      row('reads a round, the most', (_, polls) => most(polls, ({ counts }) => counts.reads)),
      row('floor: each object once in each window', ({ pods }) =>
        write((pods.accounts ?? pods.count) * pods.objects * WINDOWS_A_ROUND),
      ),
      row('one read for each object of each pod', ({ pods }) => write(pods.count * pods.objects)),
      row('reads, first round: a first mount asks anew', (_, __, first) => write(first.counts.reads)),
      row('logins, first round', (_, __, first) => write(first.counts.logins)),
      row('logins, all later rounds', (_, polls) => write(polls.reduce((sum, { counts }) => sum + counts.logins, 0))),
      row('one poll, median', (_, polls) => `${middle(polls, ({ medianMs }) => medianMs)} ms`),
      row('one poll, the slowest of all', (_, polls) => `${most(polls, ({ slowestMs }) => slowestMs)} ms`),
      row('CPU of one poll', ({ pods }, polls) => `${middle(polls, ({ cpuMs }) => cpuMs / pods.count)} ms`),
      row(
        'anonymous memory after the second round and the last',
        (_, polls) => `${ends(polls, ({ memory }) => memory.anon)} MB`,
      ),
      row('the most after any', ({ rounds }) => `${most(rounds, ({ memory }) => memory.anon)} MB`),
      row('open files then', (_, polls) => ends(polls, ({ openFiles }) => openFiles)),
    ],
  };
}

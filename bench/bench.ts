// `npm run bench`: what a mount costs beside what it must cost and what it costs elsewhere, on this machine, now.
// `npm run bench -- NAME` measures one thing of it. Progress goes to standard error, the tables to standard output; with
// --write into docs/ and dist/bench.json too.

import { readFileSync, writeFileSync } from 'node:fs';
import { type Command, readCommand } from './command.ts';
import { type Contenders, gatherContenders } from './contenders.ts';
import { figureTable } from './figure-table.ts';
import { fleetTables } from './fleet/tables.ts';
import { machineOf, measureOverview } from './overview.ts';
import { fillPage } from './page.ts';
import { drawPlot } from './plot.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import { type Table, toText } from './table.ts';
import { toTables } from './tables.ts';
import { startWorld, type World } from './world.ts';

const OVERVIEW = 'overview';
/** Needs no store: it is computed. */
const FLEET = 'fleet';
const startedAt = performance.now();
const command = readWords();
if (command.names.some((name) => name !== FLEET)) await measure();
if (command.names.includes(FLEET)) simulate();
report('done');

/** Whoever mistypes a name reads what there is, and no stack. */
function readWords(): Command {
  try {
    return readCommand(process.argv.slice(2), [OVERVIEW, ...SCENARIOS.map(({ name }) => name), FLEET]);
  } catch (thrown) {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : thrown}\n`);
    process.exit(2);
  }
}

async function measure(): Promise<void> {
  report('starting a store');
  const world = await startWorld();
  try {
    const contenders = await gatherContenders(world, command);
    try {
      await runAll(world, contenders);
    } finally {
      contenders.stop();
    }
  } finally {
    await world.stop();
  }
}

function simulate(): void {
  const tables = fleetTables((line) => report(`fleet: ${line}`));
  console.log(`\n${tables.map(toText).join('\n')}`);
  if (command.isWriting) writePage('docs/sizing.md', 'fleet', tables, undefined);
}

/** What is measured is written at once: a run that is stopped loses nothing but the rest. */
async function runAll(world: World, { all: contenders }: Contenders): Promise<void> {
  const { machine, versions } = machineOf(world);
  console.log(`\n${machine}, ${versions}`);
  if (command.names.includes(OVERVIEW)) await runOverview(world);
  for (const scenario of SCENARIOS.filter(({ name }) => command.names.includes(name))) {
    report(`${scenario.name}: ${scenario.title}`);
    const found = await scenario.run({ world, contenders, isQuick: command.isQuick, report });
    show(world, [toTable(scenario, found)]);
  }
}

async function runOverview(world: World): Promise<void> {
  const results = await measureOverview(world, command.isQuick, report);
  show(world, toTables(results));
  if (!command.isWriting) return;
  writeFileSync(file('docs/performance.svg'), drawPlot(results));
  writeFileSync(file('dist/bench.json'), `${JSON.stringify(results, null, 2)}\n`);
  report('wrote docs/performance.svg and dist/bench.json');
}

function toTable({ name, title }: Scenario, found: Awaited<ReturnType<Scenario['run']>>): Table {
  return 'rows' in found ? found : figureTable(name, title, found);
}

/** The figures of record are a full run's, but whoever tries the page out need not wait for one. */
function show(world: World, tables: readonly Table[]): void {
  console.log(`\n${tables.map(toText).join('\n')}`);
  if (!command.isWriting) return;
  writePage('docs/performance.md', 'bench', tables, machineOf(world));
}

function writePage(
  name: string,
  by: 'bench' | 'fleet',
  tables: readonly Table[],
  measuredOn: ReturnType<typeof machineOf> | undefined,
): void {
  const page = file(name);
  writeFileSync(page, fillPage(readFileSync(page, 'utf8'), by, tables, measuredOn));
  report(`wrote ${name}`);
}

function file(name: string): URL {
  return new URL(`../${name}`, import.meta.url);
}

function report(line: string): void {
  process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${line}\n`);
}

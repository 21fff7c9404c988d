// The run's tables, in the order in which a person wants them.
import { goalTable, write } from './goals.ts';
import type { LatencyRow, Results } from './results.ts';
import type { Table } from './table.ts';

export function toTables(results: Results): readonly Table[] {
  return [
    goalTable(results),
    latencyTable(results),
    nodeTable(results),
    pollTable(results),
    requestTable(results),
    memoryTable(results),
    lifeTable(results),
  ];
}

function latencyTable({ latency }: Results): Table {
  const ratio = (a: number, b: number) => `${(a / b).toFixed(1)}`;
  const row = ({ objects, delayMs, kind, oursMs, floorMs, inTurnMs }: LatencyRow) => [
    `${kind}, ${objects} object${objects === 1 ? '' : 's'}, ${delayMs} ms`,
    ...[oursMs, floorMs, inTurnMs].map(write),
    ratio(oursMs, floorMs),
    ratio(inTurnMs, oursMs),
  ];
  return {
    name: 'latency',
    title: 'One pod alone, milliseconds (medians)',
    head: ['', 'secretmount', 'floor', 'one after another', 'to the floor', 'times faster'],
    rows: latency.map(row),
  };
}

function nodeTable({ node }: Results): Table {
  const { ours, inTurn } = node;
  return {
    name: 'node',
    title: 'A node restarts: 250 pods of 10 accounts, 10 objects each, 50 at once, 2 ms to the store',
    head: ['', 'ms', 'logins', 'reads', 'connections'],
    rows: [
      ['secretmount', write(node.oursMs), ...[ours.logins, ours.reads, ours.connections].map(write)],
      ['each pod for itself', write(node.inTurnMs), ...[inTurn.logins, inTurn.reads, inTurn.connections].map(write)],
      ['floor: 10 logins, 100 reads', write(node.floorMs), '10', '100', '32'],
    ],
  };
}

function pollTable({ polls }: Results): Table {
  return {
    name: 'polls',
    title: 'Polls of these 250 pods, 50 at once, one round after the other',
    head: ['', 'a second', 'daemon CPU, ms each', 'reads each', 'asking process busy'],
    rows: polls.map(({ name, perSecond, cpuMs, readsPerPoll, clientShare }) => [
      name,
      write(perSecond),
      write(cpuMs),
      write(readsPerPoll),
      `${Math.round(clientShare * 100)} %`,
    ]),
  };
}

function requestTable({ requests }: Results): Table {
  return {
    name: 'requests',
    title: 'Requests that reach the store when pods of 10 accounts mount 10 objects each',
    head: ['pods', 'secretmount', 'one login and 10 reads per pod'],
    rows: requests.map(({ pods, ours, eachAlone }) => [write(pods), write(ours), write(eachAlone)]),
  };
}

function memoryTable({ memory }: Results): Table {
  return {
    name: 'memory',
    title: 'Memory of the daemon, MB (10^6 bytes)',
    head: ['', 'anonymous', 'working set', 'RSS'],
    rows: memory.map(({ name, memory: { anon, workingSet, rss } }) => [
      name,
      anon.toFixed(1),
      workingSet?.toFixed(1) ?? 'no cgroup',
      rss.toFixed(1),
    ]),
  };
}

function lifeTable({ startMs, rounds, restart, limited }: Results): Table {
  const [first, last] = [rounds[0] ?? Number.NaN, rounds.at(-1) ?? Number.NaN];
  const rows = [
    ['from start to socket', `${write(startMs)} ms`],
    ['killed with 250 pods: the first poll after the socket is back', `${write(restart.onePollMs)} ms`],
    ['then all 250, 10 objects each', `${write(restart.allPollsMs)} ms`],
    ['logins for it', write(restart.logins)],
    ['1,000 pods, anonymous memory after the first round of polls', `${first.toFixed(1)} MB`],
    ['the same after the tenth', `${last.toFixed(1)} MB`],
  ];
  if (limited === undefined) rows.push(['inside 64 MiB', 'left out: no memory cgroup here']);
  else {
    const { firstMs, perSecond, kills, memory } = limited;
    rows.push(['inside 64 MiB: 1,000 pods of 40 accounts, 5 objects each, first round', `${write(firstMs)} ms`]);
    rows.push(['inside 64 MiB: polls', `${write(perSecond)} a second`]);
    rows.push(['inside 64 MiB: working set at the end', `${memory.workingSet?.toFixed(1)} MB`]);
    rows.push(['inside 64 MiB: processes killed', String(kills)]);
  }
  return { name: 'life', title: 'Start, restart, ten rounds, and a limit', head: ['', ''], rows };
}

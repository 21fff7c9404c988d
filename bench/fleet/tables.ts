// The tables of docs/sizing.md.
import { write } from '../goals.ts';
import type { Table } from '../table.ts';
import { type Burst, type Fleet, renewals, restart, rollout, steady } from './fleet.ts';
import type { NodeShape } from './node.ts';
import { DEFAULTS } from './settings.ts';

const [PODS, OBJECTS] = [110, 5] as const;
const SHAPES: readonly { readonly name: string; readonly shape: NodeShape }[] = [
  { name: 'a login for each pod', shape: { pods: PODS, objects: OBJECTS, logins: PODS } },
  { name: '20 accounts a node share theirs', shape: { pods: PODS, objects: OBJECTS, logins: 20 } },
];
const NODES = 5_000;
const SIZES = [100, 1_000, NODES] as const;
const ROTATION_MS = 120_000;
const BACK_WITHIN_MS = 60_000;
const TTL_MS = 3_600_000;
/** So much that nobody waits for the store. */
const AMPLE = 1e6;
const UPDATED_AT_ONCE = 0.1;
const BATCH_MS = 30_000;

/** @param report hears what is simulated next */
export function fleetTables(report: (line: string) => void): Table[] {
  report('steady');
  const tables = [steadyTable()];
  report('the least capacity for a restart');
  tables.push(capacityTable());
  report('restarts at a stated capacity');
  tables.push(restartTable());
  report('restarts with fewer requests at once');
  tables.push(concurrencyTable());
  report('rollouts of the provider');
  tables.push(rolloutTable());
  return tables;
}

function fleetOf(nodes: number, shape: NodeShape, readsPerSecond: number, rest: Partial<Fleet> = {}): Fleet {
  return { nodes, shape, readsPerSecond, settings: DEFAULTS, manner: 'stubborn', ...rest };
}

function steadyTable(): Table {
  const rows = SIZES.flatMap((nodes) =>
    SHAPES.map(({ name, shape }) => {
      const found = steady(fleetOf(nodes, shape, AMPLE), ROTATION_MS);
      const { peak, mean } = renewals(nodes * shape.logins, BACK_WITHIN_MS, TTL_MS);
      const figures = [found.reads, found.readsPeak, mean, peak, found.connections];
      return [`${write(nodes)} nodes, ${name}`, ...figures.map(write)];
    }),
  );
  return {
    name: 'steady',
    title: `Rotation every ${ROTATION_MS / 60_000} min, ${PODS} pods of ${OBJECTS} objects a node: what reaches the store each second`,
    head: ['', 'reads', 'in the worst second', 'renewals', 'worst, after a restart', 'connections open'],
    rows,
  };
}

/** Of what is tried, the least with which nobody is refused: within a tenth. */
function capacityTable(): Table {
  const rows = SIZES.flatMap((nodes) =>
    SHAPES.map(({ name, shape }) => {
      const isEnough = (readsPerSecond: number) =>
        restart(fleetOf(nodes, shape, readsPerSecond), BACK_WITHIN_MS, ({ failedCalls }) => failedCalls > 0)
          .failedCalls === 0;
      const least = leastThat(isEnough, nodes, 1_000 * nodes);
      const { requests, logins, requestsPeak, loginsPeak, openedPeak, allMs } = restart(
        fleetOf(nodes, shape, least),
        BACK_WITHIN_MS,
      );
      const figures = [requests, logins, least, requestsPeak, loginsPeak, openedPeak];
      return [`${write(nodes)} nodes, ${name}`, ...figures.map(write), seconds(allMs)];
    }),
  );
  return {
    name: 'capacity',
    title: `All nodes return within ${BACK_WITHIN_MS / 1_000} s: the least capacity with which no mount fails, in reads a second`,
    head: [
      '',
      'requests',
      'logins among them',
      'capacity',
      'worst second',
      'logins',
      'connections opened',
      'all mounted',
    ],
    rows,
  };
}

export function leastThat(isEnough: (figure: number) => boolean, from: number, to: number): number {
  let [low, high] = [from, to];
  while (high / low > 1.1) {
    const middle = Math.sqrt(low * high);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  // Two digits are what it is worth.
  const digit = 10 ** (Math.floor(Math.log10(high)) - 1);
  return Math.ceil(high / digit) * digit;
}

const BURST_HEAD: readonly string[] = [
  '',
  'all mounted',
  'half',
  'requests',
  'timed out',
  'mounts that failed',
  'connections',
];

function burstRow(name: string, { allMs, halfMs, requests, timedOut, failedCalls, connections }: Burst): string[] {
  return [name, seconds(allMs), seconds(halfMs), ...[requests, timedOut, failedCalls, connections].map(write)];
}

function restartTable(): Table {
  const rows = SHAPES.flatMap(({ name, shape }) =>
    [10_000, 30_000, 100_000].flatMap((capacity) =>
      (['heeding', 'stubborn'] as const).map((manner) =>
        burstRow(
          `${name}, ${write(capacity)} reads a second, ${manner}`,
          restart(fleetOf(NODES, shape, capacity, { manner }), BACK_WITHIN_MS),
        ),
      ),
    ),
  );
  return {
    name: 'restart',
    title: `${write(NODES)} nodes return within ${BACK_WITHIN_MS / 1_000} s to a store of a stated capacity`,
    head: BURST_HEAD,
    rows,
  };
}

function concurrencyTable(): Table {
  const [own] = SHAPES;
  const rows = [32, 16, 8, 4, 2].map((storeConcurrency) =>
    burstRow(
      `--store-concurrency=${storeConcurrency}`,
      restart(
        fleetOf(NODES, own?.shape as NodeShape, 30_000, { settings: { ...DEFAULTS, storeConcurrency } }),
        BACK_WITHIN_MS,
      ),
    ),
  );
  return {
    name: 'concurrency',
    title: `The same with fewer requests at once: a login for each pod, 30,000 reads a second, stubborn`,
    head: BURST_HEAD,
    rows,
  };
}

function rolloutTable(): Table {
  const rows = SHAPES.flatMap(({ name, shape }) =>
    [true, false].map((keepsState) => {
      const found = rollout(fleetOf(NODES, shape, 100_000), UPDATED_AT_ONCE, BATCH_MS, ROTATION_MS, keepsState);
      const { requestsPeak, loginsPeak, openedPeak, logins, timedOut } = found;
      const figures = [requestsPeak, loginsPeak, openedPeak, logins, timedOut];
      return [`${name}, ${keepsState ? 'with' : 'without'} a state folder`, ...figures.map(write)];
    }),
  );
  return {
    name: 'rollout',
    title: `A new version of the provider on ${write(NODES)} nodes, a tenth every ${BATCH_MS / 1_000} s, 100,000 reads a second`,
    head: ['', 'requests, worst second', 'logins', 'connections opened', 'all logins', 'requests timed out'],
    rows,
  };
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? 'not within half an hour' : `${write(ms / 1_000)} s`;
}

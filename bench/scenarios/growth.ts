// What grows with pods, with a class's objects, with accounts and with store addresses, far beyond an ordinary node, and
// what bends first: one unit of work should cost the same on the last line of each kind as on its first.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender } from '../contenders.ts';
import type { DaemonProcess } from '../daemon-process.ts';
import { write } from '../goals.ts';
import type { BenchRun, Scenario } from '../scenario.ts';
import type { Table } from '../table.ts';
import type { PodsOptions, World } from '../world.ts';
import { countedRound } from './node.ts';
import { withSettled } from './settled.ts';

interface Step {
  readonly name: string;
  readonly pods: PodsOptions;
  /** Store addresses that the pods' classes name. */
  readonly addresses?: number;
  /** What costs are compared by: a mount, or one object of it. */
  readonly units: number;
}

/** What became of a step that could not be done. */
type Ended = 'the process ended' | 'mounts failed';

interface Grown {
  readonly firstMs: number;
  readonly mountMs: number;
  readonly pollMs: number;
  readonly anon: number;
  readonly openFiles: number;
  readonly connections: number;
}

const OBJECTS = 5;
const POLL_ROUNDS = 2;
const ENDS_WITHIN_MS = 500;
/** A cost per unit that is so much more than the first line's bends. */
const BENT = 1.5;

const KINDS: readonly (readonly Step[])[] = [
  [10, 100, 250, 500, 1_000].map((count) => ({
    name: `${write(count)} pods, an account each, ${OBJECTS} objects`,
    pods: { count, objects: OBJECTS },
    units: 1,
  })),
  [1, 10, 100, 300, 1_000].map((objects) => ({
    name: `1 pod of ${write(objects)} object${objects === 1 ? '' : 's'}`,
    pods: { count: 1, objects },
    units: objects,
  })),
  [5, 50, 100, 150, 200].map((objects) => ({
    name: `50 pods at once, an account each, ${objects} objects`,
    pods: { count: 50, objects },
    units: objects,
  })),
  [1, 10, 100, 1_000].map((accounts) => ({
    name: `1,000 pods that share the logins of ${write(accounts)} account${accounts === 1 ? '' : 's'}, ${OBJECTS} objects`,
    pods: { count: 1_000, objects: OBJECTS, accounts, isShared: true },
    units: 1,
  })),
  [1, 10, 100, 1_000].map((addresses) => ({
    name: `1,000 pods, an account each, at ${write(addresses)} store address${addresses === 1 ? '' : 'es'}, 1 object`,
    pods: { count: 1_000, objects: 1 },
    addresses,
    units: 1,
  })),
];

export const growth: Scenario = {
  name: 'growth',
  title: 'Growth',
  run: async (run) => {
    const [ours] = run.contenders;
    if (ours === undefined) throw new Error('there is nobody to measure');
    const kinds = run.isQuick ? KINDS.map((steps) => steps.slice(0, 2)) : KINDS;
    await run.world.needSecrets(Math.max(...kinds.flat().map(({ pods }) => pods.objects)));
    const rows: string[][] = [];
    for (const steps of kinds) {
      const grown: (Grown | Ended)[] = [];
      for (const step of steps) {
        run.report(`  ${step.name}`);
        grown.push(await grow(run, ours, step));
      }
      rows.push(...steps.map((step, i) => toRow(step, grown[i], [steps[0], grown[0]])));
    }
    return toTable(rows);
  },
};

async function grow(run: BenchRun, ours: Contender, { pods, addresses: count = 0 }: Step): Promise<Grown | Ended> {
  const { world } = run;
  const addresses = count === 0 ? [] : await world.newAddresses(count);
  return withSettled(run, ours, {}, (provider) =>
    pollAll(world, provider, pods, addresses).catch(async (thrown) => {
      run.report(`  ${String(thrown).split('\n')[0]}`);
      // Its connections end before it does.
      await sleep(ENDS_WITHIN_MS);
      return provider.isRunning ? 'mounts failed' : 'the process ended';
    }),
  );
}

async function pollAll(
  world: World,
  provider: DaemonProcess,
  pods: PodsOptions,
  addresses: readonly string[],
): Promise<Grown> {
  await world.client.call('setPods', world.newPods({ ...pods, addresses }));
  const before = provider.cpuMs();
  const first = await countedRound(world, 'daemon');
  const mounted = provider.cpuMs();
  for (let i = 0; i < POLL_ROUNDS; i += 1) await countedRound(world, 'daemon');
  const polled = provider.cpuMs();
  const { anon } = provider.memory();
  return {
    firstMs: first.ms,
    mountMs: (mounted - before) / pods.count,
    pollMs: (polled - mounted) / (POLL_ROUNDS * pods.count),
    anon,
    openFiles: provider.openFiles(),
    connections: first.counts.connections,
  };
}

/** @param first the line to compare with */
function toRow(
  step: Step,
  grown: Grown | Ended | undefined,
  [firstStep, first]: readonly [Step | undefined, Grown | Ended | undefined],
): string[] {
  if (grown === undefined || typeof grown === 'string') return [step.name, `**${grown}**`, '', '', '', '', '', ''];
  const { firstMs, mountMs, pollMs, anon, openFiles, connections } = grown;
  const cells = [`${write(firstMs)} ms`, `${write(mountMs)} ms`, `${write(pollMs)} ms`];
  const ratio =
    firstStep === undefined || first === undefined || typeof first === 'string'
      ? ''
      : bent(pollMs / step.units / (first.pollMs / firstStep.units));
  return [step.name, ...cells, ratio, `${anon.toFixed(1)} MB`, write(openFiles), write(connections)];
}

function bent(ratio: number): string {
  return ratio > BENT ? `**${ratio.toFixed(2)}**` : ratio.toFixed(2);
}

function toTable(rows: readonly (readonly string[])[]): Table {
  return {
    name: 'growth',
    title: `Growth: all at once (50 calls at a time, 2 ms to the store), then ${POLL_ROUNDS} rounds of polls`,
    head: [
      ...['', 'all', 'CPU of one mount', 'CPU of one poll', 'that by unit, of the first line'],
      ...['anonymous memory', 'open files', 'connections'],
    ],
    rows,
  };
}

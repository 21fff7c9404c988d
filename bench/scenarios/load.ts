// All pods of a node at once on a provider that was just started, and then their polls without a pause: what all of it
// takes, and the CPU time of one mount and of one poll. Each repetition has a new process of each contender, in turns.
import { type Contender, inTurn, type StartOptions } from '../contenders.ts';
import { median } from '../median.ts';
import { type BenchRun, type Figure, Samples } from '../scenario.ts';
import type { PodsOptions } from '../world.ts';
import { countedRound } from './node.ts';
import { withSettled } from './settled.ts';

export interface Load {
  readonly pods: PodsOptions;
  readonly options?: StartOptions;
  readonly repetitions: number;
}

/** A contender under another name: the same build in another setting. */
export interface Entrant {
  readonly who: string;
  readonly contender: Contender;
  readonly options: StartOptions;
}

/** V8 has compiled what runs often by then. */
const WARM_UP_ROUNDS = 3;
const POLL_ROUNDS = 3;

export interface Loads {
  readonly all: Samples;
  readonly cpuOfMount: Samples;
  readonly cpuOfPoll: Samples;
}

export async function measureLoad(run: BenchRun, load: Load): Promise<Loads> {
  const { options = {} } = load;
  const entrants = run.contenders.map((contender) => ({ who: contender.name, contender, options }));
  return measureEntrants(run, load, entrants);
}

export async function measureEntrants(run: BenchRun, load: Load, entrants: readonly Entrant[]): Promise<Loads> {
  const loads: Loads = { all: new Samples(), cpuOfMount: new Samples(), cpuOfPoll: new Samples() };
  const repetitions = run.isQuick ? 1 : load.repetitions;
  for (let i = 0; i < repetitions; i += 1) {
    run.report(`  repetition ${i + 1} of ${repetitions}`);
    for (const entrant of inTurn(entrants, i)) await enter(run, load, entrant, loads);
  }
  return loads;
}

async function enter(run: BenchRun, { pods }: Load, { who, contender, options }: Entrant, loads: Loads) {
  const { client, newPods } = run.world;
  await withSettled(run, contender, options, async (provider) => {
    const mounted = newPods(pods);
    await client.call('setPods', mounted);
    const before = provider.cpuMs();
    loads.all.add(who, (await countedRound(run.world, 'daemon')).ms);
    loads.cpuOfMount.add(who, (provider.cpuMs() - before) / pods.count);
    for (let i = 0; i < WARM_UP_ROUNDS; i += 1) await countedRound(run.world, 'daemon');
    const polled = provider.cpuMs();
    for (let i = 0; i < POLL_ROUNDS; i += 1) await countedRound(run.world, 'daemon');
    loads.cpuOfPoll.add(who, (provider.cpuMs() - polled) / (POLL_ROUNDS * pods.count));
    // The requests that cannot be saved: a login and its reads for each pod, or for each account that shares them.
    await client.call('setPods', newPods(pods.isShared ? { ...pods, count: pods.accounts ?? pods.count } : pods));
    loads.all.add('floor', (await countedRound(run.world, 'floor')).ms);
  });
}

/** @param what the rows' names begin with */
export function loadFigures(what: string, { all, cpuOfMount, cpuOfPoll }: Loads): Figure[] {
  return [
    toFigure(`${what}: all`, 'ms', all),
    toFigure(`${what}: CPU of one mount`, 'ms', cpuOfMount),
    toFigure(`${what}: CPU of one poll`, 'ms', cpuOfPoll),
  ];
}

export function toFigure(work: string, unit: Figure['unit'], samples: Samples): Figure {
  const of = (who: string) => (samples.of(who).length === 0 ? undefined : median(samples.of(who)));
  return {
    work,
    unit,
    daemon: of('daemon') ?? Number.NaN,
    base: of('base'),
    peer: of('peer'),
    floor: of('floor'),
  };
}

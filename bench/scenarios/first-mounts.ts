// What the first pods after a provider's start wait for, which every rollout of it is on every node, and what a pod that
// was never seen before waits for later, when seconds have passed since the last call.
import { setTimeout as sleep } from 'node:timers/promises';
import { inTurn } from '../contenders.ts';
import type { DaemonProcess } from '../daemon-process.ts';
import { type BenchRun, type Figure, Samples, type Scenario } from '../scenario.ts';
import { toFigure } from './load.ts';
import { withSettled } from './settled.ts';

const OBJECTS = [1, 10, 50] as const;
const DELAY_MS = 5;
const TLS_DELAY_MS = 2;
const REPETITIONS = 7;
const LATER_REPETITIONS = 9;
/** Pods that come before the later one: code that runs often has been compiled. */
const EARLIER_PODS = 60;
/** A connection that was idle for 2 s is not used for a login. */
const PAUSE_MS = 2_300;
/** What a call leaves to be done after its answer is over, and counted to it. */
const AFTERWARDS_MS = 50;

export const firstMounts: Scenario = {
  name: 'first-mounts',
  title: 'The first mount after a start, and a later pod that was never seen, 5 ms to the store',
  run: async (run) => {
    await warmClient(run);
    return [
      ...(await measureFirst(run)),
      ...(await measureLater(run, 'a later cold pod', DELAY_MS, false)),
      ...(await measureLater(run, 'the same over TLS, 2 ms', TLS_DELAY_MS, true)),
    ];
  },
};

/** The process that asks must not be compiled while it measures. */
async function warmClient(run: BenchRun): Promise<void> {
  const [ours] = run.contenders;
  if (ours === undefined) return;
  await withSettled(run, ours, {}, async () => {
    await run.world.proxy.call('reset', { delayMs: 0 });
    await run.world.client.call('setPods', run.world.newPods({ count: EARLIER_PODS, objects: 50 }));
    for (const way of ['daemon', 'floor'] as const) await run.world.client.call('round', { way, atOnce: 1 });
  });
}

async function measureFirst(run: BenchRun): Promise<Figure[]> {
  const rows = newRows('first mount after a start');
  const repetitions = run.isQuick ? 1 : REPETITIONS;
  for (let i = 0; i < repetitions; i += 1) {
    run.report(`  first mounts, repetition ${i + 1} of ${repetitions}`);
    for (const row of rows) {
      for (const contender of inTurn(run.contenders, i)) {
        await withSettled(run, contender, {}, (provider) => oneMount(run, row, contender.name, provider, DELAY_MS));
      }
    }
  }
  return rows.flatMap(rowFigures);
}

/** All contenders run at the same time and are asked in turns: each then has its pause while the others work. */
async function measureLater(run: BenchRun, what: string, delayMs: number, isTls: boolean): Promise<Figure[]> {
  const { world, contenders, isQuick } = run;
  const rows = newRows(what);
  const providers = new Map<string, DaemonProcess>();
  try {
    for (const contender of contenders) providers.set(contender.name, await contender.start({ isTls }));
    await connectAll(run, providers, isTls);
    await world.proxy.call('reset', { delayMs });
    await world.client.call('setPods', world.newPods({ count: EARLIER_PODS, objects: 10 }));
    for (const { name } of contenders) await world.client.call('round', { way: name, atOnce: 1 });
    const repetitions = isQuick ? 1 : LATER_REPETITIONS;
    for (let i = 0; i < repetitions; i += 1) {
      run.report(`  ${what}, repetition ${i + 1} of ${repetitions}`);
      for (const row of rows) {
        await sleep(PAUSE_MS);
        for (const { name } of inTurn(contenders, i)) {
          await oneMount(run, row, name, providers.get(name) as DaemonProcess, delayMs, name);
        }
      }
    }
    return rows.flatMap(rowFigures);
  } finally {
    for (const provider of providers.values()) await provider.stop();
  }
}

export async function connectAll(
  { world }: BenchRun,
  providers: ReadonlyMap<string, DaemonProcess>,
  isTls: boolean,
): Promise<void> {
  const ours = providers.get('daemon') as DaemonProcess;
  const store = isTls ? { storePort: world.tls.port, caPem: world.tls.caPem } : { storePort: world.storePort };
  await world.client.call('connect', { socket: ours.socket, ...store });
  for (const name of ['base', 'peer'] as const) {
    const provider = providers.get(name);
    if (provider !== undefined) await world.client.call('addDriver', { name, socket: provider.socket });
  }
}

interface Row {
  readonly what: string;
  readonly objects: number;
  readonly wall: Samples;
  readonly cpu: Samples;
}

function newRows(what: string): Row[] {
  return OBJECTS.map((objects) => ({ what, objects, wall: new Samples(), cpu: new Samples() }));
}

function rowFigures({ what, objects, wall, cpu }: Row): Figure[] {
  const work = `${what}, ${objects} object${objects === 1 ? '' : 's'}`;
  return [toFigure(work, 'ms', wall), toFigure(`${work}: CPU`, 'ms', cpu)];
}

/** A pod that nobody has seen, and beside it the bare client with another. */
async function oneMount(
  { world }: BenchRun,
  { objects, wall, cpu }: Row,
  who: string,
  provider: DaemonProcess,
  delayMs: number,
  way: 'daemon' | 'base' | 'peer' = 'daemon',
): Promise<void> {
  await world.proxy.call('reset', { delayMs });
  await world.client.call('setPods', world.newPods({ count: 1, objects }));
  const before = provider.cpuMs();
  wall.add(who, (await world.client.call('round', { way, atOnce: 1 })).ms);
  await sleep(AFTERWARDS_MS);
  cpu.add(who, provider.cpuMs() - before);
  wall.add('floor', (await world.client.call('round', { way: 'floor', atOnce: 1 })).ms);
}

// One poll at the driver's rhythm: a node's 110 pods are polled each two minutes, which is about one a second. In between
// others use the processor and its caches; polls without a pause never meet that.
import { setTimeout as sleep } from 'node:timers/promises';
import { inTurn } from '../contenders.ts';
import type { DaemonProcess } from '../daemon-process.ts';
import { type Figure, Samples, type Scenario } from '../scenario.ts';
import { connectAll } from './first-mounts.ts';
import { toFigure } from './load.ts';
import { OWN_ACCOUNTS } from './own-accounts.ts';

const DELAY_MS = 2;
const POLLS = 60;
const PERIOD_MS = 1_000;
const AFTERWARDS_MS = 50;
/** More than the caches of a server's processor hold for one core. */
const SWEPT_BYTES = 64 * 1024 * 1024;
/** CPU time is a sum, as a collection falls to one poll of many; time is a median. */
const mean = (figures: readonly number[]) => figures.reduce((sum, figure) => sum + figure, 0) / figures.length;

export const rhythm: Scenario = {
  name: 'rhythm',
  title: "One poll at the driver's rhythm, one a second: 110 pods, an account each, 5 objects, TLS, 2 ms to the store",
  run: async (run) => {
    const { world, contenders, report } = run;
    const polls = run.isQuick ? 10 : POLLS;
    const swept = Buffer.alloc(SWEPT_BYTES);
    const [wall, cpu] = [new Samples(), new Samples()];
    const providers = new Map<string, DaemonProcess>();
    try {
      for (const contender of contenders) providers.set(contender.name, await contender.start({ isTls: true }));
      await connectAll(run, providers, true);
      const pods = world.newPods(OWN_ACCOUNTS);
      await world.proxy.call('reset', { delayMs: DELAY_MS });
      await world.client.call('setPods', pods);
      for (const way of [...contenders.map(({ name }) => name), 'floor'] as const)
        await world.client.call('round', { way, atOnce: 50 });
      for (let i = 0; i < polls; i += 1) {
        if (i % 10 === 0) report(`  poll ${i + 1} of ${polls}`);
        const startedAt = performance.now();
        await world.client.call('setPods', pods.slice(i % pods.length, (i % pods.length) + 1));
        for (const { name } of inTurn(contenders, i)) {
          const provider = providers.get(name) as DaemonProcess;
          swept.fill(i);
          const before = provider.cpuMs();
          wall.add(name, (await world.client.call('round', { way: name, atOnce: 1 })).ms);
          await sleep(AFTERWARDS_MS);
          cpu.add(name, provider.cpuMs() - before);
        }
        wall.add('floor', (await world.client.call('round', { way: 'floor', atOnce: 1 })).ms);
        await sleep(Math.max(0, startedAt + PERIOD_MS - performance.now()));
      }
    } finally {
      for (const provider of providers.values()) await provider.stop();
    }
    return [toFigure('p50', 'ms', wall), meanFigure('CPU', cpu)];
  },
};

function meanFigure(work: string, samples: Samples): Figure {
  const figure = toFigure(work, 'ms', samples);
  const of = (who: 'daemon' | 'base' | 'peer') => (figure[who] === undefined ? undefined : mean(samples.of(who)));
  return { ...figure, daemon: of('daemon') ?? Number.NaN, base: of('base'), peer: of('peer') };
}

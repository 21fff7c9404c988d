// Anonymous memory: idle, right after polls, and half a minute later, when the daemon has collected once more. Each size
// has a process of its own of each contender; they rest at the same time.
import { setTimeout as sleep } from 'node:timers/promises';
import type { DaemonProcess } from '../daemon-process.ts';
import { Samples, type Scenario } from '../scenario.ts';
import type { PodsOptions } from '../world.ts';
import { toFigure } from './load.ts';
import { countedRound } from './node.ts';
import { OWN_ACCOUNTS } from './own-accounts.ts';

const SIZES: readonly PodsOptions[] = [OWN_ACCOUNTS, { count: 250, objects: 10 }];
const POLL_ROUNDS = 3;
const IDLE_AFTER_MS = 2_000;
/** The daemon's half minute runs from its last mount but one; and some to collect. */
const REST_MS = 32_000;

export const atRest: Scenario = {
  name: 'at-rest',
  title: 'Anonymous memory, MB: idle, and with an account for each pod right after polls and half a minute later',
  run: async ({ world, contenders, report }) => {
    const [idle, idleAtRest] = [new Samples(), new Samples()];
    const unused: { who: string; provider: DaemonProcess }[] = [];
    const sizes = SIZES.map((pods) => ({ pods, atOnce: new Samples(), rested: new Samples() }));
    const started: { who: string; size: (typeof sizes)[number]; provider: DaemonProcess }[] = [];
    try {
      for (const size of sizes)
        for (const contender of contenders)
          started.push({ who: contender.name, size, provider: await contender.start() });
      for (const contender of contenders) unused.push({ who: contender.name, provider: await contender.start() });
      await sleep(IDLE_AFTER_MS);
      for (const { who, provider } of started) idle.add(who, provider.memory().anon);
      for (const { who, size, provider } of started) {
        report(`  ${size.pods.count} pods: ${who}`);
        await world.client.call('connect', { socket: provider.socket, storePort: world.storePort });
        await world.client.call('setPods', world.newPods(size.pods));
        for (let i = 0; i <= POLL_ROUNDS; i += 1) await countedRound(world, 'daemon');
        size.atOnce.add(who, provider.memory().anon);
      }
      report('  half a minute of rest');
      await sleep(REST_MS);
      for (const { who, size, provider } of started) size.rested.add(who, provider.memory().anon);
      for (const { who, provider } of unused) idleAtRest.add(who, provider.memory().anon);
    } finally {
      for (const { provider } of [...started, ...unused]) await provider.stop();
    }
    return [
      toFigure('idle, right after the start', 'MB', idle),
      toFigure('idle, half a minute later', 'MB', idleAtRest),
      ...sizes.flatMap(({ pods: { count, objects }, atOnce, rested }) => [
        toFigure(`${count} pods x ${objects}, right after polls`, 'MB', atOnce),
        toFigure(`${count} pods x ${objects}, half a minute later`, 'MB', rested),
      ]),
    ];
  },
};

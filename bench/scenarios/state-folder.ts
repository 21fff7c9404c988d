// The chart's default: a state folder, so that what the daemon has survives its restart. Beside it the same build
// without, as two rows of one run.
import { mkdtempSync, rmSync } from 'node:fs';
import type { Contender } from '../contenders.ts';
import type { Scenario } from '../scenario.ts';
import { type Entrant, loadFigures, measureEntrants } from './load.ts';
import { OWN_ACCOUNTS } from './own-accounts.ts';

const WITHOUT = 'without';

export const stateFolder: Scenario = {
  name: 'state-folder',
  title: "The chart's default, a state folder: 110 pods, an account each, 5 objects, 50 at once, 2 ms",
  run: async (run) => {
    const builds = run.contenders.filter(({ name }) => name !== 'peer');
    const entrants: Entrant[] = builds.map((contender) => ({
      who: contender.name,
      contender: withFolder(contender),
      options: {},
    }));
    const [ours] = builds;
    if (ours !== undefined) entrants.push({ who: WITHOUT, contender: ours, options: {} });
    const loads = await measureEntrants(run, { pods: OWN_ACCOUNTS, repetitions: 5 }, entrants);
    const { all, cpuOfMount, cpuOfPoll } = loads;
    const without = {
      all: all.only(WITHOUT),
      cpuOfMount: cpuOfMount.only(WITHOUT),
      cpuOfPoll: cpuOfPoll.only(WITHOUT),
    };
    return [...loadFigures('with', loads), ...loadFigures('without', without)];
  },
};

/** A new folder for each process; it is on tmpfs or is not used. */
function withFolder(contender: Contender): Contender {
  return {
    ...contender,
    async start(options) {
      const folder = mkdtempSync('/dev/shm/secretmount-bench-');
      const provider = await contender.start({ ...options, args: [`--state-dir=${folder}`, '--require-state-dir'] });
      const stop = provider.stop.bind(provider);
      provider.stop = async () => {
        await stop();
        rmSync(folder, { recursive: true });
      };
      return provider;
    },
  };
}

// A full node on the jwt method, whose logins prove the pod: without sharing each pod logs in and reads for itself; with
// the class's `sessionScope: serviceAccount` the pods of an account share both.
import type { Scenario } from '../scenario.ts';
import type { PodsOptions } from '../world.ts';
import { loadFigures, measureLoad } from './load.ts';

const NODE = { count: 250, accounts: 10, objects: 10 } as const satisfies PodsOptions;

export const jwt: Scenario = {
  name: 'jwt',
  title: 'A full node on jwt: 250 pods of 10 accounts, 10 objects, 50 at once, 2 ms to the store',
  run: async (run) => {
    const own = await measureLoad(run, { pods: NODE, repetitions: 3 });
    run.report('  shared');
    const shared = await measureLoad(run, { pods: { ...NODE, isShared: true }, repetitions: 5 });
    return [...loadFigures('no sharing', own), ...loadFigures('shared', shared)];
  },
};

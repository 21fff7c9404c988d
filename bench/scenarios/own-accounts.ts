// The ordinary node: 110 pods with an account each.
import type { Scenario } from '../scenario.ts';
import type { PodsOptions } from '../world.ts';
import { loadFigures, measureLoad } from './load.ts';

/** The kubelet's default limit of pods; who has no classes that share logins has a login for each. */
export const OWN_ACCOUNTS = { count: 110, objects: 5 } as const satisfies PodsOptions;

export const ownAccounts: Scenario = {
  name: 'own-accounts',
  title: 'An ordinary node: 110 pods, an account each, 5 objects, 50 at once, 2 ms to the store',
  run: async (run) => loadFigures('plain http', await measureLoad(run, { pods: OWN_ACCOUNTS, repetitions: 5 })),
};

export const ownAccountsTls: Scenario = {
  name: 'own-accounts-tls',
  title: 'The same over TLS',
  run: async (run) =>
    loadFigures('TLS', await measureLoad(run, { pods: OWN_ACCOUNTS, options: { isTls: true }, repetitions: 5 })),
};

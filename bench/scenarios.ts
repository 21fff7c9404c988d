// All that can be measured by its name.
import type { Scenario } from './scenario.ts';
import { atRest } from './scenarios/at-rest.ts';
import { firstMounts } from './scenarios/first-mounts.ts';
import { growth } from './scenarios/growth.ts';
import { jwt } from './scenarios/jwt.ts';
import { ownAccounts, ownAccountsTls } from './scenarios/own-accounts.ts';
import { rhythm } from './scenarios/rhythm.ts';
import { startToSocket } from './scenarios/start-to-socket.ts';
import { stateFolder } from './scenarios/state-folder.ts';

export const SCENARIOS: readonly Scenario[] = [
  firstMounts,
  ownAccounts,
  ownAccountsTls,
  jwt,
  rhythm,
  stateFolder,
  startToSocket,
  atRest,
  growth,
];

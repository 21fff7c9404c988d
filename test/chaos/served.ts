// Once faults are over every pod must be served what the store has.
import { setTimeout as sleep } from 'node:timers/promises';
import { CallFailed } from '../harness/driver.ts';
import type { ChaosPod, Player } from './player.ts';

const PERMISSION_DENIED = 7;
/** Some 8 s on an idle machine: a circuit's probe, and one whole mount. Bounds a hang and judges no speed. */
const SERVED_WITHIN_MS = 60_000;
const LOOK_EACH_MS = 200;

/** @returns what is wrong */
export async function seeServed(player: Player, pod: ChaosPod): Promise<readonly string[]> {
  const isExpected = (outcome: unknown) =>
    player.classOf(pod).isForeign
      ? outcome instanceof CallFailed && outcome.code === PERMISSION_DENIED
      : !(outcome instanceof CallFailed);
  let outcome: unknown;
  for (const until = Date.now() + SERVED_WITHIN_MS; Date.now() < until; await sleep(LOOK_EACH_MS)) {
    outcome = await player.call(pod);
    if (isExpected(outcome)) return [];
  }
  const how = outcome instanceof CallFailed ? outcome.message : 'with files';
  return [`${pod.name}, class ${player.classOf(pod).name}, was answered without faults: ${how}`];
}

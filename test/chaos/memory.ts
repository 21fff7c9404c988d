// Whether the daemon's memory stays while pods come, are polled and go. Processes that are killed every few seconds say
// nothing of it, so this part is played without faults, by the process that is there at the end.

import { ACCOUNTS, CLASS_COUNT } from './classes.ts';
import type { Player } from './player.ts';
import type { ChaosWorld } from './world.ts';

/** A fresh daemon has some 75 MB, and its heap is collected whole each half minute only; 170 MB were seen. */
const MOST_MEMORY_BYTES = 220 * 1024 * 1024;
/** Beyond what a third of the rounds left; 40 MB were seen, in a heap that was not collected yet. */
const MOST_GROWTH_BYTES = 64 * 1024 * 1024;
const MOST_OPEN_FILES = 100;

/** @returns what is wrong */
export async function seeMemory(world: ChaosWorld, player: Player, rounds: number): Promise<readonly string[]> {
  await playRounds(player, Math.ceil(rounds / 3));
  const before = await measure(world);
  await playRounds(player, rounds - Math.ceil(rounds / 3));
  const after = await measure(world);
  if (process.env['SHOW']) console.log(before, after);
  const growth = after.memoryBytes - before.memoryBytes;
  return [
    ...(after.memoryBytes < MOST_MEMORY_BYTES ? [] : [`the daemon has ${after.memoryBytes} bytes of memory`]),
    ...(growth < MOST_GROWTH_BYTES ? [] : [`the daemon grew by ${growth} bytes in ${rounds} rounds`]),
    ...(after.openFiles < MOST_OPEN_FILES ? [] : [`the daemon has ${after.openFiles} open files`]),
  ];
}

/** In each, one pod of every class of both accounts comes, is polled and goes. */
async function playRounds(player: Player, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const pods = ACCOUNTS.flatMap((account) =>
      Array.from({ length: CLASS_COUNT }, (_, index) => player.admit(account, index)),
    );
    for (let turn = 0; turn < 2; turn += 1) await Promise.all(pods.map((pod) => player.call(pod)));
    for (const pod of pods) player.remove(pod);
  }
}

async function measure(world: ChaosWorld): Promise<{ readonly memoryBytes: number; readonly openFiles: number }> {
  const { text } = await world.daemon.http('/metrics');
  const gauge = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
  return { memoryBytes: gauge('process_resident_memory_bytes'), openFiles: gauge('process_open_fds') };
}

// Whether the daemon's memory stays while pods come, are polled and go. Processes that are killed every few seconds say
// nothing of it, so this part is played without faults, by the process that is there at the end. It is judged by what
// is left after all garbage was collected, sample after sample: a bound would let a small leak pass for days.
import { ACCOUNTS, CLASS_COUNT } from './classes.ts';
import { grows, lineThrough } from './flatness.ts';
import type { Player } from './player.ts';
import type { ChaosWorld } from './world.ts';

/** Rounds between two samples. */
const ROUNDS = 2;
/** The first third of all samples is left out: tables and connections get their size. */
const WARMUP_SHARE = 1 / 3;
const FEWEST_SAMPLES = 12;
/** 200 were seen, of V8's own tables; what is kept of a pod takes more: a record with its key alone has some hundreds. */
const MOST_BYTES_OF_A_POD = 400;
const PODS_OF_A_ROUND = ACCOUNTS.length * CLASS_COUNT;
const MOST_OPEN_FILES = 100;

/** @returns what is wrong */
export async function seeMemory(
  world: ChaosWorld,
  player: Player,
  rounds: number,
  tell: (what: string) => void,
): Promise<readonly string[]> {
  const samples: number[] = [];
  for (let round = 0; round < rounds; round += ROUNDS) {
    await playRounds(player, ROUNDS);
    const bytes = await world.collectedBytes();
    samples.push(bytes);
    tell(`the end: ${bytes} bytes are in use after ${round + ROUNDS} rounds`);
  }
  const openFiles = await openFilesOf(world);
  return [
    ...seeGrowth(samples.slice(Math.floor(samples.length * WARMUP_SHARE))),
    ...(openFiles < MOST_OPEN_FILES ? [] : [`the daemon has ${openFiles} open files`]),
  ];
}

function seeGrowth(samples: readonly number[]): readonly string[] {
  if (samples.length < FEWEST_SAMPLES) return [];
  const line = lineThrough(samples);
  const pods = ROUNDS * PODS_OF_A_ROUND;
  const [each, error] = [line.slope / pods, line.error / pods].map(Math.round);
  const what = `the daemon's heap grows by ${each} bytes a pod (error ${error}) over ${samples.length * pods} pods`;
  if (process.env['SHOW']) console.log(what, samples.join(' '));
  return grows(line, MOST_BYTES_OF_A_POD * pods) ? [what] : [];
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

async function openFilesOf(world: ChaosWorld): Promise<number> {
  const { text } = await world.daemon.http('/metrics');
  return Number(/^process_open_fds (\S+)/m.exec(text)?.[1]);
}

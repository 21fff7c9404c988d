// One seed, from an empty world to a clean one.
import { playEnding } from './ending.ts';
import { OUTAGES, type OutageKind } from './outages.ts';
import { Player } from './player.ts';
import { playRenewalOutage } from './renewal-outage.ts';
import { StallWatch } from './stall.ts';
import { ChaosWorld } from './world.ts';

export interface Played {
  readonly findings: readonly string[];
  readonly steps: readonly string[];
  readonly calls: number;
  readonly answers: number;
  readonly staleAnswers: number;
  readonly kills: number;
  readonly issued: number;
}

export interface PlayOptions {
  readonly seed: number;
  readonly steps: number;
  /** Rounds of the part that looks at memory (memory.ts). */
  readonly rounds?: number;
  /** No other fault is played. */
  readonly only?: OutageKind;
  /** The built daemon; by default that of dist/. */
  readonly program?: string | undefined;
  /** Hears each step. */
  readonly log?: (line: string) => void;
}

/** Longer than the longest wait that tells nothing: for leases to be revoked (ending.ts). */
const STALLED_AFTER_MS = 120_000;
/** Some 0.2 s, and as long as an outage that is under way. */
const STOPPED_WITHIN_MS = 30_000;

/** Ends at the first finding: what follows it may only be its consequence. */
export async function playSeed(options: PlayOptions): Promise<Played> {
  const { seed, only, program, log = () => {} } = options;
  const world = await ChaosWorld.make(program);
  const player = new Player(world, seed, only);
  const { findings } = player.observer;
  const told: string[] = [];
  const watch = new StallWatch(STALLED_AFTER_MS);
  const tell = (what: string) => {
    told.push(`seed ${seed}, ${what}`);
    watch.tell(what);
    log(`seed ${seed}, ${what}`);
  };
  try {
    const stalled = await watch.watch(play(world, player, options, tell));
    if (stalled !== undefined) findings.push(stalled);
    if (findings.length > 0) log(world.output);
  } finally {
    const stalled = await new StallWatch(STOPPED_WITHIN_MS).watch(world.stop());
    if (stalled !== undefined) findings.push(`the world does not stop: ${stalled}`);
  }
  const { calls, answers, staleAnswers } = player;
  const issued = [...world.ledger.all()].length;
  return { findings, steps: told, calls, answers, staleAnswers, kills: world.ledger.killedAt.length, issued };
}

async function play(
  world: ChaosWorld,
  player: Player,
  { steps, rounds = 0, only }: PlayOptions,
  tell: (what: string) => void,
): Promise<void> {
  const { findings } = player.observer;
  await world.startDaemon();
  for (let step = 1; step <= steps && findings.length === 0; step += 1) tell(`${step}: ${await player.step()}`);
  if (findings.length === 0) await playRenewalOutage(world, player, only ?? player.random.pick(OUTAGES), tell);
  if (findings.length === 0) findings.push(...(await playEnding(world, player, rounds, tell)));
  await player.finishCalls();
}

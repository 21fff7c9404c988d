// One seed, from an empty world to a clean one.
import { playEnding } from './ending.ts';
import type { OutageKind } from './outages.ts';
import { Player } from './player.ts';
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
  /** Of the part that looks at memory (memory.ts). */
  readonly rounds?: number;
  /** No other fault is played. */
  readonly only?: OutageKind;
  /** The built daemon; by default that of dist/. */
  readonly program?: string | undefined;
  /** Hears each step. */
  readonly log?: (line: string) => void;
}

/** Ends at the first finding: what follows it may only be its consequence. */
export async function playSeed(options: PlayOptions): Promise<Played> {
  const { seed, steps, rounds = 0, only, program, log = () => {} } = options;
  const world = await ChaosWorld.make(program);
  try {
    await world.startDaemon();
    const player = new Player(world, seed, only);
    const told: string[] = [];
    const { findings } = player.observer;
    for (let step = 1; step <= steps && findings.length === 0; step += 1) {
      const what = `seed ${seed}, ${step}: ${await player.step()}`;
      told.push(what);
      log(what);
    }
    if (findings.length === 0) findings.push(...(await playEnding(world, player, rounds)));
    await player.finishCalls();
    if (findings.length > 0) log(world.output);
    const { calls, answers, staleAnswers } = player;
    const issued = [...world.ledger.all()].length;
    return { findings, steps: told, calls, answers, staleAnswers, kills: world.ledger.killedAt.length, issued };
  } finally {
    await world.stop();
  }
}

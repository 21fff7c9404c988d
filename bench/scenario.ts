// What a scenario is given, and what it finds: one figure for each kind of work, of everybody who did it.
import type { Contender } from './contenders.ts';
import type { Table } from './table.ts';
import type { World } from './world.ts';

export interface BenchRun {
  readonly world: World;
  /** This build first. */
  readonly contenders: readonly Contender[];
  /** Fewer repetitions: to try something out. */
  readonly isQuick: boolean;
  /** Tells who waits how far it is. */
  report(line: string): void;
}

export interface Scenario {
  /** As it is asked for, and its place in docs/performance.md. */
  readonly name: string;
  readonly title: string;
  run(run: BenchRun): Promise<readonly Figure[] | Table>;
}

/** What one kind of work took: medians, the smaller the better. */
export interface Figure {
  readonly work: string;
  readonly unit: 'ms' | 'MB';
  readonly daemon: number;
  readonly base?: number | undefined;
  readonly peer?: number | undefined;
  /** A bare client that makes the same requests; undefined where there is none to compare with. */
  readonly floor?: number | undefined;
}

/** Figures by who did the work, one for each repetition. */
export class Samples {
  readonly #by = new Map<string, number[]>();

  add(who: string, figure: number): void {
    const list = this.#by.get(who);
    if (list === undefined) this.#by.set(who, [figure]);
    else list.push(figure);
  }

  of(who: string): readonly number[] {
    return this.#by.get(who) ?? [];
  }

  /** Those of `who` alone, as this build's. */
  only(who: string): Samples {
    const samples = new Samples();
    for (const figure of this.of(who)) samples.add('daemon', figure);
    return samples;
  }
}

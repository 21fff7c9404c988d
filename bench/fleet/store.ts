// One store of a stated capacity, and what reaches it. It answers in the order of arrival.
import type { Timeline } from './timeline.ts';

export type RequestKind = 'login' | 'read';

/** A login makes a token and writes it down: the work of so many reads. */
export const READS_OF_A_LOGIN = 4;
const SECOND_MS = 1_000;

export interface Second {
  logins: number;
  reads: number;
  /** Connections opened. */
  opened: number;
}

/** What it does with a request whose client has gone: `stubborn` answers it all the same, the worst that a store can do. */
export type Manner = 'stubborn' | 'heeding';

export class FleetStore {
  readonly seconds: Second[] = [];
  readonly #timeline: Timeline;
  readonly #readMs: number;
  readonly #manner: Manner;
  #freeAt = 0;

  /** @param readsPerSecond what it answers at most */
  constructor(timeline: Timeline, readsPerSecond: number, manner: Manner) {
    this.#timeline = timeline;
    this.#manner = manner;
    this.#readMs = SECOND_MS / readsPerSecond;
  }

  /** @returns when it will have been answered; after `goneAt` nobody waits for it */
  ask(kind: RequestKind, opensConnection: boolean, goneAt: number): number {
    const now = this.#timeline.now();
    const second = this.#secondOf(now);
    if (kind === 'login') second.logins += 1;
    else second.reads += 1;
    if (opensConnection) second.opened += 1;
    const endsAt = Math.max(this.#freeAt, now) + this.#readMs * (kind === 'login' ? READS_OF_A_LOGIN : 1);
    if (endsAt > goneAt && this.#manner === 'heeding') return endsAt;
    this.#freeAt = endsAt;
    return endsAt;
  }

  #secondOf(now: number): Second {
    const index = Math.floor(now / SECOND_MS);
    while (this.seconds.length <= index) this.seconds.push({ logins: 0, reads: 0, opened: 0 });
    return this.seconds[index] as Second;
  }
}

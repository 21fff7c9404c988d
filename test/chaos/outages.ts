// What happens to the store and to the database for real, behind the proxy: each is away for a while and comes back
// by itself, with everything it had.
import type { DurableStore } from '../harness/durable-store.ts';
import type { Postgres } from '../harness/postgres.ts';

export const OUTAGES = ['seal', 'restart', 'crash', 'database stop', 'database crash'] as const;
export type OutageKind = (typeof OUTAGES)[number];

interface Outage {
  readonly told: string;
  begin(): Promise<void>;
  end(): Promise<void>;
}

export class Outages {
  readonly #kinds: Readonly<Record<OutageKind, Outage>>;
  /** By what is away: its return. */
  readonly #away = new Map<'store' | 'database', Promise<void>>();

  constructor(store: DurableStore, postgres: Postgres) {
    const startStore = () => store.startAgain();
    const startDatabase = () => postgres.resume();
    this.#kinds = {
      seal: { told: 'the store is sealed', begin: () => store.seal(), end: () => store.unseal() },
      restart: { told: 'the store is stopped', begin: () => store.end('SIGTERM'), end: startStore },
      crash: { told: 'the store is killed', begin: () => store.end('SIGKILL'), end: startStore },
      'database stop': { told: 'PostgreSQL is stopped', begin: () => postgres.halt('INT'), end: startDatabase },
      'database crash': { told: 'PostgreSQL crashes', begin: () => postgres.halt('QUIT'), end: startDatabase },
    };
  }

  get isStoreAway(): boolean {
    return this.#away.has('store');
  }

  /** Returns when it has begun. @param howLong in words. @param lasts called when it has begun. @returns what it was */
  async begin(kind: OutageKind, howLong: string, lasts: () => Promise<unknown>): Promise<string> {
    const what = kind.startsWith('database') ? 'database' : 'store';
    if (this.#away.has(what)) return `the ${what} is away already`;
    const outage = this.#kinds[kind];
    const began = outage.begin();
    const isOver = began.then(lasts).then(() => outage.end());
    // Its failure is thrown by untilBack().
    const forget = () => void this.#away.delete(what);
    this.#away.set(what, isOver);
    isOver.then(forget, () => {});
    await began;
    return `${outage.told} ${howLong}`;
  }

  async untilBack(): Promise<void> {
    await Promise.all(this.#away.values());
  }
}

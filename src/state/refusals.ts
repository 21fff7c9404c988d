// Reports records that could not be kept: once per cause when that begins, and once when all are kept again. Repeated
// refusals of a record are reported once.
import type { Emit } from '../events.ts';

/** Why a record is not on the folder. `closed` is ours; the daemon is stopping. */
export type Refusal = 'over-limit' | 'no-space' | 'read-only' | 'forbidden' | 'failed' | 'closed';

const BY_CODE: Readonly<Record<string, Refusal>> = {
  ENOSPC: 'no-space',
  EDQUOT: 'no-space',
  EROFS: 'read-only',
  EACCES: 'forbidden',
  EPERM: 'forbidden',
};

export function refusalOf(code: string): Refusal {
  return BY_CODE[code] ?? 'failed';
}

export class Refusals {
  readonly #emit: Emit;
  readonly #records = new Set<string>();
  readonly #reported = new Set<Refusal>();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** Records whose newest form is not in the folder. */
  get count(): number {
    return this.#records.size;
  }

  add(record: string, refusal: Refusal, fields: { readonly folder: string; readonly [name: string]: string | number }) {
    this.#records.add(record);
    this.#emit({ type: 'degraded', part: 'state-folder', isDegraded: true });
    if (this.#reported.has(refusal)) return;
    this.#reported.add(refusal);
    const message = 'the state folder does not take a record; until it does, a restart forgets what it would have kept';
    this.#emit({ type: 'notice', level: 'warn', message, fields: { why: refusal, ...fields } });
  }

  /** The record is kept, or no longer needed. */
  settle(record: string): void {
    if (!this.#records.delete(record) || this.#records.size > 0) return;
    this.#reported.clear();
    this.#emit({ type: 'degraded', part: 'state-folder', isDegraded: false });
    this.#emit({ type: 'notice', level: 'info', message: 'the state folder has all records again' });
  }
}

// Where a room puts what should outlive the process: records of its own form, under ids of its own. Who keeps them, and
// whether anybody does, is state/'s and the wiring's affair. Times in records are boot times (boot-time.ts).
import type { Secret } from './secret.ts';

export interface RecordStore {
  /** False: what is put is gone, and nothing need be made for it. */
  readonly isKept: boolean;
  /**
   * What an earlier process left, by id; once. Read from the folder one by one, as they are asked for: what one holds is
   * to be made use of before the next, so that a record that ends the process is known for it.
   */
  takeFound(): Iterable<readonly [id: string, text: Secret<string>]>;
  /**
   * On tmpfs when this returns, where there is a state folder and room in it.
   * @param id digest in hex
   * @param account in whose share it is (pot.ts); empty: the provider's own
   */
  put(id: string, text: Secret<string>, account: string): void;
  remove(id: string): void;
}

/** Keeps nothing. */
export const NO_RECORDS: RecordStore = Object.freeze({
  isKept: false,
  takeFound: () => [],
  put: () => {},
  remove: () => {},
});

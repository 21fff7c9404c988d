// Where a folder of src/ puts what should outlive the process: records of its own form, under ids of its own. state/
// keeps them, if there is a state folder. Times in records are boot times (boot-time.ts).
import type { Secret } from './secret.ts';

export interface RecordStore {
  /** False if nothing is kept; then no record need be made. */
  readonly isKept: boolean;
  /**
   * What an earlier process left, by id; once. Each is read from the folder when it is asked for, and must be used before the
   * next, so that a record that crashes the process is known.
   */
  takeFound(): Iterable<readonly [id: string, text: Secret<string>]>;
  /**
   * On tmpfs when this returns, if there is a state folder and room in it.
   * @param id digest in hex
   * @param account whose share it takes (pot.ts); empty: the provider's own
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

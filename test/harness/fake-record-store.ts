// A record store in memory that a later process may find: what a state folder is to the rooms.

import type { RecordStore } from '../../src/record-store.ts';
import { Secret } from '../../src/secret.ts';

export class FakeRecordStore implements RecordStore {
  readonly isKept = true;
  /** By id, as they would lie in the folder. */
  readonly records: Map<string, string>;
  #found: Map<string, Secret<string>>;

  constructor(records: ReadonlyMap<string, string> = new Map()) {
    this.records = new Map(records);
    this.#found = new Map([...records].map(([id, text]) => [id, new Secret(text)]));
  }

  takeFound(): ReadonlyMap<string, Secret<string>> {
    const found = this.#found;
    this.#found = new Map();
    return found;
  }

  put(id: string, text: Secret<string>): void {
    this.records.set(id, text.reveal());
  }

  remove(id: string): void {
    this.records.delete(id);
  }

  /** As the next process finds it. */
  restarted(): FakeRecordStore {
    return new FakeRecordStore(this.records);
  }
}

/** A record's form with other values at its top. */
export function changed(record: string, change: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...JSON.parse(record), ...change });
}

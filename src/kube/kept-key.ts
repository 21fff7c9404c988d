// The key under which versions are computed, as this node has it: random until the cluster's is known, and kept with
// the records of the state folder, so that a restart without the API server changes no version.
import { hash, randomBytes } from 'node:crypto';
import type { RecordStore } from '../record-store.ts';
import { Secret } from '../secret.ts';

/** HMAC-SHA-256 gains nothing from a longer key, and the providers before us make 32 bytes. */
export const KEY_BYTES = 32;

export class KeptKey {
  readonly #records: RecordStore;
  readonly #id: string;
  #key: Secret<Uint8Array>;

  /** @param name of the Secret that it comes from: a stored key from another Secret is discarded */
  constructor(records: RecordStore, name: string) {
    this.#records = records;
    this.#id = hash('sha256', name);
    this.#key = new Secret<Uint8Array>(randomBytes(KEY_BYTES));
    const found = [...records.takeFound()];
    for (const [id, text] of found) {
      const key = Buffer.from(text.reveal(), 'base64');
      if (id === this.#id && key.length > 0) this.#key = new Secret<Uint8Array>(key);
      else records.remove(id);
    }
    this.keep(this.#key);
  }

  current(): Uint8Array {
    return this.#key.reveal();
  }

  keep(key: Secret<Uint8Array>): void {
    this.#key = key;
    this.#records.put(this.#id, new Secret(Buffer.from(key.reveal()).toString('base64')), '');
  }
}

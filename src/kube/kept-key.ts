// The key under which versions are computed, as this node has it: random until the cluster's is known, and kept with
// the records of the state folder, so that a restart without the API server changes no version.
import { hash, randomBytes } from 'node:crypto';
import { Secret } from '../secret.ts';
import type { Shelf } from '../shelf.ts';

/** HMAC-SHA-256 gains nothing from a longer key, and the providers before us make 32 bytes. */
export const KEY_BYTES = 32;

export class KeptKey {
  readonly #shelf: Shelf;
  readonly #id: string;
  #key: Secret<Uint8Array>;

  /** @param name of the Secret that it comes from: a key of another one is not gone on with */
  constructor(shelf: Shelf, name: string) {
    this.#shelf = shelf;
    this.#id = hash('sha256', name);
    this.#key = new Secret<Uint8Array>(randomBytes(KEY_BYTES));
    const found = [...shelf.takeFound()];
    for (const [id, text] of found) {
      const key = Buffer.from(text.reveal(), 'base64');
      if (id === this.#id && key.length > 0) this.#key = new Secret<Uint8Array>(key);
      else shelf.remove(id);
    }
    this.keep(this.#key);
  }

  current(): Uint8Array {
    return this.#key.reveal();
  }

  keep(key: Secret<Uint8Array>): void {
    this.#key = key;
    this.#shelf.put(this.#id, new Secret(Buffer.from(key.reveal()).toString('base64')), '');
  }
}

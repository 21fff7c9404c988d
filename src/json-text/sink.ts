// Where written bytes go: a page at a time, so that neither a long text nor a million small pieces need room of their own.
import { Buffer } from 'node:buffer';

const PAGE_BYTES = 2 * 1024;
/** Up to here a copy by hand is faster than a call of the engine's. */
const FEW_BYTES = 24;

export class Sink {
  readonly #use: (page: Buffer) => void;
  readonly #page = Buffer.allocUnsafe(PAGE_BYTES);
  #length = 0;

  /** @param use gets each page while it is called, no longer */
  constructor(use: (page: Buffer) => void) {
    this.#use = use;
  }

  byte(byte: number): void {
    if (this.#length === PAGE_BYTES) this.flush();
    this.#page[this.#length] = byte;
    this.#length += 1;
  }

  ascii(text: string): void {
    for (let i = 0; i < text.length; i += 1) this.byte(text.charCodeAt(i));
  }

  copy(bytes: Buffer, from: number, to: number): void {
    if (to - from <= FEW_BYTES) {
      for (let at = from; at < to; at += 1) this.byte(bytes[at] as number);
      return;
    }
    for (let at = from; at < to; ) {
      if (this.#length === PAGE_BYTES) this.flush();
      const count = Math.min(to - at, PAGE_BYTES - this.#length);
      bytes.copy(this.#page, this.#length, at, at + count);
      this.#length += count;
      at += count;
    }
  }

  flush(): void {
    if (this.#length > 0) this.#use(this.#page.subarray(0, this.#length));
    this.#length = 0;
  }
}

// A text that is made of many parts, within what a render may take: the parts may be shared many times over.
import type { CallContext } from '../value.ts';

/** Parts that are counted before the context is asked whether so long a text may be. */
const UNCLAIMED = 64 * 1024;
const MAX_PARTS = 4_096;

export class TextBuilder {
  readonly #context: CallContext;
  readonly #chunks: string[] = [];
  #parts: string[] = [];
  #length = 0;
  #claimed = 0;

  constructor(context: CallContext) {
    this.#context = context;
  }

  add(part: string): void {
    this.#parts.push(part);
    // Most are a character or two, which take more as elements of an array.
    if (this.#parts.length > MAX_PARTS) this.#closeChunk();
    this.#length += part.length;
    if (this.#length - this.#claimed > UNCLAIMED) this.#claim();
  }

  text(): string {
    this.#claim();
    this.#closeChunk();
    return this.#chunks.join('');
  }

  #closeChunk(): void {
    this.#chunks.push(this.#parts.join(''));
    this.#parts = [];
  }

  #claim(): void {
    // What was claimed before is part of the same text.
    this.#context.claim(this.#length);
    this.#claimed = this.#length;
  }
}

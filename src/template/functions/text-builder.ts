// Builds a text of many parts within a render's budget: parts may be shared many times over.
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
    // Most parts have a character or two; as array elements they would take more memory.
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
    // The part claimed before belongs to the same text.
    this.#context.claim(this.#length);
    this.#claimed = this.#length;
  }
}

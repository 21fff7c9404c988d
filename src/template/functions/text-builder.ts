// A text that is made of many parts, within what a render may take: the parts may be shared many times over.
import type { CallContext } from '../value.ts';

/** Parts that are counted before the context is asked whether so long a text may be. */
const UNCLAIMED = 64 * 1024;

export class TextBuilder {
  readonly #context: CallContext;
  readonly #parts: string[] = [];
  #length = 0;
  #claimed = 0;

  constructor(context: CallContext) {
    this.#context = context;
  }

  add(part: string): void {
    this.#parts.push(part);
    this.#length += part.length;
    if (this.#length - this.#claimed > UNCLAIMED) this.#claim();
  }

  text(): string {
    this.#claim();
    return this.#parts.join('');
  }

  #claim(): void {
    // What was claimed before is part of the same text.
    this.#context.claim(this.#length);
    this.#claimed = this.#length;
  }
}

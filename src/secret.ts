// A value or token in a wrapper that prints as [redacted]. Whoever holds a Secret may pass it on freely;
// the only way to the content is `reveal()`, so that a search for it finds every place a value is touched.
import { inspect } from 'node:util';

const REDACTED = '[redacted]';

export class Secret<T> {
  readonly #content: T;

  constructor(content: T) {
    this.#content = content;
  }

  reveal(): T {
    return this.#content;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}

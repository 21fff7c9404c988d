// The distinct reads of a class. Two objects with equal reads share one, so that whoever compares reads compares
// pointers. An object without `secretArgs` shares the read of the first object with its method and path: the providers
// before this one compare nothing else, and their classes often write the arguments of a certificate once only.
import type { Read } from './plan.ts';

export class SharedReads {
  readonly #byKey = new Map<string, Read>();
  readonly #firstOf = new Map<string, Read>();

  /** The read that an object takes its part of: `read` itself if no object above has one that fits. */
  share(read: Read): Read {
    const target = `${read.method} ${read.path}?${read.query}`;
    const first = this.#firstOf.get(target);
    if (first !== undefined && read.body === undefined) return first;
    const shared = this.#byKey.get(read.key) ?? read;
    this.#byKey.set(shared.key, shared);
    if (first === undefined) this.#firstOf.set(target, shared);
    return shared;
  }

  /** In the order of the class. */
  list(): readonly Read[] {
    return Object.freeze([...this.#byKey.values()]);
  }
}

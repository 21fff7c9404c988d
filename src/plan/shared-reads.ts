// The distinct reads of a class. Objects with equal reads share one Read object, so reads can be compared by identity.
// An object without `secretArgs` shares the read of the first object with the same method and path. Earlier providers
// compare only these two, and their classes often give the arguments of a certificate only once.
import type { Read } from './plan.ts';

export class SharedReads {
  readonly #byKey = new Map<string, Read>();
  readonly #firstOf = new Map<string, Read>();

  /** The read to use in place of `read`: an earlier object's matching one, else `read` itself. */
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

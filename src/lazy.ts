// Loads a library that only some classes need with the first such class, so that a daemon without them stays small.
// Synchronous code calls `get`, which throws if the library is not loaded; whenLoaded then loads it and runs the code again.

/** To be caught by whenLoaded alone. */
class NotLoaded extends Error {
  readonly load: () => Promise<void>;

  constructor(load: () => Promise<void>) {
    super('a library is asked for outside of whenLoaded');
    this.load = load;
  }
}

export class Lazy<Library> {
  readonly #import: () => Promise<Library>;
  #library: Library | undefined;

  /** @param load an import() */
  constructor(load: () => Promise<Library>) {
    this.#import = load;
  }

  /** Call it only inside whenLoaded, or in code that has run inside whenLoaded before. */
  get(): Library {
    if (this.#library === undefined) throw new NotLoaded(() => this.load());
    return this.#library;
  }

  /** In place of loading it. */
  put(library: Library): void {
    this.#library = library;
  }

  async load(): Promise<void> {
    this.#library = await this.#import();
  }
}

/** @param work without effects: it begins anew after each library that it turns out to need */
export async function whenLoaded<T>(work: () => T): Promise<T> {
  for (;;) {
    try {
      return work();
    } catch (thrown) {
      if (!(thrown instanceof NotLoaded)) throw thrown;
      await thrown.load();
    }
  }
}

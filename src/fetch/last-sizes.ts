// How long the last answer of a path was: what the next one will take, before anything of it is there. Only those are
// kept that are longer than what is assumed of any.
const ASSUMED_BYTES = 64 * 1024;
/** One forgotten is learned again while it is read. */
const MAX_PATHS = 2_000;

export class LastSizes {
  readonly #bytes = new Map<string, number>();

  of(path: string): number {
    return this.#bytes.get(path) ?? 0;
  }

  note(path: string, bytes: number): void {
    this.#bytes.delete(path);
    if (bytes <= ASSUMED_BYTES) return;
    this.#bytes.set(path, bytes);
    if (this.#bytes.size <= MAX_PATHS) return;
    const [oldest] = this.#bytes.keys();
    if (oldest !== undefined) this.#bytes.delete(oldest);
  }
}

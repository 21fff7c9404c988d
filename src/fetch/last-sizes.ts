// The size of the last answer of each path, as an estimate for the next one before it arrives. Only sizes above the default
// assumption are kept.
const ASSUMED_BYTES = 64 * 1024;
/** A path that was dropped is learned again with its next answer. */
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

// The text of a Source, read again from time to time, because the kubelet replaces tokens and CAs in their files. If a file
// cannot be read, the earlier text is used.
import type { Clock } from '../clock.ts';
import { MountError } from '../errors.ts';
import { Secret } from '../secret.ts';
import { readSmallFile, whyUnreadable } from '../small-file.ts';
import type { Source } from './api-server.ts';

/** As client-go: the kubelet replaces a token when a fifth of its life (at least 2 of 10 minutes) is left. */
const FRESH_MS = 60_000;

export class SourceText {
  readonly #source: Source;
  readonly #clock: Clock;
  #text: Secret<string> | undefined;
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(source: Source, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /** @throws MountError api-unreachable if the file was never readable. */
  async read(): Promise<Secret<string>> {
    if ('text' in this.#source) return this.#source.text;
    const now = this.#clock.now();
    if (this.#text !== undefined && now - this.#readAt < FRESH_MS) return this.#text;
    this.#readAt = now;
    try {
      this.#text = new Secret((await readSmallFile(this.#source.path)).toString());
    } catch (cause) {
      if (this.#text === undefined) {
        throw new MountError(
          'api-unreachable',
          `cannot read ${this.#source.path}, which the API server is reached with: ${whyUnreadable(cause)}`,
          { cause },
        );
      }
    }
    return this.#text;
  }

  /** Forces the next read to look at the file. */
  expire(): void {
    this.#readAt = Number.NEGATIVE_INFINITY;
  }
}

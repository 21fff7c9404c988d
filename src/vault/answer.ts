// What Vault and OpenBao answer to a read, kept in the bytes it came in: JSON in their envelope, or what an engine sent in
// its place (json-text/raw-body.ts).
import type { AnswerBody } from '../fetch/ports.ts';
import { JsonText } from '../json-text/json-text.ts';
import { isSameJson } from '../json-text/same.ts';
import { certificateEnd } from './certificate.ts';
import { Envelope } from './envelope.ts';

export class VaultAnswer implements AnswerBody {
  readonly #text: JsonText;

  constructor(text: JsonText) {
    this.#text = text;
  }

  /** undefined if it is not the form in which answers are kept. */
  static parse(bytes: Buffer): VaultAnswer | undefined {
    const text = JsonText.parse(bytes);
    return text?.kind === 'object' || text?.kind === 'string' ? new VaultAnswer(text) : undefined;
  }

  get bytes(): Buffer {
    return this.#text.bytes;
  }

  get sizeBytes(): number {
    return this.#text.sizeBytes;
  }

  get expiresAt(): number | undefined {
    return certificateEnd(this.#text);
  }

  /**
   * `request_id` is new on each read and says nothing. Without it, a file of the whole answer changes only if something else
   * does.
   */
  isSameAs(other: AnswerBody): boolean {
    return other instanceof VaultAnswer && isSameJson(this.#text, other.#text, 'request_id');
  }

  open(keys: Iterable<string>): Envelope {
    return new Envelope(this.#text, keys);
  }

  emptied(): VaultAnswer {
    return new VaultAnswer(JsonText.EMPTY);
  }
}

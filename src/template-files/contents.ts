// Turns a template's output into the bytes of a file, or its error into the failure of its object.
import { asMountError, MountError } from '../errors.ts';
import { LARGEST_ANSWER_BYTES } from '../render/size.ts';
import { Secret } from '../secret.ts';
import { TemplateError } from '../template/template-error.ts';
import { toBytes } from '../template/text.ts';
import type { TemplateHost } from './host.ts';

export type Contents = Secret<Uint8Array> | MountError;

/** The total size of one mount's files. */
export class FileSizes {
  readonly #host: TemplateHost;
  #sizeBytes = 0;

  constructor(host: TemplateHost) {
    this.#host = host;
  }

  /**
   * @param render returns undefined if it is not finished
   * @throws MountError that concerns all templates: time or memory is used up
   */
  async contentsOf(render: () => Promise<string | undefined>): Promise<Contents | undefined> {
    try {
      const text = await render();
      return text === undefined ? undefined : new Secret(await this.#kept(toBytes(text)));
    } catch (thrown) {
      const error = thrown instanceof TemplateError ? failed(thrown) : asMountError(thrown);
      if (error.kind === 'timeout') throw error;
      return error;
    }
  }

  async #kept(bytes: Uint8Array): Promise<Uint8Array> {
    this.#sizeBytes += bytes.byteLength;
    if (this.#sizeBytes > LARGEST_ANSWER_BYTES)
      throw new MountError(
        'files-too-large',
        'the files of the templates come to over 4 MiB, and the driver takes 4 MiB at most; split the class in two',
      );
    await this.#host.take(bytes.byteLength, 'the files of its templates');
    return bytes;
  }
}

/** Its text is Go's, with the place in the template, and holds no value. */
function failed({ message }: TemplateError): MountError {
  return new MountError('template-failed', message);
}

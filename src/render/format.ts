// One file in the form of its consumer.
import { Buffer } from 'node:buffer';
import { asMountError, MountError } from '../errors.ts';
import { writeDotenv } from '../format/dotenv.ts';
import { type Block, blocksOf } from '../format/pem.ts';
import { writeProperties } from '../format/properties.ts';
import { Unfit } from '../format/unfit.ts';
import { writeYaml } from '../format/yaml.ts';
import { collect, TooLong, writeGoForm } from '../json-text/go-form.ts';
import type { JsonText } from '../json-text/json-text.ts';
import type { Sink } from '../json-text/sink.ts';
import type { DataFormat } from '../plan/object-table.ts';
import type { DataSource, FormatSource, PemSource, PlanObject, Read } from '../plan/plan.ts';
import { quoteName } from '../printable.ts';
import { type MadeFile, type Maker, type MakerSetting, withinAnswer } from './maker.ts';
import type { OpenAnswers } from './open-answers.ts';
import { LARGEST_ANSWER_BYTES } from './size.ts';

const WRITERS: Readonly<Record<DataFormat, (data: JsonText, mostBytes: number, sink: Sink) => void>> = {
  json: (data, _, sink) => writeGoForm(data, sink),
  yaml: (data, _, sink) => writeYaml(data, sink),
  dotenv: writeDotenv,
  properties: writeProperties,
};

export class FormatMaker implements Maker<'format'> {
  readonly #answers: OpenAnswers;
  /** Many objects may name one value of an answer: it is made once, or fails once. */
  readonly #made = new Map<string, unknown>();

  constructor({ answers }: MakerSetting) {
    this.#answers = answers;
  }

  make({ name }: PlanObject, source: FormatSource): readonly MadeFile[] {
    const contents = source.format === 'pem' ? this.#join(source) : this.#write(source);
    return [{ path: name, contents }];
  }

  #write({ read, key, format }: DataSource): Uint8Array {
    const what = key === undefined ? read.path : `key ${quoteName(key)} of ${read.path}`;
    return this.#once(['data', read.key, format, key], () => {
      const data = key === undefined ? this.#answers.open(read).secretData(read.path) : this.#value(read, key);
      return fitting(what, format, () =>
        collect(LARGEST_ANSWER_BYTES, (sink) => WRITERS[format](data, LARGEST_ANSWER_BYTES, sink)),
      );
    });
  }

  #join({ read, keys, format }: PemSource): Uint8Array {
    const blocks = keys.flatMap((key) => this.#blocks(read, key));
    if (blocks.length === 0)
      throw new MountError('format-refused', `${read.path} as ${format}: there is no block in it; name other keys`);
    return withinAnswer(() => {
      const length = blocks.reduce((sum, { bytes }) => sum + bytes.length, 0);
      if (length > LARGEST_ANSWER_BYTES) throw new TooLong('the blocks are too long');
      return Buffer.concat(
        blocks.map(({ bytes }) => bytes),
        length,
      );
    });
  }

  #blocks(read: Read, key: string): readonly Block[] {
    return this.#once(['pem', read.key, key], () =>
      fitting(read.path, 'pem', () => blocksOf(key, this.#value(read, key))),
    );
  }

  #value(read: Read, key: string): JsonText {
    return this.#answers.open(read).value(key, read.path, this.#answers.hints);
  }

  #once<T>(of: readonly (string | undefined)[], make: () => T): T {
    const id = JSON.stringify(of);
    const made = this.#made.get(id) ?? orError(make);
    this.#made.set(id, made);
    if (made instanceof MountError) throw made;
    return made as T;
  }
}

function orError<T>(make: () => T): T | MountError {
  try {
    return withinAnswer(make);
  } catch (thrown) {
    return asMountError(thrown);
  }
}

/** @throws MountError in place of Unfit */
function fitting<T>(what: string, format: string, make: () => T): T {
  try {
    return make();
  } catch (thrown) {
    if (!(thrown instanceof Unfit)) throw thrown;
    throw new MountError('format-refused', `${what} as ${format}: ${thrown.message}`);
  }
}
